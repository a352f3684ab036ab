"""残疾人两项补贴 beside other benefits, inside this system and outside (R-CJ-04 to 07)."""

from __future__ import annotations

import pytest

from apps.casework import actions as casework
from apps.casework.outcome import Verdict
from apps.offices.models import Role
from apps.standards.actions import adopt
from tests.builders import award, date, fact, month, staff
from tests.disability_subsidies.amounts import (
    Home,
    benefit,
    both,
    certificate,
    decide,
    minimum_living,
    owed,
    owed_in,
    person_of,
    results,
)

pytestmark = pytest.mark.django_db


def test_work_injury_nursing_takes_single_months_from_both(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    both(home, who)
    benefit(who, "work_injury_nursing", 1200, "2024-04-10", until=date("2024-06-30"))
    for programme in ("disability_living", "disability_nursing"):
        assert owed_in(programme, who, "2024: 4 5 6 7") == [90, 0, 0, 90]


def test_retired_cadre_benefits_take_the_living_months_and_the_lower_nursing(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    both(home, who)
    benefit(who, "retired_cadre_allowance", 60, "2024-04-10")
    assert owed_in("disability_living", who, "2024: 4 5") == [90, 0]
    assert owed_in("disability_nursing", who, "2024: 4 5") == [90, 90]


def test_another_nursing_allowance_wins_while_it_is_the_higher(lives: Home) -> None:
    home, who = lives
    award("disability_nursing", home, who, on="2024-01-08")
    benefit(who, "other_nursing_allowance", 200, "2024-05-10")
    benefit(who, "other_nursing_allowance", 60, "2024-07-10")
    assert owed_in("disability_nursing", who, "2024: 5 6 7 8") == [90, 0, 0, 90]
    june = results("disability_nursing", who, "2024-06")[0].outcome
    assert (june.verdict, june.why) == (Verdict.NOTHING, "higher_in_slot")


def test_an_orphan_gets_nursing_and_not_living(lives: Home) -> None:
    home, who = person_of("2014-09-09")
    certificate(who, "2020-06-01", 1, "mental")
    minimum_living(home)
    both(home, who)
    assert owed_in("disability_living", who, "2024: 1 2") == [90, 90]
    for parent in ("father", "mother"):
        fact("parent", who, on="2023-05-10", part=parent, code="dead")
    award("orphan_allowance", home, who, on="2024-02-05")
    assert owed("orphan_allowance", who, "2024-03") > 0
    assert owed_in("disability_living", who, "2024: 2 3") == [90, 0]
    assert owed_in("disability_nursing", who, "2024: 2 3") == [90, 90]
    assert decide("disability_living", home, who, "2024-03-05")[0] == "reject"


def test_an_orphan_of_a_marginal_household_gets_no_living_subsidy_either(db: None) -> None:
    home, who = person_of("2014-09-09")
    certificate(who, "2020-06-01", 1, "mental")
    for parent in ("father", "mother"):
        fact("parent", who, on="2023-05-10", part=parent, code="dead")
    key = "disability_living.include_marginal_household"
    adopt(key, from_month=month("2024-01"), value=True, recorded_on=date("2024-01-01"), by=None)
    award("marginal_household", home, on="2024-01-08")
    award("disability_living", home, who, on="2024-01-08")
    award("orphan_allowance", home, who, on="2024-02-05")
    assert owed_in("disability_living", who, "2024: 2 3") == [90, 0]
    assert results("disability_living", who, "2024-03")[0].outcome.why == "excluded"


def test_the_destitute_get_neither_and_apply_again_only_for_living(lives: Home) -> None:
    home, who = lives
    minimum_living(home)
    both(home, who)
    fact("self_care", who, on="2024-01-20", number=1)
    found = award("destitute_basic", home, who, on="2024-02-05")
    assert owed("destitute_basic", who, "2024-03") > 0
    assert owed_in("disability_living", who, "2024: 2 3") == [90, 0]
    assert owed_in("disability_nursing", who, "2024: 2 3") == [90, 0]
    assert results("disability_nursing", who, "2024-03")[0].outcome.why == "excluded"
    casework.stop(
        found.pk,
        on=date("2024-04-10"),
        by=staff(Role.COUNTY_SUPERVISOR),
        prepared_by=staff(Role.COUNTY_CLERK),
        reason="other",
    )
    assert owed("disability_nursing", who, "2024-05") == 90  # an exclusion ends nothing
    assert results("disability_living", who, "2024-05")[0].outcome.verdict is Verdict.LAPSED
