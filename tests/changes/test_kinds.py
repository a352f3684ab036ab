"""Every kind of change through its page: what the preview promised is what the next runs pay."""

from __future__ import annotations

from typing import Any

import pytest

from apps.casework.models import Entitlement
from apps.changes.promise import Promise
from apps.households.models import Fact, Household, Member, Person
from tests import builders
from tests.builders import month
from tests.changes.reporting import (
    Desk,
    approve,
    done,
    family,
    follows,
    kept,
    paid_through_june,
    poor,
    rows,
)
from tests.pages.conftest import HERE
from tests.payments.paying import account, four, lines, paid

pytestmark = pytest.mark.django_db
POOR = "最低生活保障 全户"


def reported(home: Household, kind: str, **typed: Any) -> Promise:
    """Previewed, submitted, decided if need be, and paid by the next two runs as promised."""
    people = paid_through_june()
    desk = Desk(home)
    promise = desk.preview(kind, **typed)
    assert isinstance(promise, Promise), promise
    change = desk.submit(kind, **typed)
    assert (change.state == "submitted") == promise.decided
    done(change)
    follows(promise, people)
    return promise


def lives_with(home: Household) -> dict[str, str]:
    """Who lives there on 11 July, by name."""
    stays = Member.objects.known_now().filter(
        household=home, period__contains=builders.date("2024-07-11")
    )
    return dict(stays.values_list("person__name", "relationship"))


def test_a_member_who_joins_counts_from_the_month_after_the_decision() -> None:
    home, _ = poor()
    promise = reported(
        home,
        "join",
        name="张小二",
        sex="f",
        born="2024-06-20",
        relationship="child",
        on="2024-06-20",
    )
    assert rows(promise) == {POOR: (210000, 280000, "2024-08")}
    assert promise.decided
    assert lives_with(home)["张小二"] == "child"


def test_a_member_who_leaves_no_longer_counts() -> None:
    home, (_, spouse, _) = poor()
    promise = reported(home, "leave", person=spouse.pk, on="2024-07-01")
    assert rows(promise) == {POOR: (210000, 140000, "2024-08")}
    assert set(lives_with(home)) == {"张三", "张小"}


def test_the_head_may_not_leave_before_there_is_another() -> None:
    home, (head, *_) = poor()
    said = Desk(home).preview("leave", person=head.pk, on="2024-07-01")
    assert said == ("户主离开前，请先办理户主变更。",)


def test_a_death_reported_late_takes_effect_by_itself_and_shows_what_is_to_be_recovered() -> None:
    home, (_, spouse, _) = poor()
    promise = reported(home, "death", person=spouse.pk, on="2024-04-20")
    assert not promise.decided
    assert rows(promise) == {POOR: (210000, 140000, "2024-05")}
    assert promise.back == 2 * 70000
    assert [(f"{one.month:%Y-%m}", one.back) for one in promise.past] == [
        ("2024-05", 70000),
        ("2024-06", 70000),
    ]


def test_a_new_income_lowers_the_amount_from_the_month_after_the_decision() -> None:
    home, (who, *_) = poor()
    promise = reported(
        home, "income", person=who.pk, code="wage", amount="500", per="month", on="2024-07-01"
    )
    assert promise.decided
    assert rows(promise) == {POOR: (210000, 160000, "2024-08")}
    fact = Fact.objects.get(kind="income")
    assert (fact.recorded_by_id is None, f"{fact.recorded_on}") == (False, "2024-07-10")


def test_an_income_above_the_standard_ends_the_award_unless_a_grace_period_is_given() -> None:
    home, (who, *_) = poor()
    typed = {
        "person": who.pk,
        "code": "wage",
        "amount": "6000",
        "per": "month",
        "on": "2024-07-01",
    }
    (row,) = [r for r in Desk(home).preview("income", **typed).rows if r.since]
    assert (row.then, row.words) == (None, "终止")
    promise = reported(home, "income", grace="3", **typed)
    assert rows(promise) == {}
    period = Entitlement.objects.get(household=home).period
    assert period.upper == month("2024-11")


