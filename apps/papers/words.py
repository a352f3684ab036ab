"""文书用语: the laws a notice rests on, by programme or family; names only, as they were read."""

from __future__ import annotations

from apps.casework.programme import PROGRAMMES

_INTERIM = "《社会救助暂行办法》"
_BY_FAMILY = {
    "minimum_living": (_INTERIM, "《最低生活保障审核确认办法》"),
    "destitute_support": (_INTERIM, "《特困人员认定办法》"),
    "disability_subsidies": (
        "《国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见》",
    ),
    "temporary_relief": (_INTERIM,),
}
_BY_PROGRAMME = {
    "rigid_expenditure_household": ("《刚性支出困难家庭认定办法》",),
    "orphan_allowance": ("《国务院办公厅关于加强孤儿保障工作的意见》",),
    "unattended_child_allowance": ("《关于进一步加强事实无人抚养儿童保障工作的意见》",),
}


def law_of(programme: str) -> list[str]:
    """The laws and opinions a decision on the programme rests on; empty where none was read."""
    own = _BY_PROGRAMME.get(programme)
    return list(own or _BY_FAMILY.get(PROGRAMMES[programme].app, ()))
