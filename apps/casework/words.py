"""办理用语: the closed lists of casework and what each word is called."""

from __future__ import annotations

STOP_REASONS = {
    "income": "收入不再符合",
    "property": "财产不再符合",
    "voluntary": "自愿退出",
    "fraud": "骗取",
    "death": "死亡",
    "imprisoned": "服刑",
    "work_capacity": "具备或恢复劳动能力",
    "obligor_able": "义务人具有履行能力",
    "merged": "并入其他家庭",
    "moved_out": "户籍迁出",
    "adopted": "被依法收养",
    "parent_found": "查找到生父母",
    "condition_ended": "条件消失",
    "superseded": "转入其他救助",
    "other": "其他",
}
BASES = {
    "edge_severe_disability": "低保边缘家庭中的重残人员单人户",
    "edge_serious_illness": "低保边缘家庭中的重病患者单人户",
    "adult_unemployed_severe": "成年无业重度残疾人单人户",
    "religious_staff": "脱离家庭三年以上的宗教教职人员",
    "certificate_reissued": "残疾人证到期后重新办证",
}
RELIEF_TYPES = {"emergency": "急难型", "expenditure": "支出型"}
# The procedures of 临时救助 as one chooses between them; only 急难型 has one of its own.
ORDINARY = "支出型（核对、入户、公示后救助）"
TRACK_WORDS = {"emergency": "急难型（先行救助，后补手续）"}
# What a step needs, by its name in procedure.NEEDS.
NEED_WORDS = {
    "documents": "材料齐全且在有效期内",
    "authorised": "成年成员均已签署核对授权",
    "checked": "核对已答复，差异均已说明",
    "surveyed": "两名调查人入户并签字",
    "reassessed": "异议后已再查或民主评议",
    "county_visit": "县级已入户核查",
    "posted": "公示已张贴",
    "notice_over": "公示期满",
    "objection_recorded": "异议已在公示页登记",
    "no_open_objection": "没有未处理的异议",
    "sampled": "已随机抽查，抽中的已入户",
    "federation_agreed": "残联同意",
    "different_investigator": "审批人不是调查人",
}
# The pages on which needs are met, as the application's page calls them.
PLACE_WORDS = {
    "documents": "材料",
    "authorised": "核对",
    "checked": "核对",
    "surveyed": "入户调查",
    "county_visit": "入户调查",
    "reassessed": "再查评议",
    "posted": "公示",
    "sampled": "随机抽查",
}
APPEAL = (
    "如对本决定不服，可自收到本告知书之日起60日内依法申请行政复议（《中华人民共和国行政复议法》第二十条），"
    "或者自收到本告知书之日起6个月内依法向人民法院提起行政诉讼"
    "（《中华人民共和国行政诉讼法》第四十六条）。"
)
