"""公示内容: which fields the law lets the village see, per family of programmes. Data only.

R-DB-20 (57号 Art.24): name, number of members, amount. R-CJ-13: name, kind of subsidy, amount.
Programme, village and start month belong to the list itself. What is not named here cannot be
shown: rows are built from these columns alone, and the database refuses any other key.
Children have no notice of any kind (R-SW-04, 62号): their family is not here.
"""

from __future__ import annotations

from apps.casework.programme import PROGRAMMES
from apps.units.language import lazy as _

COLUMNS = {
    "name": _("姓名"),
    "kind": _("类别"),
    "members": _("家庭成员数量"),
    "amount": _("月保障金额（元）"),
    "since": _("起始月份"),
}
FAMILIES: dict[str, tuple[str, ...]] = {
    "minimum_living": ("name", "kind", "members", "amount"),
    "destitute_support": ("name", "kind", "amount"),
    "disability_subsidies": ("name", "kind", "amount"),
    "temporary_relief": ("name", "kind", "members", "amount"),
}
NAMES = {
    "minimum_living": _("最低生活保障"),
    "destitute_support": _("特困人员救助供养"),
    "disability_subsidies": _("残疾人两项补贴"),
    "temporary_relief": _("临时救助"),
}
# 长期公布 is of awards that go on; temporary relief is given once.
STANDING = ("minimum_living", "destitute_support", "disability_subsidies")
# The programmes a notice may name; the same list stands in the database (0002_guards).
PROGRAMMES_SHOWN = (
    "minimum_living",
    "marginal_household",
    "rigid_expenditure_household",
    "destitute_basic",
    "disability_living",
    "disability_nursing",
    "temporary_relief",
)
# A minor may be the one who receives; nobody reads a child's name on a village board.
MINOR = "（未成年人）"


def family_of(programme: str) -> str:
    """The family of a programme; empty where the law knows no notice."""
    return PROGRAMMES[programme].app if programme in PROGRAMMES_SHOWN else ""


def columns_of(family: str, stage: str) -> tuple[str, ...]:
    """The columns of a list: those of its family, and the start month in 长期公布."""
    return (*FAMILIES[family], "since") if stage == "standing" else FAMILIES[family]
