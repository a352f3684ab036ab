"""事实种类: what a fact of each kind must say; the database refuses anything else.

One table holds every dated fact, so that "as known on a day" is one query for all of them.
The shape of each kind stands here once and becomes a CHECK constraint of that table.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import models

from apps.units.language import lazy as _
from apps.units.language import worded

COUNTED_INCOME = {
    "wage": _("工资性收入"),
    "business_net": _("经营净收入"),
    "property_rent": _("财产净收入（租金等）"),
    "child_support": _("赡养、抚养、扶养费"),
    "pension": _("离退休金、职工养老金"),
    "resident_pension_other": _("城乡居保养老金中中央基础养老金以外部分"),
    "unemployment_benefit": _("失业保险金"),
    "survivor_allowance": _("遗属补助"),
    "compensation": _("赔偿收入"),
    "donation": _("接受捐赠"),
    "other_income": _("其他应计入收入"),
}
EXEMPT_INCOME = {
    "central_base_pension": _("中央确定的基础养老金"),
    "veterans_allowance": _("优待抚恤金"),
    "family_planning_award": _("计划生育奖励与扶助金"),
    "scholarship": _("奖学金"),
    "bravery_award": _("见义勇为等奖励性补助"),
    "social_relief": _("政府发放的各类社会救助款物"),
}
INCOME = COUNTED_INCOME | EXEMPT_INCOME
DEDUCTIONS = {"employment_cost": _("就业成本"), "rigid_expenditure": _("刚性支出")}
DISABILITY_TYPES = {
    "vision": _("视力"),
    "hearing": _("听力"),
    "speech": _("言语"),
    "limb": _("肢体"),
    "intellectual": _("智力"),
    "mental": _("精神"),
    "multiple": _("多重"),
}
CUSTODY = {
    "imprisoned": _("服刑"),
    "compulsory_rehabilitation": _("强制隔离戒毒"),
    "declared_missing": _("宣告失踪"),
    "detained": _("拘留"),
    "community_correction": _("社区矫正"),
    "none": _("无"),
}
SCHOOLING = {
    "compulsory": _("义务教育"),
    "senior_high": _("普通高中"),
    "secondary_vocational": _("中等职业学校"),
    "junior_college": _("大专"),
    "undergraduate": _("本科"),
    "postgraduate": _("研究生"),
    "none": _("不在学"),
}
PARENT_STATUS = {
    "dead": _("死亡"),
    "declared_missing": _("宣告失踪"),
    "disabled": _("残疾"),
    "seriously_ill": _("重病"),
    "imprisoned": _("服刑"),
    "compulsory_rehabilitation": _("强制隔离戒毒"),
    "restricted": _("其他限制人身自由"),
    "lost_contact": _("失联"),
    "guardianship_revoked": _("撤销监护资格"),
    "deported": _("遣送（驱逐）出境"),
    "able": _("有抚养能力"),
}
CARE_MODES = {"scattered": _("分散（散居）"), "institutional": _("集中（机构）")}
OTHER_BENEFITS = {
    "work_injury_nursing": _("工伤保险生活护理费"),
    "other_nursing_allowance": _("其他福利性护理补贴"),
    "retired_cadre_allowance": _("离休待遇"),
}
EXPENDITURES = {
    "living": _("生活"),
    "medical": _("医疗"),
    "education": _("教育"),
    "rehabilitation": _("康复"),
    "other": _("其他"),
}
ZONES = {"urban": _("城市"), "rural": _("农村")}
LIFE_CERTIFICATES = {"due": _("到期要求"), "passed": _("已认证")}
CHILD_REGISTERS = {
    "in_difficulty": _("困境儿童"),
    "left_behind": _("留守儿童"),
    "none": _("不再登记"),
}
GUARDIANS = {
    "parent": _("父母"),
    "grandparent": _("祖父母、外祖父母"),
    "sibling": _("兄、姐"),
    "spouse": _("配偶"),
    "child": _("成年子女"),
    "other": _("其他愿意担任的个人或组织"),
    "village": _("村（居）民委员会"),
    "office": _("民政部门"),
}
REPORTS = {"self_care": _("自理能力变化"), "death": _("死亡")}
RELATIONSHIPS = {
    "applicant": _("申请人"),
    "spouse": _("配偶"),
    "child": _("子女"),
    "parent": _("父母"),
    "grandparent": _("祖父母/外祖父母"),
    "grandchild": _("孙子女/外孙子女"),
    "sibling": _("兄弟姐妹"),
    "other": _("其他"),
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
        _("收入"),
        ("person", "code", "amount_fen", "per"),
        ("until",),
        INCOME,
        ("code",),
        rule="R-DB-05、06",
    ),
    "deduction": Kind(
        _("收入扣减"),
        ("code", "amount_fen", "per"),
        ("person", "household", "until"),
        DEDUCTIONS,
        ("code",),
        rule="R-DB-07",
    ),
    "property": Kind(_("财产核查结论"), ("household",), ("flag",), rule="R-DB-08、09"),
    "disability": Kind(
        _("残疾人证"),
        ("person", "code", "number"),
        ("until",),
        DISABILITY_TYPES,
        number=(1, 4),
        rule="R-CJ-01",
    ),
    "self_care": Kind(_("生活自理能力评估"), ("person", "number"), number=(0, 6), rule="R-TK-08"),
    "death": Kind(_("死亡"), ("person",), rule="R-DB-13"),
    "custody": Kind(_("限制人身自由等状态"), ("person", "code"), (), CUSTODY, rule="R-DB-02"),
    "religious": Kind(_("在宗教场所居住"), ("person", "day"), rule="R-DB-02、03"),
    "schooling": Kind(_("就学"), ("person", "code"), ("until",), SCHOOLING, rule="R-DB-01"),
    "illness": Kind(_("重病认定"), ("person", "flag"), rule="R-DB-03"),
    "residence": Kind(_("户籍迁移"), ("person", "flag"), rule="R-GL-03、R-CJ-10"),
    "zone": Kind(_("城乡类别"), ("household", "code"), (), ZONES, rule="R-DB-27"),
    "co_residence": Kind(
        _("长期共同居住认定"),
        ("person", "household", "flag"),
        key=("household",),
        rule="R-DB-01(4)",
    ),
    "dependent_adult": Kind(_("成年但不能独立生活认定"), ("person", "flag"), rule="R-DB-01(3)"),
    "parent": Kind(
        _("父母状况"),
        ("person", "part", "code"),
        ("number", "detail"),
        PARENT_STATUS,
        ("part",),
        rule="R-SW-01、02、03",
    ),
    "care_mode": Kind(_("供养（养育）方式"), ("person", "code"), (), CARE_MODES, rule="R-TK-12"),
    "other_benefit": Kind(
        _("系统外待遇"),
        ("person", "code", "amount_fen", "per"),
        ("until",),
        OTHER_BENEFITS,
        ("code",),
        rule="R-CJ-04、07",
    ),
    "life_certificate": Kind(
        _("生存认证"), ("person", "code"), ("day",), LIFE_CERTIFICATES, rule="R-GL-04"
    ),
    "expenditure": Kind(
        _("刚性支出"),
        ("household", "code", "amount_fen", "per"),
        (),
        EXPENDITURES,
        ("code",),
        rule="R-GX-02",
    ),
    "no_source_of_living": Kind(_("无生活来源认定"), ("person", "flag"), rule="R-TK-03"),
    "no_able_obligor": Kind(_("无有履行能力义务人认定"), ("person", "flag"), rule="R-TK-04"),
    "choice": Kind(_("择一"), ("person", "code", "detail"), key=("code", "detail"), rule="R-TK-05"),
    "work_refusal": Kind(_("拒绝介绍工作"), ("person", "household"), rule="R-DB-15"),
    "report": Kind(_("变化报告"), ("person", "code"), (), REPORTS, rule="R-TK-09"),
    "grade": Kind(_("低保分档认定"), ("household", "code"), rule="R-DB-10"),
    "guardian": Kind(
        _("监护人"),
        ("person", "code", "detail"),
        (),
        GUARDIANS,
        rule="R-SW-09，《民法典》第二十七条、第二十八条、第三十二条",
    ),
    "child_register": Kind(
        _("儿童关爱登记"), ("person", "code"), (), CHILD_REGISTERS, rule="R-KJ-01、R-LS-01"
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
                violation_error_message=worded(
                    _("“{label}”登记的内容不完整或多余。"), label=kind.label
                ),
            )
        )
    return found
