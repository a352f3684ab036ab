"""流浪乞讨救助用语: the closed lists of the station's files (R-LL-01, R-LL-02)."""

from __future__ import annotations

from apps.units.language import lazy as _

BROUGHT_BY = {
    "self": _("自行求助"),
    "police": _("公安机关护送"),
    "urban": _("城管引导护送"),
    "public": _("群众、村（居）报告"),
    "hospital": _("医疗机构转送"),
}
# 老幼残: taken in first, looked into afterwards (R-LL-01).
GROUPS = {
    "none": _("一般"),
    "minor": _("未成年人"),
    "elderly": _("老年人"),
    "disabled": _("残疾人"),
}
TELLS = {"told": _("如实说明"), "cannot": _("无法说明"), "refuses": _("拒不如实说明")}
LEAVINGS = {
    "family": _("亲属接回"),
    "escorted": _("护送返乡"),
    "own": _("自愿离站"),
    "expired": _("期满离站"),
    "settled": _("转入安置、供养机构"),
    "hospital": _("转医疗机构"),
    "walked_out": _("擅自离站"),
    "died": _("死亡"),
}
# How the identity of somebody who cannot tell it is looked for.
SEARCHES = {
    "system": _("全国救助信息系统比对"),
    "face": _("人脸识别比对"),
    "announcement": _("发布寻亲公告"),
    "dna": _("报请公安机关采集 DNA 比对"),
    "police": _("公安机关协查"),
    "speech": _("叙述内容、口音甄别"),
}
RESULTS = {"match": _("查明身份"), "lead": _("有线索"), "none": _("未查到")}
PRONE = {
    "repeated": _("多次入站"),
    "mental": _("精神障碍"),
    "intellectual": _("智力残疾"),
    "dementia": _("失智"),
    "minor": _("困境未成年人"),
    "alone": _("孤寡老人"),
}
PRONE_HEALTH = ("mental", "intellectual", "dementia")
PRONE_ENDS = {
    "settled": _("已妥善安置"),
    "moved": _("迁出本县"),
    "died": _("死亡"),
    "error": _("登记有误"),
}
