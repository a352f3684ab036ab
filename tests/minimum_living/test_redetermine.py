"""重新核定 and 更正: what a later decision freezes, and which months it takes over (R-DB-12)."""

from __future__ import annotations

import pytest

from apps.casework.actions import Refused
from apps.casework.models import Decision
from apps.households.actions import admit, leave
from apps.minimum_living.models import Determination
from apps.minimum_living.readers import counted_members
from apps.offices.models import Change, Role
from apps.offices.moves import NotAllowed, NotFound
from tests.builders import award, date, fact, month, person, staff
from tests.minimum_living.stories import (
    actions,
    adopt,
    again,
    awarded,
    earns,
    family,
    owed,
    periods,
    stop,
    two,
)

pytestmark = pytest.mark.django_db


def test_a_birth_counts_from_the_month_after_the_decision() -> None:
    """C028."""
    home, people = family(zone="urban", size=2)
    earns(people[0], 600)
    mine = awarded(home)
    child = person("新生儿", "2024-06-05", recorded_on=date("2024-06-11"))
    admit(
        household_id=home.pk,
        person_id=child.pk,
        relationship="child",
        on=date("2024-06-05"),
        recorded_on=date("2024-06-11"),
        by=None,
    )
    decision = again(mine, "2024-06-14")
    assert (decision.kind, decision.effective) == (Decision.Kind.REDETERMINE, month("2024-07"))
    assert (owed(home, "2024-06"), owed(home, "2024-07")) == (80_000, 150_000)
    assert counted_members(home.pk) == 3


def test_a_member_leaves_with_the_income() -> None:
    """C032."""
    home, people = family(zone="urban")
    earns(people[0], 300)
    earns(people[1], 1200)
    mine = awarded(home)
    _leaves(home.pk, people[1].pk, "2024-08-08")
    again(mine, "2024-08-15")
    assert (owed(home, "2024-08"), owed(home, "2024-09")) == (60_000, 110_000)


def _leaves(home: int, who: int, on: str, known: str | None = None) -> None:
    leave(household_id=home, person_id=who, on=date(on), recorded_on=date(known or on), by=None)


def test_above_the_standard_the_award_ends() -> None:
    """C035: no grace where the cause is not employment."""
    home, people = family(zone="urban", size=2)
    earns(people[0], 500)
    mine = awarded(home)
    earns(people[0], 1500, on="2024-05-13", code="property_rent")
    decision = again(mine, "2024-05-28")
    assert (decision.kind, decision.reason) == (Decision.Kind.STOP, "income")
    assert (owed(home, "2024-05"), owed(home, "2024-06")) == (90_000, 0)
    mine.refresh_from_db()
    assert mine.period.upper == month("2024-06")


@pytest.mark.parametrize(("flag", "kind"), [(False, "stop"), (None, "redetermine")])
def test_property(flag: bool | None, kind: str) -> None:
    home, _ = family()
    mine = awarded(home)
    fact("property", home, "2024-05-13", flag=flag)
    decision = again(mine, "2024-05-28")
    assert decision.kind == kind
    assert decision.reason == ("property" if kind == "stop" else "")
    assert (owed(home, "2024-06") == 0) is (kind == "stop")


def test_nobody_left_ends_the_award() -> None:
    home, people = family(size=1)
    mine = awarded(home)
    fact("death", people[0], "2024-03-05")
    assert again(mine, "2024-03-20").reason == "death"
    home, people = family(size=1)
    mine = awarded(home)
    fact("custody", people[0], "2024-03-05", code="imprisoned")
    assert again(mine, "2024-03-20").reason == "condition_ended"


def test_judged_by_the_standard_of_the_first_new_month() -> None:
    home, people = family(zone="urban", size=1)
    mine = awarded(home)
    earns(people[0], 700, on="2024-05-13")
    adopt("minimum_living.urban_monthly", "750.00", since="2024-07")
    assert again(mine, "2024-06-20").kind == Decision.Kind.REDETERMINE
    assert owed(home, "2024-07") == 5_000


def test_a_correction_freezes_each_month_by_the_facts_of_the_month_before() -> None:
    """FORMAT §4: corrected months look back to the last day of the month before each."""
    home, people = family(size=2)
    mine = awarded(home)
    earns(people[0], 100, on="2024-02-10")
    earns(people[0], 200, on="2024-04-30")
    earns(people[0], 300, on="2024-05-18")
    again(mine, "2024-05-20", effective="2024-02")
    amounts = [owed(home, f"2024-{m:02d}") for m in range(1, 8)]
    assert amounts == [90_000, 90_000, 80_000, 80_000, 70_000, 60_000, 60_000]
    assert periods(mine) == [
        "2024-01..2024-02",
        "2024-02..2024-03",
        "2024-03..2024-05",
        "2024-05..2024-06",
        "2024-06..",
    ]


