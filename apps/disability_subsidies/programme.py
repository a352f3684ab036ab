"""残疾人两项补贴: their cards."""

from __future__ import annotations

from apps.casework.procedures import DISABILITY
from apps.casework.programme import (
    Exclusion,
    Nature,
    Programme,
    Rule,
    Slot,
    Start,
    Subject,
    register,
)
from apps.disability_subsidies.examine import (
    bid_nursing,
    examine_living,
    examine_nursing,
    first_month,
)
from apps.disability_subsidies.facts import gather_living, gather_nursing
from apps.disability_subsidies.rule import (
    Living,
    Nursing,
    disability_living,
    disability_nursing,
)
from apps.units.language import lazy as _
from apps.units.months import month

LIVING = Programme(
    code="disability_living",
    number=31,
    name=_("困难残疾人生活补贴"),
    short=_("残疾生活"),
    app="disability_subsidies",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.OF_APPLICATION,
    law=("R-CJ-01", "R-CJ-04", "R-CJ-05", "R-CJ-06", "R-CJ-07", "R-CJ-09", "R-CJ-10", "R-CJ-11"),
    rules=(Rule(311, month(2010, 1), disability_living, Living),),
    gather=gather_living,
    examine=examine_living,
    requires=("minimum_living",),
    excluded_by=(
        Exclusion("destitute_basic", note="R-CJ-04"),
        Exclusion("orphan_allowance", note="R-CJ-05"),
    ),
    lapses=True,
    budget="2081107",
    standards=(
        "disability_living.monthly",
        "disability_living.include_marginal_household",
        "disability.reissue_arrears_max_months",
    ),
    first_month=first_month,
    procedure=DISABILITY,
)

NURSING = Programme(
    code="disability_nursing",
    number=32,
    name=_("重度残疾人护理补贴"),
    short=_("残疾护理"),
    app="disability_subsidies",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.OF_APPLICATION,
    law=("R-CJ-02", "R-CJ-04", "R-CJ-07", "R-CJ-09", "R-CJ-10", "R-CJ-11", "R-CJ-12"),
    rules=(Rule(321, month(2010, 1), disability_nursing, Nursing),),
    gather=gather_nursing,
    examine=examine_nursing,
    bid=bid_nursing,
    excluded_by=(Exclusion("destitute_basic", note="R-CJ-04"),),
    slot=Slot("nursing"),
    lapses=True,
    budget="2081107",
    standards=(
        "disability_nursing.monthly",
        "disability_nursing.include_grade3_mental_intellectual",
        "disability.reissue_arrears_max_months",
    ),
    first_month=first_month,
    procedure=DISABILITY,
)

register(LIVING, NURSING)
