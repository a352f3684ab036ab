"""特困人员救助供养: its cards."""

from __future__ import annotations

from apps.casework.procedures import DESTITUTE, SHORT
from apps.casework.programme import Nature, Programme, Rule, Start, Subject, register
from apps.destitute_support import examine, facts
from apps.destitute_support.rule import (
    URBAN,
    Basic,
    Care,
    Funeral,
    destitute_basic,
    destitute_care,
    destitute_funeral,
)
from apps.units.language import lazy as _
from apps.units.months import month


def budget(case: Basic | Care | Funeral) -> str:
    """城市、农村特困人员救助供养支出, by the zone of the month (handbook §8.2)."""
    return "2082101" if case.zone == URBAN else "2082102"


BASIC_STANDARDS = (
    "destitute_basic.rural_scattered",
    "destitute_basic.urban_scattered",
    "destitute_basic.institutional",
)

BASIC = Programme(
    code="destitute_basic",
    number=21,
    name=_("特困基本生活费"),
    short=_("特困"),
    app="destitute_support",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=tuple(f"R-TK-{n:02d}" for n in range(1, 18)),
    rules=(Rule(211, month(2010, 1), destitute_basic, Basic),),
    gather=facts.gather_basic,
    examine=examine.examine_basic,
    chosen_against=("orphan_allowance", "unattended_child_allowance"),
    budget=budget,
    standards=BASIC_STANDARDS,
    procedure=DESTITUTE,
)

CARE = Programme(
    code="destitute_care",
    number=22,
    name=_("特困照料护理费"),
    short=_("特困护理"),
    app="destitute_support",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=("R-TK-08", "R-TK-09", "R-TK-11"),
    rules=(Rule(221, month(2010, 1), destitute_care, Care),),
    gather=facts.gather_care,
    awarded_with="destitute_basic",
    after=("destitute_basic",),
    budget=budget,
    standards=("destitute_care.self", "destitute_care.partial", "destitute_care.full"),
)

FUNERAL = Programme(
    code="destitute_funeral",
    number=23,
    name=_("特困丧葬费"),
    short=_("丧葬"),
    app="destitute_support",
    subject=Subject.PERSON,
    nature=Nature.ONE_OFF,
    start=Start.OF_DECISION,
    law=("R-TK-15",),
    rules=(Rule(231, month(2010, 1), destitute_funeral, Funeral),),
    gather=facts.gather_funeral,
    examine=examine.examine_funeral,
    public_notice=False,
    budget=budget,
    standards=("destitute_funeral.months", *BASIC_STANDARDS),
    procedure=SHORT,
)

register(BASIC, CARE, FUNERAL)
