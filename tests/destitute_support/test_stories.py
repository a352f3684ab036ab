"""特困: stories through the real actions and queries."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework import actions as casework
from apps.casework.engine import calculate
from apps.casework.models import Entitlement
from apps.casework.outcome import Verdict
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.models import Role
from apps.standards.actions import adopt
from apps.standards.models import current_book
from tests.builders import application, award, date, fact, household, month, person, staff
from tests.destitute_support.owing import owed, results, why

pytestmark = pytest.mark.django_db

BASIC, CARE, FUNERAL = "destitute_basic", "destitute_care", "destitute_funeral"


def alone(born: str = "1955-05-05", zone: str = "rural") -> tuple[Person, Household]:
    """Someone living alone."""
    who = person(born=born)
    return who, household((who, "applicant"), zone=zone)


def supported(born: str = "1955-05-05", zone: str = "rural", **more: Any) -> Person:
    """Someone confirmed on 15 December 2023, assessed as caring for themselves."""
    who, home = alone(born, zone)
    fact("self_care", who, "2023-11-20", number=more.pop("failed", 0))
    if mode := more.pop("mode", ""):
        fact("care_mode", who, "2023-11-20", code=mode)
    for kind, columns in more.items():
        fact(kind, who, **columns)
    award(BASIC, home, who, "2023-12-01", "2023-12-15")
    return who


@pytest.mark.parametrize(
    ("zone", "mode", "basic"),
    [
        ("rural", "", "585.00"),
        ("rural", "scattered", "585.00"),
        ("urban", "scattered", "910.00"),
        ("rural", "institutional", "910.00"),
    ],
)
def test_zone_and_mode_set_the_amount(zone: str, mode: str, basic: str) -> None:
    who = supported(zone=zone, mode=mode)
    assert owed(who, "2023-12", BASIC) == "0.00"
    assert owed(who, "2024-01", BASIC) == basic
    assert owed(who, "2024-01", CARE) == "155.00"


def test_a_change_of_mode_acts_from_the_next_month() -> None:
    who = supported(mode="scattered")
    fact("care_mode", who, "2024-05-20", code="institutional")
    assert owed(who, "2024-05", BASIC) == "585.00"
    assert owed(who, "2024-06", BASIC) == "910.00"
    assert owed(who, "2024-06", CARE) == "155.00"


def test_a_change_of_zone_acts_from_the_next_month_and_moves_the_budget_line() -> None:
    who = supported()
    home = Household.objects.get()
    fact("zone", home, "2024-05-01", code="urban")
    assert owed(who, "2024-05", BASIC) == "585.00"
    assert owed(who, "2024-06", BASIC) == "910.00"
    lines = [r.card.budget_of(r.case.facts) for r in results(who, "2024-06", BASIC)]
    assert lines == ["2082101"]


def test_a_home_formed_after_the_first_month_began_has_had_its_zone_all_along() -> None:
    who = person(born="1955-05-05")
    home = household((who, "applicant"), zone="rural", since="2024-03-10")
    fact("zone", home, "2024-05-10", code="urban")
    award(BASIC, home, who, "2024-03-11", "2024-03-12")
    Entitlement.objects.update(period=(month("2024-03"), None))  # as taken over
    assert owed(who, "2024-03", BASIC) == "585.00"
    assert owed(who, "2024-05", BASIC) == "585.00"
    assert owed(who, "2024-06", BASIC) == "910.00"


def test_a_new_assessment_acts_from_the_next_month() -> None:
    who = supported()
    fact("self_care", who, "2024-05-17", number=5)
    assert owed(who, "2024-05", CARE) == "155.00"
    assert owed(who, "2024-06", CARE) == "516.67"


def test_without_an_assessment_care_is_held_not_guessed() -> None:
    who, home = alone()
    award(BASIC, home, who, "2023-12-01", "2023-12-15")
    fact("self_care", who, "2024-02-03", number=2)
    assert owed(who, "2024-02", BASIC) == "585.00"
    assert why(who, "2024-02", CARE) == ("HELD", "self_care")
    assert owed(who, "2024-03", CARE) == "258.33"


def test_the_month_of_death_is_the_last_even_when_reported_late() -> None:
    who = supported()
    fact("death", who, "2024-09-03", known="2024-11-05")
    assert owed(who, "2024-09", BASIC) == "585.00"
    assert owed(who, "2024-09", CARE) == "155.00"
    assert why(who, "2024-10", BASIC) == ("UNQUALIFIED", "gone")
    assert why(who, "2024-10", CARE) == ("UNQUALIFIED", "no_basic")


def test_stopping_the_basic_award_stops_care() -> None:
    who = supported()
    casework.stop(
        Entitlement.objects.get().pk,
        on=date("2024-04-08"),
        by=staff(Role.COUNTY_SUPERVISOR),
        prepared_by=staff(),
        reason="obligor_able",
    )
    assert owed(who, "2024-04", CARE) == "155.00"
    assert not results(who, "2024-05", BASIC)
    assert not results(who, "2024-05", CARE)


def test_a_minor_goes_on_past_18_only_in_the_named_schools() -> None:
    pupil = supported(
        "2006-06-15",
        schooling={"on": "2021-09-01", "code": "senior_high", "until": date("2025-06-30")},
    )
    student = supported(
        "2006-06-15",
        schooling={"on": "2023-09-01", "code": "undergraduate", "until": date("2027-06-30")},
    )
    assert [owed(pupil, m, BASIC) for m in ("2024-06", "2024-07", "2025-06", "2025-07")] == [
        "585.00",
        "585.00",
        "585.00",
        "0.00",
    ]
    assert owed(student, "2024-06", BASIC) == "585.00"
    assert why(student, "2024-07", BASIC) == ("UNQUALIFIED", "grown_up")


def test_the_month_in_which_studies_break_off_still_counts() -> None:
    who = supported("2006-06-15", schooling={"on": "2021-09-01", "code": "senior_high"})
    fact("schooling", who, "2024-09-10", code="none")
    assert owed(who, "2024-09", BASIC) == "585.00"
    assert owed(who, "2024-10", BASIC) == "0.00"


def test_a_minor_with_a_qualifying_disability_goes_on_while_the_certificate_is_valid() -> None:
    certificate = {"on": "2020-01-01", "code": "mental", "number": 3, "until": date("2024-09-20")}
    who = supported("2006-06-15", disability=certificate)
    assert owed(who, "2024-09", BASIC) == "585.00"
    assert owed(who, "2024-10", BASIC) == "0.00"


def test_someone_18_on_the_day_of_the_decision_is_not_asked_about_school() -> None:
    who = supported("2005-12-15")
    assert owed(who, "2024-07", BASIC) == "585.00"


def test_someone_confirmed_before_18_is_asked_even_in_the_first_month() -> None:
    # Eighteen between the decision and the first month: confirmed as a minor (R-TK-14).
    who = supported("2005-12-31")
    assert why(who, "2024-01", BASIC) == ("UNQUALIFIED", "grown_up")


def funeral(who: Person, decided: str = "2024-09-25") -> None:
    home = Household.objects.get()
    award(FUNERAL, home, who, "2024-09-20", decided)


def test_the_funeral_is_off_until_configured() -> None:
    who = supported()
    fact("death", who, "2024-09-03")
    funeral(who)
    assert why(who, "2024-09", FUNERAL) == ("NOTHING", "not_configured")
    adopt(
        "destitute_funeral.months",
        from_month=month("2024-01"),
        value=12,
        recorded_on=date("2024-10-01"),
        by=None,
    )
    assert owed(who, "2024-09", FUNERAL) == "7020.00"
    assert owed(who, "2024-10", FUNERAL) == "0.00"


def test_the_funeral_is_priced_in_the_month_of_death() -> None:
    who = supported(mode="scattered")
    for key, value in (
        ("destitute_funeral.months", 6),
        ("destitute_basic.rural_scattered", "600.00"),
    ):
        since = month("2024-01") if value == 6 else month("2024-10")
        adopt(key, from_month=since, value=value, recorded_on=date("2024-02-01"), by=None)
    fact("care_mode", who, "2024-09-02", code="institutional")  # acts from October
    fact("death", who, "2024-09-03")
    funeral(who, "2024-11-25")
    assert owed(who, "2024-11", FUNERAL) == "3510.00"


def test_the_funeral_needs_a_recorded_death() -> None:
    who = supported()
    adopt(
        "destitute_funeral.months",
        from_month=month("2024-01"),
        value=12,
        recorded_on=date("2024-01-01"),
        by=None,
    )
    funeral(who)
    assert why(who, "2024-09", FUNERAL) == ("HELD", "death")


def decided(programme: str, home: Household, who: Person, applied: str, on: str) -> tuple[str, str]:
    """The kind and the reason of a decision by the rules."""
    asked = application(programme, home, who, applied)
    decision = casework.decide(asked.pk, on=date(on), by=staff(Role.COUNTY_SUPERVISOR))
    return decision.kind, decision.reason


def found(who: Person, living: bool = True, obligor: bool = True, on: str = "2024-05-31") -> None:
    fact("no_source_of_living", who, on, flag=living)
    fact("no_able_obligor", who, on, flag=obligor)


def test_sixty_on_the_day_passes() -> None:
    who, home = alone("1964-05-31")
    found(who)
    fact("self_care", who, "2024-05-31", number=0)
    assert decided(BASIC, home, who, "2024-05-31", "2024-07-12") == ("confirm", "")
    assert owed(who, "2024-07", BASIC) == "0.00"
    assert owed(who, "2024-08", BASIC) == "585.00"
    assert owed(who, "2024-08", CARE) == "155.00"


@pytest.mark.parametrize(
    ("living", "obligor", "reason"),
    [(False, True, "source_of_living"), (True, False, "able_obligor")],
)
def test_a_finding_against_refuses(living: bool, obligor: bool, reason: str) -> None:
    who, home = alone()
    found(who, living, obligor)
    assert decided(BASIC, home, who, "2024-06-01", "2024-06-12") == ("reject", reason)


def test_an_expired_certificate_does_not_help() -> None:
    who, home = alone("1990-01-01")
    found(who)
    fact("disability", who, "2014-06-01", code="limb", number=1, until=date("2024-06-10"))
    got = decided(BASIC, home, who, "2024-06-01", "2024-06-12")
    assert got == ("reject", "no_working_capacity")


def test_sixteen_is_left_to_the_officer_who_may_confirm() -> None:
    who, home = alone("2008-01-01")
    found(who)
    assert decided(BASIC, home, who, "2024-06-01", "2024-06-12") == ("confirm", "")


def test_a_child_with_an_orphan_award_is_not_also_destitute() -> None:
    who, home = alone("2014-01-01")
    found(who)
    award("orphan_allowance", home, who, "2024-04-01", "2024-04-10")
    assert decided(BASIC, home, who, "2024-06-01", "2024-06-12") == ("reject", "excluded")


def test_a_recorded_choice_for_child_welfare_refuses() -> None:
    who, home = alone("2014-01-01")
    found(who)
    fact("choice", who, "2024-06-01", code="unattended_child_allowance", detail=BASIC)
    assert decided(BASIC, home, who, "2024-06-01", "2024-06-12") == ("reject", "chosen_other")


def test_the_funeral_is_decided_for_the_supported_dead_once() -> None:
    who = supported()
    home = Household.objects.get()
    assert decided(FUNERAL, home, who, "2024-08-20", "2024-08-25") == ("reject", "death")
    fact("death", who, "2024-09-03")
    assert decided(FUNERAL, home, who, "2024-09-20", "2024-09-25") == ("confirm", "")
    assert decided(FUNERAL, home, who, "2024-10-20", "2024-10-25") == ("reject", "given")


def test_the_whole_county_comes_to_the_same_as_one_home() -> None:
    people = [supported(), supported(zone="urban", mode="institutional", failed=4)]
    of = month("2024-03")
    county = {
        (r.card.code, r.case.subject): r.outcome.fen for r in calculate(of, book=current_book())
    }
    for who in people:
        for code in (BASIC, CARE):
            assert county[code, who.pk] == sum(r.outcome.fen for r in results(who, "2024-03", code))
    assert len(county) == 4


def test_a_voided_fact_never_acts() -> None:
    who = supported()
    wrong = fact("death", who, "2024-02-03")
    households.void(wrong.pk, on=date("2024-03-01"), by=None, reason="登记有误")
    assert owed(who, "2024-03", BASIC) == "585.00"


def test_a_missing_standard_holds_both() -> None:
    who = supported()
    Entitlement.objects.update(period=(month("2023-06"), None))  # before the first standard
    (basic,) = results(who, "2023-12", BASIC)
    (care,) = results(who, "2023-12", CARE)
    assert basic.outcome.verdict is care.outcome.verdict is Verdict.HELD
    assert owed(who, "2024-01", BASIC) == "585.00"
