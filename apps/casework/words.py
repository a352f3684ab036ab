"""办理用语: the closed lists of casework and what each word is called."""

from __future__ import annotations

from apps.units.language import lazy as _

STOP_REASONS = {
    "income": _("收入不再符合"),
    "property": _("财产不再符合"),
    "voluntary": _("自愿退出"),
    "fraud": _("骗取"),
    "death": _("死亡"),
    "imprisoned": _("服刑"),
    "work_capacity": _("具备或恢复劳动能力"),
    "obligor_able": _("义务人具有履行能力"),
    "merged": _("并入其他家庭"),
    "moved_out": _("户籍迁出"),
    "adopted": _("被依法收养"),
    "parent_found": _("查找到生父母"),
    "condition_ended": _("条件消失"),
    "superseded": _("转入其他救助"),
    "other": _("其他"),
}
BASES = {
    "edge_severe_disability": _("低保边缘家庭中的重残人员单人户"),
    "edge_serious_illness": _("低保边缘家庭中的重病患者单人户"),
    "adult_unemployed_severe": _("成年无业重度残疾人单人户"),
    "religious_staff": _("脱离家庭三年以上的宗教教职人员"),
    "certificate_reissued": _("残疾人证到期后重新办证"),
}
RELIEF_TYPES = {"emergency": _("急难型"), "expenditure": _("支出型")}
# The procedures of 临时救助 as one chooses between them; only 急难型 has one of its own.
ORDINARY = _("支出型（核对、入户、公示后救助）")
TRACK_WORDS = {"emergency": _("急难型（先行救助，后补手续）")}
# What a step needs, by its name in procedure.NEEDS.
NEED_WORDS = {
    "documents": _("材料齐全且在有效期内"),
    "authorised": _("成年成员均已签署核对授权"),
    "checked": _("核对已答复，差异均已说明"),
    "surveyed": _("两名调查人入户并签字"),
    "reassessed": _("异议后已再查或民主评议"),
    "county_visit": _("县级已入户核查"),
    "posted": _("公示已张贴"),
    "notice_over": _("公示期满"),
    "objection_recorded": _("异议已在公示页登记"),
    "no_open_objection": _("没有未处理的异议"),
    "sampled": _("已随机抽查，抽中的已入户"),
    "federation_agreed": _("残联同意"),
    "different_investigator": _("审批人不是调查人"),
}
# The pages on which needs are met, as the application's page calls them.
PLACE_WORDS = {
    "documents": _("材料"),
    "authorised": _("核对"),
    "checked": _("核对"),
    "surveyed": _("入户调查"),
    "county_visit": _("入户调查"),
    "reassessed": _("再查评议"),
    "posted": _("公示"),
    "sampled": _("随机抽查"),
}
APPEAL = (
    "如对本决定不服，可自收到本告知书之日起60日内依法申请行政复议（《中华人民共和国行政复议法》第二十条），"
    "或者自收到本告知书之日起6个月内依法向人民法院提起行政诉讼"
    "（《中华人民共和国行政诉讼法》第四十六条）。"
)