def test_a_corrected_month_of_death_is_owed_in_full() -> None:
    home, people = family(size=2)
    mine = awarded(home)
    fact("death", people[1], "2024-03-31", known="2024-05-20")
    again(mine, "2024-05-20", effective="2024-02")
    assert [owed(home, f"2024-{m:02d}") for m in (2, 3, 4)] == [90_000, 90_000, 45_000]


def test_a_member_who_moved_is_paid_back_from_the_corrected_month() -> None:
    """C101, the first household."""
    home, people = family()
    earns(people[0], 300)
    mine = awarded(home)
    _leaves(home.pk, people[2].pk, "2024-02-01", "2024-05-14")
    _leaves(home.pk, people[1].pk, "2024-02-01", "2024-05-14")
    again(mine, "2024-05-20", effective="2024-03")
    assert [owed(home, f"2024-{m:02d}") for m in (2, 3, 6)] == [105_000, 15_000, 15_000]


def test_the_decision_taken_later_wins_even_from_an_earlier_month() -> None:
    home, people = family(size=2)
    mine = awarded(home)
    earns(people[0], 100, on="2024-04-10")
    again(mine, "2024-05-20")
    earns(people[0], 0, on="2024-04-10")
    again(mine, "2024-06-05", effective="2024-04")
    assert [owed(home, f"2024-{m:02d}") for m in range(3, 8)] == [90_000] * 5
    assert Determination.objects.filter(period__isempty=True).count() == 1
    assert periods(mine) == ["2024-01..2024-04", "2024-04.."]


def test_an_earlier_month_than_the_first_is_the_first() -> None:
    home, people = family(size=2)
    mine = awarded(home)
    earns(people[0], 100, on="2023-10-10")
    decision = again(mine, "2024-03-05", effective="2023-06")
    assert decision.effective == month("2024-01")
    assert owed(home, "2024-01") == 80_000
    mine.refresh_from_db()
    assert mine.period.lower == month("2024-01")


def test_stopped_from_the_first_month_leaves_nothing() -> None:
    home, people = family(size=1)
    mine = awarded(home)
    earns(people[0], 2000, on="2023-12-10")
    assert again(mine, "2024-03-05", effective="2024-01").kind == Decision.Kind.STOP
    mine.refresh_from_db()
    assert mine.period.isempty
    assert owed(home, "2024-01") == 0
    with pytest.raises(Refused, match="重新申请"):
        again(mine, "2024-03-06")


def test_a_stopped_award_is_not_revived() -> None:
    home, _ = family()
    mine = awarded(home)
    stop(mine, "2024-05-20", "voluntary")
    with pytest.raises(Refused, match="已终止"):
        again(mine, "2024-06-20")
    again(mine, "2024-06-20", effective="2024-03")  # a correction of what came before
    mine.refresh_from_db()
    assert mine.period.upper == month("2024-06")


def test_whoever_has_a_destitute_award_is_out_of_the_new_determination() -> None:
    home, people = family()
    mine = awarded(home)
    award("destitute_basic", home, people[2], on="2024-05-05")
    again(mine, "2024-05-20")
    assert counted_members(home.pk) == 2
    row = Determination.objects.get(entitlement=mine, period__contains=month("2024-06"))
    assert row.members.get(person=people[2]).why_not == "destitute_basic"


def test_a_run_hears_of_it_from_the_first_month() -> None:
    home, _ = family()
    mine = awarded(home)
    again(mine, "2024-05-20", effective="2024-03")
    change = Change.objects.latest("pk")
    assert (change.from_month, change.household_id) == (month("2024-03"), home.pk)


def test_only_deciders_decide_and_never_alone() -> None:
    home, _ = family()
    mine = awarded(home)
    clerk, lead = staff(Role.COUNTY_CLERK), staff(Role.COUNTY_SUPERVISOR)
    day = date("2024-05-20")
    with pytest.raises(NotAllowed, match="须由"):
        actions.redetermine(mine.pk, on=day, by=clerk, prepared_by=lead)
    with pytest.raises(NotAllowed, match="同一人"):
        actions.redetermine(mine.pk, on=day, by=lead, prepared_by=lead)
    elsewhere = staff(Role.COUNTY_SUPERVISOR, "430481")
    with pytest.raises(NotFound):
        actions.redetermine(mine.pk, on=day, by=elsewhere, prepared_by=clerk)


def test_counted_members_of_nobody() -> None:
    home, _ = family()
    assert counted_members(home.pk) == 0


def test_an_unknown_award() -> None:
    with pytest.raises(NotFound):
        actions.redetermine(0, on=date("2024-05-20"), **two())
