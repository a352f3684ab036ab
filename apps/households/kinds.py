"""事实种类: what a fact of each kind must say; the database refuses anything else.

One table holds every dated fact, so that "as known on a day" is one query for all of them.
The shape of each kind stands here once and becomes a CHECK constraint of that table.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

COUNTED_INCOME = {
    "wage": "工资性收入",
    "business_net": "经营净收入",
    "property_rent": "财产净收入（租金等）",
    "child_support": "赡养、抚养、扶养费",
    "pension": "离退休金、职工养老金",
    "resident_pension_other": "城乡居保养老金中中央基础养老金以外部分",
    "unemployment_benefit": "失业保险金",
    "survivor_allowance": "遗属补助",
    "compensation": "赔偿收入",
    "donation": "接受捐赠",
    "other_income": "其他应计入收入",
}
EXEMPT_INCOME = {
    "central_base_pension": "中央确定的基础养老金",
    "veterans_allowance": "优待抚恤金",
    "family_planning_award": "计划生育奖励与扶助金",
    "scholarship": "奖学金",
    "bravery_award": "见义勇为等奖励性补助",
    "social_relief": "政府发放的各类社会救助款物",
}
INCOME = COUNTED_INCOME | EXEMPT_INCOME
DEDUCTIONS = {"employment_cost": "就业成本", "rigid_expenditure": "刚性支出"}
DISABILITY_TYPES = {
    "vision": "视力",
    "hearing": "听力",
    "speech": "言语",
    "limb": "肢体",
    "intellectual": "智力",
    "mental": "精神",
    "multiple": "多重",
}
CUSTODY = {
    "imprisoned": "服刑",
    "compulsory_rehabilitation": "强制隔离戒毒",
    "declared_missing": "宣告失踪",
    "detained": "拘留",
    "community_correction": "社区矫正",
    "none": "无",
}
SCHOOLING = {
    "compulsory": "义务教育",
    "senior_high": "普通高中",
    "secondary_vocational": "中等职业学校",
    "junior_college": "大专",
    "undergraduate": "本科",
    "postgraduate": "研究生",
    "none": "不在学",
}
PARENT_STATUS = {
    "dead": "死亡",
    "declared_missing": "宣告失踪",
    "disabled": "残疾",
    "seriously_ill": "重病",
    "imprisoned": "服刑",
    "compulsory_rehabilitation": "强制隔离戒毒",
    "restricted": "其他限制人身自由",
    "lost_contact": "失联",
    "guardianship_revoked": "撤销监护资格",
    "deported": "遣送（驱逐）出境",
    "able": "有抚养能力",
}
CARE_MODES = {"scattered": "分散（散居）", "institutional": "集中（机构）"}
OTHER_BENEFITS = {
    "work_injury_nursing": "工伤保险生活护理费",
    "other_nursing_allowance": "其他福利性护理补贴",
    "retired_cadre_allowance": "离休待遇",
}
EXPENDITURES = {
    "living": "生活",
    "medical": "医疗",
    "education": "教育",
    "rehabilitation": "康复",
    "other": "其他",
}
ZONES = {"urban": "城市", "rural": "农村"}
LIFE_CERTIFICATES = {"due": "到期要求", "passed": "已认证"}
CHILD_REGISTERS = {"in_difficulty": "困境儿童", "left_behind": "留守儿童", "none": "不再登记"}
GUARDIANS = {
    "parent": "父母",
    "grandparent": "祖父母、外祖父母",
    "sibling": "兄、姐",
    "spouse": "配偶",
    "child": "成年子女",
    "other": "其他愿意担任的个人或组织",
    "village": "村（居）民委员会",
    "office": "民政部门",
}
REPORTS = {"self_care": "自理能力变化", "death": "死亡"}
RELATIONSHIPS = {
    "applicant": "申请人",
    "spouse": "配偶",
    "child": "子女",
    "parent": "父母",
    "grandparent": "祖父母/外祖父母",
    "grandchild": "孙子女/外孙子女",
    "sibling": "兄弟姐妹",
    "other": "其他",
}

# Every column a kind may or may not use; "person" and "household" are its owners.
COLUMNS = (
    "person",
    "household",
    "code",
    "part",
    "detail",
    "number",
    "amount_fen",
    "per",
    "flag",
    "day",
    "until",
)


class Kind(NamedTuple):
    """One kind of fact: its name, who owns it, which columns it needs and may have."""

    label: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    codes: dict[str, str] | None = None
    key: tuple[str, ...] = ()  # facts of one owner with the same key replace each other
    number: tuple[int, int] | None = None
    rule: str = ""


KINDS: dict[str, Kind] = {
    "income": Kind(
        "收入",
        ("person", "code", "amount_fen", "per"),
        ("until",),
        INCOME,
        ("code",),
        rule="R-DB-05、06",
    ),
    "deduction": Kind(
        "收入扣减",
        ("code", "amount_fen", "per"),
        ("person", "household", "until"),
        DEDUCTIONS,
        ("code",),
        rule="R-DB-07",
    ),
    "property": Kind("财产核查结论", ("household",), ("flag",), rule="R-DB-08、09"),
    "disability": Kind(
        "残疾人证",
        ("person", "code", "number"),
        ("until",),
        DISABILITY_TYPES,
        number=(1, 4),
        rule="R-CJ-01",
    ),
    "self_care": Kind("生活自理能力评估", ("person", "number"), number=(0, 6), rule="R-TK-08"),
    "death": Kind("死亡", ("person",), rule="R-DB-13"),
    "custody": Kind("限制人身自由等状态", ("person", "code"), (), CUSTODY, rule="R-DB-02"),
    "religious": Kind("在宗教场所居住", ("person", "day"), rule="R-DB-02、03"),
    "schooling": Kind("就学", ("person", "code"), ("until",), SCHOOLING, rule="R-DB-01"),
    "illness": Kind("重病认定", ("person", "flag"), rule="R-DB-03"),
    "residence": Kind("户籍迁移", ("person", "flag"), rule="R-GL-03、R-CJ-10"),
    "zone": Kind("城乡类别", ("household", "code"), (), ZONES, rule="R-DB-27"),
    "co_residence": Kind(
        "长期共同居住认定",
        ("person", "household", "flag"),
        key=("household",),
        rule="R-DB-01(4)",
    ),
    "dependent_adult": Kind("成年但不能独立生活认定", ("person", "flag"), rule="R-DB-01(3)"),
    "parent": Kind(
        "父母状况",
        ("person", "part", "code"),
        ("number", "detail"),
        PARENT_STATUS,
        ("part",),
        rule="R-SW-01、02、03",
    ),
    "care_mode": Kind("供养（养育）方式", ("person", "code"), (), CARE_MODES, rule="R-TK-12"),
    "other_benefit": Kind(
        "系统外待遇",
        ("person", "code", "amount_fen", "per"),
        ("until",),
        OTHER_BENEFITS,
        ("code",),
        rule="R-CJ-04、07",
    ),
    "life_certificate": Kind(
        "生存认证", ("person", "code"), ("day",), LIFE_CERTIFICATES, rule="R-GL-04"
    ),
    "expenditure": Kind(
        "刚性支出",
        ("household", "code", "amount_fen", "per"),
        (),
        EXPENDITURES,
        ("code",),
        rule="R-GX-02",
    ),
    "no_source_of_living": Kind("无生活来源认定", ("person", "flag"), rule="R-TK-03"),
    "no_able_obligor": Kind("无有履行能力义务人认定", ("person", "flag"), rule="R-TK-04"),
    "choice": Kind("择一", ("person", "code", "detail"), key=("code", "detail"), rule="R-TK-05"),
    "work_refusal": Kind("拒绝介绍工作", ("person", "household"), rule="R-DB-15"),
    "report": Kind("变化报告", ("person", "code"), (), REPORTS, rule="R-TK-09"),
    "grade": Kind("低保分档认定", ("household", "code"), rule="R-DB-10"),
    "guardian": Kind(
        "监护人",
        ("person", "code", "detail"),
        (),
        GUARDIANS,
        rule="R-SW-09，《民法典》第二十七条、第二十八条、第三十二条",
    ),
    "child_register": Kind(
        "儿童关爱登记", ("person", "code"), (), CHILD_REGISTERS, rule="R-KJ-01、R-LS-01"
    ),
}


def _presence(kind: Kind, column: str) -> models.Q | None:
    """The condition a column must meet for a kind: present, absent, or free (None)."""
    text = column in ("code", "part", "detail", "per")
    absent = models.Q(**{column: ""}) if text else models.Q(**{f"{column}__isnull": True})
    if column in kind.needs:
        return ~absent if text else models.Q(**{f"{column}__isnull": False})
    if column in kind.may:
        return None
    return absent


def shape_constraints() -> list[models.CheckConstraint]:
    """One CHECK per kind: the columns it must and must not fill, and its closed list."""
    found = []
    for name, kind in KINDS.items():
        shape = models.Q()
        for column in COLUMNS:
            condition = _presence(kind, column)
            if condition is not None:
                shape &= condition
        if kind.codes is not None:
            shape &= models.Q(code__in=list(kind.codes))
        if kind.number is not None:
            shape &= models.Q(number__range=kind.number)
        if name == "deduction":
            shape &= models.Q(person__isnull=True, household__isnull=False) | models.Q(
                person__isnull=False, household__isnull=True
            )
        found.append(
            models.CheckConstraint(
                condition=~models.Q(kind=name) | shape,
                name=f"fact_{name}",
                violation_error_message=f"“{kind.label}”登记的内容不完整或多余。",
            )
        )
    return found
