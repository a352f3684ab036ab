"""名册用语: the closed lists of the registers, and who may see what of them.

Children are named only to those who work with them; what is said about their health is for
caseworkers alone (R-SW-04, 649号令 Art. 61).
"""

from __future__ import annotations

from apps.casework.procedures import CASEWORKERS
from apps.offices.models import Role
from apps.units.language import lazy as _

# 村级协理员 visits and reports; the village is where a child is known.
VISITORS = (Role.VILLAGE_HELPER, *CASEWORKERS)
NAMERS = VISITORS
HEALTH_READERS = CASEWORKERS
HIDDEN = _("（不显示）")

REGISTERS = {"left_behind": _("留守儿童"), "in_difficulty": _("困境儿童")}
# Why a child is on its register: R-KJ-01 (困境) and R-LS-01 (留守).
GROUNDS = {
    "in_difficulty": {
        "poverty": _("家庭贫困"),
        "disability": _("自身残疾"),
        "guardianship": _("监护缺失或不当"),
    },
    "left_behind": {
        "both_away": _("父母双方外出务工"),
        "one_away": _("一方外出务工，另一方无监护能力"),
    },
}
ALL_GROUNDS = {code: words for of in GROUNDS.values() for code, words in of.items()}
HEALTH_GROUNDS = ("disability",)
LEVELS = {"ordinary": _("一般"), "key": _("重点")}
WAYS = {"home": _("入户"), "school": _("到校"), "phone": _("电话")}
CARE = {
    "good": _("监护落实"),
    "weak": _("监护不力"),
    "alone": _("无人监护（独居）"),
    "missing": _("失踪"),
    "harmed": _("疑似受侵害"),
}
# What a visit may find that has to be reported at once (强制报告, R-LS-01).
ALARMS = ("alone", "missing", "harmed")
SCHOOL = {"attending": _("在学"), "dropped": _("失学辍学"), "not_yet": _("未到学龄")}
SOURCES = {
    "visit": _("走访发现"),
    "village": _("村（居）委会报告"),
    "school": _("学校报告"),
    "medical": _("医疗机构报告"),
    "other": _("其他"),
}
OUTCOMES = {
    "parents": _("父母返家履行监护"),
    "relative": _("落实委托照护人"),
    "temporary": _("临时监护照料"),
    "police": _("移交公安机关"),
    "unfounded": _("核实不属实"),
}
CLOSINGS = {
    "parents_back": _("父母返家"),
    "age": _("已达年龄上限"),
    "moved": _("迁出本县"),
    "improved": _("困境消除"),
    "adopted": _("被收养"),
    "died": _("死亡"),
    "error": _("登记有误"),
}
