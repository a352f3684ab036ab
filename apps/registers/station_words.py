"""流浪乞讨救助用语: the closed lists of the station's files (R-LL-01, R-LL-02)."""

from __future__ import annotations

BROUGHT_BY = {
    "self": "自行求助",
    "police": "公安机关护送",
    "urban": "城管引导护送",
    "public": "群众、村（居）报告",
    "hospital": "医疗机构转送",
}
# 老幼残: taken in first, looked into afterwards (R-LL-01).
GROUPS = {"none": "一般", "minor": "未成年人", "elderly": "老年人", "disabled": "残疾人"}
TELLS = {"told": "如实说明", "cannot": "无法说明", "refuses": "拒不如实说明"}
LEAVINGS = {
    "family": "亲属接回",
    "escorted": "护送返乡",
    "own": "自愿离站",
    "expired": "期满离站",
    "settled": "转入安置、供养机构",
    "hospital": "转医疗机构",
    "walked_out": "擅自离站",
    "died": "死亡",
}
# How the identity of somebody who cannot tell it is looked for.
SEARCHES = {
    "system": "全国救助信息系统比对",
    "face": "人脸识别比对",
    "announcement": "发布寻亲公告",
    "dna": "报请公安机关采集 DNA 比对",
    "police": "公安机关协查",
    "speech": "叙述内容、口音甄别",
}
RESULTS = {"match": "查明身份", "lead": "有线索", "none": "未查到"}
PRONE = {
    "repeated": "多次入站",
    "mental": "精神障碍",
    "intellectual": "智力残疾",
    "dementia": "失智",
    "minor": "困境未成年人",
    "alone": "孤寡老人",
}
PRONE_HEALTH = ("mental", "intellectual", "dementia")
PRONE_ENDS = {"settled": "已妥善安置", "moved": "迁出本县", "died": "死亡", "error": "登记有误"}
