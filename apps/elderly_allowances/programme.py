"""高龄津贴、养老服务补贴: their cards."""

from __future__ import annotations

from apps.casework.procedures import SHORT
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
from apps.elderly_allowances.examine import (
    bid,
    examine_elder_service,
    examine_old_age,
    first_month,
)
from apps.elderly_allowances.facts import gather_elder_service, gather_old_age
from apps.elderly_allowances.rule import (
    ElderService,
    OldAge,
    elder_service_subsidy,
    old_age_allowance,
)
from apps.units.language import lazy as _
from apps.units.months import month

OLD_AGE = Programme(
    code="old_age_allowance",
    number=41,
    name=_("高龄津贴"),
    short=_("高龄"),
    app="elderly_allowances",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.OF_APPLICATION,
    law=("R-GL-01", "R-GL-02", "R-GL-03", "R-GL-04"),
    rules=(Rule(411, month(2010, 1), old_age_allowance, OldAge),),
    gather=gather_old_age,
    examine=examine_old_age,
    lapses=True,
    needs_life_certificate=True,
    budget="2081002",
    standards=("old_age_allowance.bands", "old_age_allowance.late_application"),
    first_month=first_month,
    procedure=SHORT,
)

ELDER_SERVICE = Programme(
    code="elder_service_subsidy",
    number=42,
    name=_("养老服务补贴"),
    short=_("养老服务"),
    app="elderly_allowances",
    subject=Subject.PERSON,
    nature=Nature.IN_KIND,
    start=Start.AFTER_DECISION,
    law=("R-YL-01", "R-YL-02", "R-YL-03", "R-YL-04", "R-CJ-07"),
    rules=(Rule(421, month(2010, 1), elder_service_subsidy, ElderService),),
    gather=gather_elder_service,
    examine=examine_elder_service,
    bid=bid,
    requires=("minimum_living",),
    excluded_by=(
        Exclusion(
            "destitute_basic",
            switch="elder_service_subsidy.exclusive_with_destitute",
            note="R-YL-03",
        ),
    ),
    slot=Slot("nursing", switch="elder_service_subsidy.exclusive_with_disability_nursing"),
    budget="2081002",
    standards=(
        "elder_service_subsidy.monthly",
        "elder_service_subsidy.exclusive_with_disability_nursing",
        "elder_service_subsidy.exclusive_with_destitute",
    ),
    procedure=SHORT,
)

register(OLD_AGE, ELDER_SERVICE)
