"""转介去向: the programmes of this system that may help a child, and other offices."""

from __future__ import annotations

# Programmes by code; a card need not be installed for a child to be referred to it.
PROGRAMMES_FOR = {
    "orphan_allowance": "孤儿基本生活保障",
    "unattended_child_allowance": "事实无人抚养儿童保障",
    "destitute_basic": "特困供养",
    "minimum_living": "最低生活保障",
    "disability_nursing": "重度残疾人护理补贴",
    "temporary_relief": "临时救助",
}
OFFICES = {
    "education": "教育部门",
    "health": "卫生健康部门",
    "police": "公安机关",
    "federation": "残联",
    "charity": "社会组织",
}
TARGETS = {**PROGRAMMES_FOR, **OFFICES}
