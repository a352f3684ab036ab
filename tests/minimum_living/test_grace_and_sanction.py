"""渐退期 and 停发本人份额: two decisions of their own (R-DB-14, R-DB-15)."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.actions import Refused
from apps.casework.models import Decision, Entitlement
from apps.casework.outcome import Verdict
from apps.households.models import Person
from apps.minimum_living import actions
from apps.minimum_living.models import Grace
from tests.builders import date, fact, month, person
from tests.minimum_living.stories import (
    adopt,
    again,
    awarded,
    earns,
    family,
    known,
    owed,
    result,
    said,
    stop,
    two,
)

pytestmark = pytest.mark.django_db


def grace(award: Entitlement, on: str, months: int, cause: str = "employment") -> Decision:
    return actions.grant_grace(award.pk, on=date(on), months=months, cause=cause, **two())


def sanction(award: Entitlement, who: Person, on: str, until: str | None = None) -> Decision:
    last = month(until) if until else None
    return actions.sanction(award.pk, on=date(on), person_id=who.pk, until=last, **two())


def refuses_work(who: Person, home: Any, *days: str) -> None:
    for on in days:
        fact("work_refusal", who, on, household_id=home.pk)


def working_couple() -> tuple[Any, list[Person], Entitlement]:
    """Urban, 500 a month at the decision: 900 owed; from May one of them earns 2000."""
    home, people = family(zone="urban", size=2)
    earns(people[0], 500)
    award = awarded(home)
    earns(people[0], 2000, on="2024-05-13")
    return home, people, award


def test_six_months_at_the_old_amount_then_the_end() -> None:
    """C034."""
    home, _, award = working_couple()
    decision = grace(award, "2024-05-28", 6)
    assert (decision.kind, decision.reason) == ("grace", "employment")
    assert [owed(home, f"2024-{m:02d}") for m in range(5, 13)] == [90_000] * 7 + [0]
    award.refresh_from_db()
    assert award.period.upper == month("2024-12")


def test_the_amount_of_the_month_of_decision_is_repriced_with_it() -> None:
    home, _, award = working_couple()
    grace(award, "2024-05-28", 6)
    adopt("minimum_living.urban_monthly", "750.00", since="2024-05")
    assert owed(home, "2024-08") == 100_000


def test_a_later_raise_does_not_raise_the_kept_amount() -> None:
    home, _, award = working_couple()
    grace(award, "2024-05-28", 6)
    adopt("minimum_living.urban_monthly", "750.00", since="2024-07")
    assert owed(home, "2024-08") == 90_000


def test_the_cap_is_the_standard_of_those_present() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 6)
    fact("death", people[1], "2024-07-03")
    assert (owed(home, "2024-07"), owed(home, "2024-08")) == (90_000, 70_000)
    assert any("现有1人" in words for words in said(home, "2024-08"))


def test_persons_in_grace_are_on_minimum_living() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 6)
    share = known(home, "2024-08").computed[month("2024-08")].share("minimum_living", people[1].pk)
    assert share is not None
    assert (share.base_fen, share.heads, share.verdict) == (90_000, 2, Verdict.PAYABLE)


def test_a_redetermination_replaces_it_and_the_award_goes_on() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 6)
    earns(people[0], 300, on="2024-08-05")
    again(award, "2024-08-20")
    assert [owed(home, f"2024-{m:02d}") for m in (8, 9, 12)] == [90_000, 110_000, 110_000]
    award.refresh_from_db()
    assert award.period.upper is None
    assert Grace.objects.get().period.upper == month("2024-09")


def test_a_redetermination_in_the_last_month_of_grace_goes_on_from_its_end() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 3)
    earns(people[0], 300, on="2024-08-05")
    again(award, "2024-08-20")
    assert [owed(home, f"2024-{m:02d}") for m in (8, 9)] == [90_000, 110_000]


def test_a_redetermination_may_end_it_early() -> None:
    home, _, award = working_couple()
    grace(award, "2024-05-28", 6)
    assert again(award, "2024-08-20").kind == Decision.Kind.STOP
    assert [owed(home, f"2024-{m:02d}") for m in (8, 9)] == [90_000, 0]


def test_a_correction_before_it_takes_the_whole_grace_away() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 6)
    earns(people[0], 100, on="2024-01-13")
    earns(people[0], 200, on="2024-05-14")
    again(award, "2024-06-20", effective="2024-03")
    assert [owed(home, f"2024-{m:02d}") for m in (2, 3, 6, 12)] == [
        90_000,
        130_000,
        120_000,
        120_000,
    ]
    assert Grace.objects.get().period.isempty


def test_after_grace_the_award_is_over() -> None:
    _, _, award = working_couple()
    grace(award, "2024-05-28", 3)
    with pytest.raises(Refused, match="已终止"):
        again(award, "2024-09-20")


def test_a_stop_during_grace_is_not_undone_by_a_correction() -> None:
    home, people, award = working_couple()
    grace(award, "2024-05-28", 6)
    stop(award, "2024-10-20", "voluntary", effective="2024-11")
    earns(people[0], 100, on="2024-01-13")
    again(award, "2024-11-05", effective="2024-03")
    assert owed(home, "2024-11") == 0


def test_kept_nothing_stays_nothing() -> None:
    home, people = family(zone="urban", size=1)
    earns(people[0], 900)
    award = awarded(home)
    grace(award, "2024-05-28", 2)
    found = result(home, "2024-06").outcome
    assert (found.fen, found.verdict) == (0, Verdict.NOTHING)


@pytest.mark.parametrize(
    ("months", "cause", "words"),
    [(7, "employment", "1至6个月"), (0, "employment", "1至6个月"), (3, "inheritance", "就业")],
)
def test_grace_is_refused(months: int, cause: str, words: str) -> None:
    _, _, award = working_couple()
    with pytest.raises(Refused, match=words):
        grace(award, "2024-05-28", months, cause)


def test_grace_is_refused_where_not_configured_or_not_in_force() -> None:
    _, _, award = working_couple()
    with pytest.raises(Refused, match="不在低保享受期内"):
        grace(award, "2023-12-20", 3)
    grace(award, "2024-05-28", 3)
    with pytest.raises(Refused, match="已有渐退期"):
        grace(award, "2024-06-28", 3)
    _, _, other = working_couple()
    adopt("minimum_living.grace_max_months", None)
    with pytest.raises(Refused, match="渐退期上限"):
        grace(other, "2024-05-28", 3)


def test_the_way_of_the_amount_must_be_known() -> None:
    _, _, award = working_couple()
    adopt("minimum_living.grace_amount", None)
    with pytest.raises(Refused, match="按原户保障金额"):
        grace(award, "2024-05-28", 3)


# ---- 停发本人份额 -----------------------------------------------------------------------------


def refusing_family() -> tuple[Any, list[Person], Entitlement]:
    home, people = family(zone="urban")
    earns(people[0], 600)
    award = awarded(home)
    refuses_work(people[1], home, "2024-05-10", "2024-06-04", "2024-07-01")
    return home, people, award


def test_a_third_of_the_amount_is_withheld_from_the_next_month() -> None:
    """C037."""
    home, people, award = refusing_family()
    sanction(award, people[1], "2024-07-09")
    assert (owed(home, "2024-07"), owed(home, "2024-08")) == (150_000, 100_000)
    august = result(home, "2024-08")
    assert august.outcome.base == 150_000
    assert len(august.case.persons) == 3  # the sanctioned person stays on minimum living


def test_until_the_last_month() -> None:
    home, people, award = refusing_family()
    sanction(award, people[1], "2024-07-09", until="2024-09")
    assert [owed(home, f"2024-{m:02d}") for m in (9, 10)] == [100_000, 150_000]
    sanction(award, people[1], "2024-10-09")
    assert owed(home, "2024-11") == 100_000


def test_the_share_is_of_the_exact_amount() -> None:
    """Rounding the base first would give 77895: 116842 × 2 ÷ 3 = 77894.67."""
    home, people = family()
    earns(people[0], 2179, per="year", code="business_net")
    award = awarded(home)
    refuses_work(people[1], home, "2024-05-10", "2024-06-04", "2024-07-01")
    sanction(award, people[1], "2024-07-09")
    assert owed(home, "2024-08") == 77_894  # (16200 − 2179) ÷ 12 × 2 ÷ 3 = 778.9444


def test_a_dead_person_is_not_sanctioned() -> None:
    home, people, award = refusing_family()
    sanction(award, people[1], "2024-07-09")
    fact("death", people[1], "2024-08-20")
    assert owed(home, "2024-09") == 80_000


def test_the_only_person_sanctioned_gets_nothing_but_stays_on_minimum_living() -> None:
    home, people = family(zone="urban", size=1)
    award = awarded(home)
    refuses_work(people[0], home, "2024-05-10", "2024-06-04", "2024-07-01")
    sanction(award, people[0], "2024-07-09")
    found = result(home, "2024-08").outcome
    assert (found.fen, found.verdict, found.base) == (0, Verdict.NOTHING, 70_000)


def test_grace_keeps_the_amount_before_the_sanction_and_the_sanction_goes_on() -> None:
    home, people, award = refusing_family()
    sanction(award, people[1], "2024-07-09")
    grace(award, "2024-08-28", 2)
    assert owed(home, "2024-09") == 100_000
    assert result(home, "2024-09").outcome.base == 150_000


def test_sanction_is_refused() -> None:
    home, people, award = refusing_family()
    refuses_work(people[0], home, "2024-05-10", "2024-06-04")
    with pytest.raises(Refused, match="现有2次"):
        sanction(award, people[0], "2024-07-09")
    with pytest.raises(Refused, match="不能早于"):
        sanction(award, people[1], "2024-07-09", until="2024-07")
    with pytest.raises(Refused, match="现有2次"):
        sanction(award, people[1], "2024-06-30")
    sanction(award, people[1], "2024-07-09")
    with pytest.raises(Refused, match="已在停发"):
        sanction(award, people[1], "2024-08-09")
    stranger = person("外人")
    refuses_work(stranger, home, "2024-05-10", "2024-06-04", "2024-07-01")
    with pytest.raises(Refused, match="未计入"):
        sanction(award, stranger, "2024-07-09")
