"""转介去向: the programmes of this system that may help a child, and other offices."""

from __future__ import annotations

from apps.units.language import lazy as _

# Programmes by code; a card need not be installed for a child to be referred to it.
PROGRAMMES_FOR = {
    "orphan_allowance": _("孤儿基本生活保障"),
    "unattended_child_allowance": _("事实无人抚养儿童保障"),
    "destitute_basic": _("特困供养"),
    "minimum_living": _("最低生活保障"),
    "disability_nursing": _("重度残疾人护理补贴"),
    "temporary_relief": _("临时救助"),
}
OFFICES = {
    "education": _("教育部门"),
    "health": _("卫生健康部门"),
    "police": _("公安机关"),
    "federation": _("残联"),
    "charity": _("社会组织"),
}
TARGETS = {**PROGRAMMES_FOR, **OFFICES}
