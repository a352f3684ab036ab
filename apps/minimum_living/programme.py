"""最低生活保障、分类施保、低保边缘家庭、刚性支出困难家庭: their cards."""

from __future__ import annotations

from apps.casework.procedures import FULL
from apps.casework.programme import Nature, Programme, Rule, Start, Subject, register
from apps.minimum_living import examine, facts, freeze
from apps.minimum_living.rule import (
    URBAN,
    MinimumLiving,
    Supplement,
    minimum_living,
    minimum_living_supplement,
)
from apps.units.language import lazy as _
from apps.units.months import month


def budget(case: MinimumLiving | Supplement) -> str:
    """城市、农村最低生活保障金支出, by the class as determined (R-DB-27, handbook §8.2)."""
    return "2081901" if case.zone == URBAN else "2081902"


STANDARDS = ("minimum_living.urban_monthly", "minimum_living.rural_annual")

MINIMUM_LIVING = Programme(
    code="minimum_living",
    number=11,
    name=_("最低生活保障"),
    short=_("低保"),
    app="minimum_living",
    subject=Subject.EITHER,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=tuple(f"R-DB-{n:02d}" for n in range(1, 28)),
    rules=(Rule(111, month(2010, 1), minimum_living, MinimumLiving),),
    gather=facts.gather_minimum_living,
    examine=examine.examine_minimum_living,
    counted=facts.COUNTED,
    members_out_by=("destitute_basic", "orphan_allowance"),
    advance="payment.rural_minimum_living",
    budget=budget,
    standards=(
        *STANDARDS,
        "minimum_living.mode",
        "minimum_living.grade_amounts",
        "minimum_living.min_payment",
        "minimum_living.employment_cost_rate",
        "minimum_living.central_base_pension_exempt_until",
        "minimum_living.grace_max_months",
        "minimum_living.grace_amount",
    ),
    on_confirm=freeze.on_confirm,
    on_imagine=freeze.on_imagine,
    procedure=FULL,
)

SUPPLEMENT = Programme(
    code="minimum_living_supplement",
    number=12,
    name=_("分类施保增发"),
    short=_("分类施保"),
    app="minimum_living",
    subject=Subject.PERSON,
    nature=Nature.MONTHLY,
    start=Start.AFTER_DECISION,
    law=("R-DB-16",),
    rules=(Rule(121, month(2010, 1), minimum_living_supplement, Supplement),),
    gather=facts.gather_supplement,
    awarded_with="minimum_living",
    after=("minimum_living",),
    public_notice=False,
    budget=budget,
    standards=("minimum_living.supplement", *STANDARDS),
)

MARGINAL = Programme(
    code="marginal_household",
    number=13,
    name=_("低保边缘家庭"),
    short=_("边缘"),
    app="minimum_living",
    subject=Subject.HOUSEHOLD,
    nature=Nature.STATUS,
    start=Start.OF_DECISION,
    law=("R-BY-01", "R-BY-02"),
    examine=examine.examine_marginal,
    standards=("marginal_household.multiplier", *STANDARDS),
    procedure=FULL,
)

RIGID = Programme(
    code="rigid_expenditure_household",
    number=14,
    name=_("刚性支出困难家庭"),
    short=_("刚性支出"),
    app="minimum_living",
    subject=Subject.HOUSEHOLD,
    nature=Nature.STATUS,
    start=Start.OF_DECISION,
    law=("R-GX-01", "R-GX-02", "R-GX-03"),
    examine=examine.examine_rigid,
    standards=(
        "rigid_expenditure_household.ratio",
        "rigid_expenditure_household.disposable_income_urban",
        "rigid_expenditure_household.disposable_income_rural",
        "rigid_expenditure_household.valid_months",
    ),
    on_confirm=freeze.limit_validity,
    procedure=FULL,
)

register(MINIMUM_LIVING, SUPPLEMENT, MARGINAL, RIGID)