def test_property_above_the_limits_ends_the_award() -> None:
    home, _ = poor()
    promise = reported(home, "property", within="no", on="2024-07-05")
    assert rows(promise) == {POOR: (210000, None, "2024-08")}
    (row,) = promise.rows
    assert row.words == "终止"


def test_a_new_card_lets_a_returned_payment_be_issued_again() -> None:
    home, (who, *_) = poor()
    people = four()
    run = paid(people, "2024-06", day=20)
    builders_return(run, -home.pk, people)
    desk = Desk(home)
    typed = {
        "owner": "0",
        "payee_name": who.name,
        "payee_is": "head",
        "bank": "邮政储蓄银行",
        "number": "6217 9900 0000 0000 022",
        "reason": "退票：账号有误",
    }
    promise = desk.preview("account", **typed)
    assert not promise.decided
    assert promise.arrears == 5 * 210000
    desk.submit("account", **typed)
    july = kept(promise, people)
    assert [kind for _, kind, _ in lines(july)] == ["reissue"] * 5 + ["regular"]


def builders_return(run: Any, subject: int, people: Any) -> None:
    """The bank gives back what a run sent to a subject."""
    from apps.payments import actions as payments

    payments.record_return(
        run_id=run.pk,
        programme="minimum_living",
        subject=subject,
        reason="账号有误",
        on=builders.date("2024-07-05"),
        by=people.finance,
    )


def test_a_household_that_moves_within_the_county_keeps_its_awards() -> None:
    home, _ = poor()
    promise = reported(home, "move", village="430482101200", address="小柏村3组", on="2024-07-01")
    assert rows(promise) == {}
    home.refresh_from_db()
    assert (home.division, home.address) == ("430482101200", "小柏村3组")


def test_who_moves_out_of_the_county_loses_what_ends_by_itself_and_what_is_decided() -> None:
    old = ("钱奶奶", "1930-02-02", "applicant")
    home, (who,) = family(old)
    builders.award("old_age_allowance", home, who, "2024-01-05")
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    promise = reported(home, "move_out", person="0", on="2024-07-02")
    assert promise.decided
    assert {name: (then, since) for name, (_, then, since) in rows(promise).items()} == {
        "高龄津贴 钱奶奶": (0, "2024-08"),
        POOR: (None, "2024-08"),
    }


def test_another_class_is_a_decision_and_brings_the_other_standard() -> None:
    home, _ = poor()
    promise = reported(home, "zone", zone="rural", on="2024-07-01")
    assert promise.decided
    assert rows(promise) == {POOR: (210000, 135000, "2024-08")}


def test_a_certificate_of_a_lower_grade_ends_the_nursing_subsidy_by_itself() -> None:
    home, (who,) = family(("赵六", "1980-01-01", "applicant"))
    builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    builders.award("disability_nursing", home, who, "2024-01-05")
    promise = reported(home, "disability", person=who.pk, code="hearing", grade=3, on="2024-06-28")
    assert not promise.decided
    assert {name: then for name, (_, then, _) in rows(promise).items()} == {
        "重度残疾人护理补贴 赵六": 0
    }


def test_a_reassessment_of_a_destitute_person_is_decided_and_changes_the_care_grade() -> None:
    home, (who,) = family(("周爷爷", "1945-01-01", "applicant"), zone="rural")
    builders.fact("self_care", who, "2023-12-01", number=0)
    builders.award("destitute_basic", home, who, "2024-01-05")
    promise = reported(home, "self_care", person=who.pk, failed=5, on="2024-07-08")
    assert promise.decided
    (changed,) = [row for row in promise.rows if row.since]
    assert changed.code == "destitute_care"
    assert (changed.then or 0) > (changed.now or 0)


