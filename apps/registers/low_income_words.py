"""低收入人口用语: six categories, four kinds of alert, four outcomes (R-DT-01)."""

from __future__ import annotations

from typing import NamedTuple

from apps.units.language import lazy as _

# In the order in which a person who is in several is counted once.
CATEGORIES = {
    "destitute_basic": _("特困人员"),
    "minimum_living": _("低保对象"),
    "relapse": _("防止返贫监测对象"),
    "marginal_household": _("低保边缘家庭成员"),
    "rigid_expenditure_household": _("刚性支出困难家庭成员"),
    "other": _("其他困难人员"),
}
# Found by other departments or by a decision of its own; no award stands behind these two.
LISTED = {code: CATEGORIES[code] for code in ("relapse", "other")}
ENDS = {
    "recovered": _("风险消除、困难解除"),
    "died": _("全户死亡"),
    "moved": _("迁出本县"),
    "error": _("登记有误"),
}
KINDS = {
    "unclaimed": _("应享未享"),
    "maybe_eligible": _("可能符合未纳入"),
    "maybe_over": _("可能不再符合"),
    "complex": _("复杂个案"),
}
OUTCOMES = {
    "settled": _("已落实"),
    "pushed": _("推送相关部门"),
    "case_by_case": _("一事一议"),
    "ended": _("核查终止"),
}


class Rule(NamedTuple):
    """One alert: of which kind, what it is called, on what rule it stands."""

    kind: str
    label: str
    law: str


RULES = {
    "nursing": Rule("unclaimed", _("护理补贴未享受"), "R-CJ-02"),
    "living": Rule("unclaimed", _("残疾人生活补贴未享受"), "R-CJ-01"),
    "old_age": Rule("unclaimed", _("高龄津贴未享受"), "R-GL-01"),
    "single": Rule("maybe_eligible", _("可单人纳入低保"), "R-DB-03"),
    "hardship": Rule("maybe_eligible", _("监测对象有重病重残"), "R-DT-01"),
    "child": Rule("maybe_eligible", _("困境儿童家庭未纳入"), "R-KJ-01"),
    "income": Rule("maybe_over", _("登记收入已达低保标准"), "R-DB-09、R-DB-12"),
    "gone": Rule("maybe_over", _("死亡或迁出后仍在享受"), "R-CJ-10"),
    "several": Rule("complex", _("多重困难叠加"), "R-DT-01"),
}
HARDSHIPS = {
    "ill": _("重病"),
    "severe": _("重度残疾"),
    "dependent": _("完全失能"),
    "child": _("困境儿童"),
    "custody": _("成员服刑、强制戒毒"),
}
