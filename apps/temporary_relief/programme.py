"""临时救助、流浪乞讨人员救助: their cards."""

from __future__ import annotations

from apps.casework.procedures import EMERGENCY, FULL, STATION
from apps.casework.programme import Nature, Programme, Rule, Start, Subject, register
from apps.temporary_relief.examine import examine_relief, examine_vagrant
from apps.temporary_relief.facts import gather_relief
from apps.temporary_relief.rule import Relief, temporary_relief
from apps.units.language import lazy as _
from apps.units.months import month

RELIEF = Programme(
    code="temporary_relief",
    number=61,
    name=_("临时救助"),
    short=_("临救"),
    app="temporary_relief",
    subject=Subject.EITHER,
    nature=Nature.ONE_OFF,
    start=Start.OF_DECISION,
    law=("R-LZ-01", "R-LZ-02", "R-LZ-03", "R-LZ-04"),
    rules=(Rule(611, month(2010, 1), temporary_relief, Relief),),
    gather=gather_relief,
    examine=examine_relief,
    budget="2082001",
    standards=("temporary_relief.cap_multiple", "minimum_living.urban_monthly"),
    procedure=FULL,
    tracks=(("emergency", EMERGENCY),),
)

# 实物救助: a file and a ten-day clock, never an amount; hence no rule (R-LL-01, R-LL-02).
VAGRANT = Programme(
    code="vagrant_relief",
    number=62,
    name=_("流浪乞讨人员救助"),
    short=_("流浪"),
    app="temporary_relief",
    subject=Subject.PERSON,
    nature=Nature.IN_KIND,
    start=Start.OF_DECISION,
    law=("R-LL-01", "R-LL-02"),
    examine=examine_vagrant,
    public_notice=False,
    budget="2082002",
    standards=("vagrant_relief.days",),
    repeats=True,
    procedure=STATION,
)

register(RELIEF, VAGRANT)