def test_who_splits_off_lives_in_a_household_of_their_own_and_the_old_one_is_determined() -> None:
    home, (_, spouse, child) = poor()
    typed = {
        f"member_{spouse.pk}": "applicant",
        f"member_{child.pk}": "child",
        "zone": "urban",
        "on": "2024-07-01",
    }
    promise = reported(home, "split", **typed)
    assert rows(promise) == {POOR: (210000, 70000, "2024-08")}
    assert lives_with(home) == {"张三": "applicant"}
    new = Household.objects.exclude(pk=home.pk).get()
    assert lives_with(new) == {"李四": "applicant", "张小": "child"}


def test_a_household_that_comes_over_stops_and_is_closed_and_its_people_count_here() -> None:
    home, _ = poor()
    other, (granny,) = family(("王奶奶", "1950-01-01", "applicant"))
    builders.fact("co_residence", granny, "2024-06-01", household_id=home.pk, flag=True)
    builders.award("minimum_living", other, None, "2024-01-05", "2024-01-20")
    promise = reported(
        home, "merge", other=other.number, on="2024-07-01", **{f"member_{granny.pk}": "parent"}
    )
    assert rows(promise) == {
        POOR: (210000, 280000, "2024-08"),
        f"最低生活保障 {other.number}户": (70000, None, "2024-08"),
    }
    other.refresh_from_db()
    assert f"{other.closed_on}" == "2024-07-10"
    assert lives_with(other) == {}
    assert lives_with(home)["王奶奶"] == "parent"


def test_another_head_and_what_everybody_is_to_them() -> None:
    home, (old, spouse, _child) = poor()
    promise = reported(home, "head", head=spouse.pk, on="2024-07-01")
    assert rows(promise) == {}
    assert lives_with(home) == {"李四": "applicant", "张三": "spouse", "张小": "child"}
    june = Member.objects.known_now().get(person=old, period__contains=builders.date("2024-06-30"))
    assert june.relationship == "applicant"


def orphan() -> tuple[Household, Person]:
    """陈星, an orphan with an award, who lives with an uncle."""
    home, (uncle, child) = family(
        ("陈伯", "1970-01-01", "applicant"), ("陈星", "2014-05-05", "other")
    )
    for parent in ("father", "mother"):
        builders.fact("parent", child, "2023-01-01", part=parent, code="dead")
    builders.award("orphan_allowance", home, child, "2024-01-05")
    account(child)
    assert uncle.pk
    return home, child


def test_another_guardian_is_a_dated_fact_and_may_receive_the_money() -> None:
    home, child = orphan()
    promise = reported(
        home,
        "guardian",
        person=child.pk,
        code="other",
        guardian="陈伯",
        on="2024-07-01",
        bank="农村商业银行",
        number="6217990000000000033",
    )
    assert not promise.decided
    assert rows(promise) == {}
    fact = child.facts.get(kind="guardian")
    assert (fact.code, fact.detail, f"{fact.on}") == ("other", "陈伯", "2024-07-01")
    newest = child.accounts.latest("version")
    assert (newest.payee_name, newest.payee_is) == ("陈伯", "guardian")


def test_a_decision_of_next_month_counts_from_the_month_after_it(clock: Any) -> None:
    home, (_, spouse, _) = poor()
    people = paid_through_june()
    change = Desk(home).submit("leave", person=spouse.pk, on="2024-07-01")
    clock.move_to(builders.dt.datetime(2024, 8, 2, 1, tzinfo=builders.dt.UTC))
    supervisor = builders.staff(builders.Role.COUNTY_SUPERVISOR)
    page = Desk(home, supervisor).client.get(f"/changes/{change.pk}/")
    promise = page.context["promise"]
    assert rows(promise) == {POOR: (210000, 140000, "2024-09")}
    approve(change, supervisor)
    follows(promise, people) if promise.month == promise.through else kept(promise, people)


def test_another_division_is_not_named_to_who_may_not_see_it() -> None:
    home, _ = poor()
    far, _ = family(("外人", "1970-01-01", "applicant"), division="430482101200")
    said = Desk(home).preview("merge", other=far.number, on="2024-07-01")
    assert said == ("没有找到另一户，或不在您的管辖范围内，请核对户编号。",)
    assert far.division != HERE
