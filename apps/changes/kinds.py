"""变更种类: what may change about a family, and what each change asks for. Data only.

A change acts by itself unless an award stands whose amount rests on a decision: then a second
person decides (R-DB-12, CV-08), and nothing is recorded before that.
"""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.procedures import CASEWORKERS, COUNTY
from apps.offices.models import Role
from apps.units.language import lazy as _

POOR = "minimum_living"
# What a household gets as a whole; it ends with the household and does not split with it.
OF_A_HOUSEHOLD = (POOR, "marginal_household", "rigid_expenditure_household")


class ChangeKind(NamedTuple):
    """One kind of change. ``decided_for``: a standing award of these asks for a second person.

    ``settles``: the minimum-living awards concerned are determined anew with it; ``documents``
    are types of the evidence catalogue that prove it; ``offered``: in the menu of a household.
    """

    code: str
    name: str
    group: str
    hint: str
    rule: str
    documents: tuple[str, ...]
    decided_for: tuple[str, ...] = ()
    settles: bool = False
    offered: bool = True
    roles: tuple[Role, ...] = CASEWORKERS


_ALL = (
    ChangeKind(
        "join",
        _("成员增加"),
        _("增减员"),
        _("出生、结婚、迁入等，有人来共同生活"),
        "R-DB-12",
        ("household_book", "id_card"),
        (POOR,),
        settles=True,
    ),
    ChangeKind(
        "leave",
        _("成员减少"),
        _("增减员"),
        _("有人不再共同生活（死亡请办“死亡”）"),
        "R-DB-12、R-DB-23",
        ("household_book",),
        (POOR,),
        settles=True,
    ),
    ChangeKind(
        "death",
        _("死亡"),
        _("死亡"),
        _("死亡当月照发，次月起停，不论何时报告；多发的转追缴"),
        "R-DB-13、R-TK-13、R-CJ-10、R-GL-03、CV-08",
        ("death_proof",),
    ),
    ChangeKind(
        "income",
        _("收入变化"),
        _("收入"),
        _("同一来源的新金额自该日起替换旧金额，填0为终止"),
        "R-DB-05、R-DB-06、R-DB-12、R-DB-14",
        ("income_proof",),
        (POOR,),
        settles=True,
    ),
    ChangeKind(
        "property",
        _("财产变化"),
        _("财产"),
        _("财产核查的新结论"),
        "R-DB-08、R-DB-09、R-DB-12",
        ("house_proof", "other"),
        (POOR,),
        settles=True,
    ),
    ChangeKind(
        "account",
        _("换卡"),
        _("换卡"),
        _("更换收款账户；退票的款项下一批次重发"),
        "R-PAY-02、R-PAY-05",
        ("bank_card",),
    ),
    ChangeKind(
        "move",
        _("市内迁移"),
        _("迁移"),
        _("全户迁到本市另一村（社区）"),
        "R-DB-26、R-DB-27",
        ("household_book",),
    ),
    ChangeKind(
        "move_out",
        _("户籍迁出本市"),
        _("迁移"),
        _("高龄津贴、两项补贴、养老服务补贴自动次月停发，其余待遇须决定停发"),
        "R-GL-03、R-CJ-10",
        ("household_book",),
        (POOR, "destitute_basic", "orphan_allowance", "unattended_child_allowance"),
    ),
    ChangeKind(
        "zone",
        _("城乡类别变更"),
        _("城乡类别"),
        _("城市、农村互转是一项决定，次月起按新标准"),
        "R-DB-27、R-TK-17",
        ("household_book",),
        (POOR, "destitute_basic"),
        settles=True,
    ),
    ChangeKind(
        "disability",
        _("残疾人证变化"),
        _("残疾证"),
        _("新领、换证、等级变更，发生日期填发证日期"),
        "R-CJ-11、R-CJ-12",
        ("disability_certificate",),
    ),
    ChangeKind(
        "self_care",
        _("生活自理能力变化"),
        _("自理能力"),
        _("复核评估的结果，次月起按新档次"),
        "R-TK-08、R-TK-09、R-YL-02",
        ("other",),
        ("destitute_basic", "elder_service_subsidy"),
    ),
    ChangeKind(
        "split",
        _("分户"),
        _("分户"),
        _("部分成员分出另立一户；原户重新核定，新户同时提出申请"),
        "R-DB-12、R-DB-22、R-DB-23",
        ("household_book",),
        (POOR,),
        settles=True,
    ),
    ChangeKind(
        "merge",
        _("并户"),
        _("并户"),
        _("另一户并入本户：其户待遇停发并销户，本户重新核定"),
        "R-DB-12、R-DB-23",
        ("household_book",),
        OF_A_HOUSEHOLD,
        settles=True,
    ),
    ChangeKind(
        "head",
        _("户主变更"),
        _("户主变更"),
        _("换一名申请人（户主），并写明其他人与新户主的关系"),
        "R-DB-01",
        ("household_book",),
    ),
    ChangeKind(
        "guardian",
        _("监护人变更"),
        _("监护人"),
        _("未成年人或无民事行为能力人的监护人，可同时改由其收款"),
        "R-SW-04、R-SW-09，《民法典》第二十七条、第二十八条、第三十二条",
        ("guardianship_proof",),
    ),
    ChangeKind(
        "unite",
        _("重复人员合并"),
        _("重复人员"),
        _("两份档案是同一人：保留一份，另一份停用，其登记转到保留的一份"),
        "R-DB-23",
        ("id_card",),
        (POOR,),
        settles=True,
        offered=False,
        roles=COUNTY,
    ),
    ChangeKind(
        "part",
        _("撤销合并"),
        _("重复人员"),
        _("合并错了：两份档案恢复为两人，转登的事实作废"),
        "R-DB-23",
        ("id_card",),
        (POOR,),
        settles=True,
        offered=False,
        roles=COUNTY,
    ),
)
CHANGES: dict[str, ChangeKind] = {kind.code: kind for kind in _ALL}


def offered() -> list[ChangeKind]:
    """The kinds in the menu of a household, in their order."""
    return [kind for kind in _ALL if kind.offered]
