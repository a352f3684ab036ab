"""材料与核对的清单: documents and who is asked for them, departments, items. Data only."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from apps.households.kinds import DEDUCTIONS, INCOME
from apps.units.language import lazy as _
from apps.units.language import worded


class Per(StrEnum):
    """Of whom a document is asked."""

    HOUSEHOLD = "household"  # one for the household
    ADULT = "adult"  # one for each adult member, or one for all of them
    SUBJECT = "subject"  # one for the person applied for; the household's where there is none


class DocumentType(NamedTuple):
    """材料种类. ``own``: belongs to one application; ``dated``: the day of issue must be given."""

    label: str
    own: bool = False
    dated: bool = False
    raw: bool = False  # 核对原始数据: shown to the posts that verify only (R-HD-01)


TYPES: dict[str, DocumentType] = {
    "application_form": DocumentType(_("申请书"), own=True),
    "income_declaration": DocumentType(_("家庭收入、财产申报表"), own=True),
    "id_card": DocumentType(_("居民身份证")),
    "household_book": DocumentType(_("户口簿")),
    "check_authorisation": DocumentType(_("核对授权书"), dated=True),
    "disability_certificate": DocumentType(_("残疾人证"), dated=True),
    "medical_bill": DocumentType(_("医疗费用票据"), dated=True),
    "tuition_bill": DocumentType(_("教育费用票据"), dated=True),
    "illness_proof": DocumentType(_("疾病诊断证明"), dated=True),
    "income_proof": DocumentType(_("收入证明"), dated=True),
    "house_proof": DocumentType(_("房屋权属或租赁证明")),
    "bank_card": DocumentType(_("存折或银行卡")),
    "guardianship_proof": DocumentType(_("监护关系证明")),
    "parent_proof": DocumentType(_("父母状况证明（死亡、失踪、服刑、失联等）"), dated=True),
    "obligor_statement": DocumentType(_("法定义务人情况说明"), own=True),
    "student_proof": DocumentType(_("在读证明"), dated=True),
    "death_proof": DocumentType(_("死亡证明"), dated=True),
    "emergency_proof": DocumentType(_("遭遇困难的证明"), dated=True),
    "visit_photo": DocumentType(_("入户照片"), own=True, dated=True),
    "assessment_minutes": DocumentType(_("民主评议记录"), own=True, dated=True),
    "check_report": DocumentType(_("核对报告原始数据"), own=True, dated=True, raw=True),
    "other": DocumentType(_("其他材料")),
}


class Asked(NamedTuple):
    """One document a programme asks for."""

    type: str
    per: Per
    required: bool = True


_IDENTITY = (Asked("id_card", Per.SUBJECT), Asked("household_book", Per.HOUSEHOLD))
_MEANS = (
    Asked("application_form", Per.HOUSEHOLD),
    Asked("id_card", Per.ADULT),
    Asked("household_book", Per.HOUSEHOLD),
    Asked("income_declaration", Per.HOUSEHOLD),
    Asked("check_authorisation", Per.ADULT, required=False),
    Asked("disability_certificate", Per.SUBJECT, required=False),
    Asked("medical_bill", Per.HOUSEHOLD, required=False),
    Asked("income_proof", Per.HOUSEHOLD, required=False),
    Asked("bank_card", Per.HOUSEHOLD, required=False),
)
_SIMPLE = (
    Asked("application_form", Per.SUBJECT),
    *_IDENTITY,
    Asked("bank_card", Per.SUBJECT, required=False),
)
_CHILD = (
    Asked("application_form", Per.SUBJECT),
    Asked("household_book", Per.HOUSEHOLD),
    Asked("parent_proof", Per.SUBJECT),  # R-SW-02: evidence with its date
    Asked("guardianship_proof", Per.SUBJECT, required=False),
)
_DISABILITY = (*_SIMPLE, Asked("disability_certificate", Per.SUBJECT))
# What a programme asks for, by its code; one that is not named asks for the application form.
ASKED: dict[str, tuple[Asked, ...]] = {
    "minimum_living": _MEANS,
    "marginal_household": _MEANS,
    "rigid_expenditure_household": _MEANS,
    "destitute_basic": (*_MEANS, Asked("obligor_statement", Per.SUBJECT)),
    "destitute_care": _SIMPLE,
    "destitute_funeral": (
        Asked("application_form", Per.SUBJECT),
        Asked("death_proof", Per.SUBJECT),
    ),
    "disability_living": _DISABILITY,
    "disability_nursing": _DISABILITY,
    "old_age_allowance": _SIMPLE,
    "elder_service_subsidy": _SIMPLE,
    "orphan_allowance": _CHILD,
    "unattended_child_allowance": _CHILD,
    "orphan_study_grant": (*_SIMPLE, Asked("student_proof", Per.SUBJECT)),
    "temporary_relief": (
        Asked("application_form", Per.HOUSEHOLD),
        *_IDENTITY,
        Asked("emergency_proof", Per.HOUSEHOLD),
    ),
    "vagrant_relief": (),
}
ASKED_OF_OTHERS = (Asked("application_form", Per.SUBJECT),)


def asked_of(programme: str) -> tuple[Asked, ...]:
    """The documents of a programme, required and optional."""
    return ASKED.get(programme, ASKED_OF_OTHERS)


# ---- 核对 (R-HD-01) and the lines that are compared ----------------------------------------


class Department(NamedTuple):
    """A source of the verification; ``raw``: its figures are shown to those who verify only."""

    label: str
    raw: bool = False


DEPARTMENTS: dict[str, Department] = {
    "residence": Department(_("户籍")),
    "tax": Department(_("纳税")),
    "social_security": Department(_("社保")),
    "real_estate": Department(_("不动产")),
    "business": Department(_("市场主体")),
    "provident_fund": Department(_("公积金")),
    "vehicles": Department(_("车船")),
    "bank": Department(_("银行存款"), raw=True),
    "insurance": Department(_("商业保险"), raw=True),
    "securities": Department(_("证券"), raw=True),
    "internet_finance": Department(_("互联网金融"), raw=True),
    "utilities": Department(_("水电气通讯")),
    "schools": Department(_("高收费学校")),
    "abroad": Department(_("出国（境）")),
}


class Item(NamedTuple):
    """A line of 申报、核对、入户、采信: an amount, or a number of things."""

    label: str
    counted: bool = False  # a number of things rather than an amount
    yearly: bool = False  # an amount of a period, compared by the year
    raw: bool = False
    fact: str = ""  # the kind of fact that an adopted figure becomes


# Facts of income (R-DB-05, 06) and deductions (R-DB-07) are lines by their own codes.
ITEMS: dict[str, Item] = {
    **{f"income.{code}": Item(label, yearly=True, fact="income") for code, label in INCOME.items()},
    **{
        f"deduction.{code}": Item(
            worded(_("扣减：{label}"), label=label), yearly=True, fact="deduction"
        )
        for code, label in DEDUCTIONS.items()
    },
    "deposits": Item(_("银行存款"), raw=True),
    "securities": Item(_("证券、基金"), raw=True),
    "insurance": Item(_("商业保险"), raw=True),
    "internet_finance": Item(_("互联网金融资产"), raw=True),
    "claims": Item(_("债权")),
    "provident_fund": Item(_("公积金余额")),
    "vehicles": Item(_("车辆、船舶"), counted=True),
    "dwellings": Item(_("房屋"), counted=True),
    "shops": Item(_("商铺、办公用房"), counted=True),
    "registered_capital": Item(_("市场主体注册资本")),
    "forest": Item(_("林木等")),
    "residence": Item(_("户籍情况"), counted=True),
    "other_property": Item(_("其他")),
}
ITEM_LABELS = {code: item.label for code, item in ITEMS.items()}

# ---- 入户调查表 ----------------------------------------------------------------------

HEALTH = {"good": _("健康"), "ill": _("患病"), "seriously_ill": _("重病"), "disabled": _("残疾")}
WORK = {
    "able": _("有劳动能力"),
    "partly": _("部分丧失劳动能力"),
    "unable": _("无劳动能力"),
    "student": _("在读"),
    "minor": _("未成年"),
}
TENURE = {
    "own": _("自有"),
    "rented": _("租住"),
    "public": _("公租房"),
    "borrowed": _("借住"),
    "none": _("无房"),
}
STRUCTURE = {
    "concrete": _("钢筋混凝土"),
    "brick_concrete": _("砖混"),
    "brick_wood": _("砖木"),
    "earth": _("土坯"),
    "other": _("其他"),
}
CONDITION = {"safe": _("安全"), "worn": _("老旧"), "unsafe": _("危房")}
APPLIANCES = {
    "tv": _("电视机"),
    "fridge": _("冰箱"),
    "washer": _("洗衣机"),
    "aircon": _("空调"),
    "computer": _("电脑"),
    "motorcycle": _("摩托车、电动车"),
    "car": _("汽车"),
    "farm": _("农机"),
}
