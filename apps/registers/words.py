"""名册用语: the closed lists of the registers, and who may see what of them.

Children are named only to those who work with them; what is said about their health is for
caseworkers alone (R-SW-04, 649号令 Art. 61).
"""

from __future__ import annotations

from apps.casework.procedures import CASEWORKERS
from apps.offices.models import Role

# 村级协理员 visits and reports; the village is where a child is known.
VISITORS = (Role.VILLAGE_HELPER, *CASEWORKERS)
NAMERS = VISITORS
HEALTH_READERS = CASEWORKERS
HIDDEN = "（不显示）"

REGISTERS = {"left_behind": "留守儿童", "in_difficulty": "困境儿童"}
# Why a child is on its register: R-KJ-01 (困境) and R-LS-01 (留守).
GROUNDS = {
    "in_difficulty": {
        "poverty": "家庭贫困",
        "disability": "自身残疾",
        "guardianship": "监护缺失或不当",
    },
    "left_behind": {
        "both_away": "父母双方外出务工",
        "one_away": "一方外出务工，另一方无监护能力",
    },
}
ALL_GROUNDS = {code: words for of in GROUNDS.values() for code, words in of.items()}
HEALTH_GROUNDS = ("disability",)
LEVELS = {"ordinary": "一般", "key": "重点"}
WAYS = {"home": "入户", "school": "到校", "phone": "电话"}
CARE = {
    "good": "监护落实",
    "weak": "监护不力",
    "alone": "无人监护（独居）",
    "missing": "失踪",
    "harmed": "疑似受侵害",
}
# What a visit may find that has to be reported at once (强制报告, R-LS-01).
ALARMS = ("alone", "missing", "harmed")
SCHOOL = {"attending": "在学", "dropped": "失学辍学", "not_yet": "未到学龄"}
SOURCES = {
    "visit": "走访发现",
    "village": "村（居）委会报告",
    "school": "学校报告",
    "medical": "医疗机构报告",
    "other": "其他",
}
OUTCOMES = {
    "parents": "父母返家履行监护",
    "relative": "落实委托照护人",
    "temporary": "临时监护照料",
    "police": "移交公安机关",
    "unfounded": "核实不属实",
}
CLOSINGS = {
    "parents_back": "父母返家",
    "age": "已达年龄上限",
    "moved": "迁出本县",
    "improved": "困境消除",
    "adopted": "被收养",
    "died": "死亡",
    "error": "登记有误",
}
