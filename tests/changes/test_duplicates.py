"""Two files of one human being: found, merged with their history kept, and taken apart again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.casework import actions as casework
from apps.changes.models import FamilyChange
from apps.households.duplicates import duplicates
from apps.households.models import Fact, Household, Person, PersonMerge
from apps.offices.models import Role, Staff
from tests import builders
from tests.changes.reporting import Desk, done, family, follows, paid_through_june, poor, rows
from tests.changes.test_kinds import POOR, lives_with
from tests.pages.conftest import FAR, HERE, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Staff:
    """县级经办, who sees all."""
    return builders.staff(Role.COUNTY_CLERK)


def alone(name: str, born: str = "1990-01-01", **more: Any) -> tuple[Household, Person]:
    """Somebody in a household of their own."""
    division = more.pop("division", HERE)
    who = builders.person(name, born, **more)
    return builders.household((who, "applicant"), division=division), who


def why(staff: Staff, least: int = 1) -> dict[tuple[str, str], list[str]]:
    """Names of each pair and the reasons."""
    found = duplicates(staff, least=least)
    return {(pair.one.name, pair.other.name): pair.why for pair in found.pairs}


def test_each_likeness_is_found_and_said(county: Staff) -> None:
    alone("王小明", "1990-01-01")
    alone("王小明", "1990-01-01", division=FAR)
    alone("李华", "1985-05-05", phone="13900000001")
    alone("李桦", "1985-05-05")
    alone("赵一", "1970-01-01", phone="13900000001")
    old = alone("孙旧", "1960-06-06")[1]
    new = alone("孙新", "1961-06-06")[1]
    Person.objects.filter(pk=old.pk).update(id_number="430482600606123")
    Person.objects.filter(pk=new.pk).update(id_number="430482196006061231")
    for who in (old, alone("周账", "1955-05-05")[1]):
        builders.households.open_account(
            person_id=who.pk,
            payee_name=who.name,
            bank="农村商业银行",
            number="6217990000000000044",
            recorded_on=builders.date("2024-01-01"),
            by=None,
        )
    assert why(county) == {
        ("孙旧", "孙新"): ["身份证号为同一号码的15位和18位"],
        ("王小明", "王小明"): ["姓名和出生日期相同"],
        ("李华", "李桦"): ["姓名读音和出生日期相同"],
        ("孙旧", "周账"): ["不同户而收款账号相同"],
        ("李华", "赵一"): ["不同户而电话相同"],
    }
    assert ("李华", "赵一") not in why(county, least=2)


def test_a_township_finds_only_pairs_of_its_own(county: Staff) -> None:
    alone("王小明", "1990-01-01")
    alone("王小明", "1990-01-01", division=FAR)
    township = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    assert why(township) == {}
    assert len(why(county)) == 1


def test_a_pair_that_was_told_apart_is_not_listed_again(county: Staff) -> None:
    one, other = alone("王小明")[1], alone("王小明")[1]
    client = client_of(county)
    page = client.get("/duplicates/").content.decode()
    assert f"pair={one.pk}-{other.pk}" in page
    refused = client.post("/duplicates/", {"pair": f"{one.pk}-{other.pk}", "reason": " "})
    assert refused.status_code == 400
    client.post("/duplicates/", {"pair": f"{one.pk}-{other.pk}", "reason": "已核对身份证原件"})
    assert why(county) == {}


def united(desk: Desk, kept: Person, merged: Person, **more: Any) -> FamilyChange:
    """Merged through the page, and decided if need be."""
    pair = f"{min(kept.pk, merged.pk)}-{max(kept.pk, merged.pk)}"
    return done(desk.submit("unite", pair=pair, keep=kept.pk, reason="号码登记有误", **more))


def test_a_merge_keeps_both_histories_and_the_amounts_follow(county: Staff) -> None:
    home, (_, spouse, _) = poor()
    double = builders.person("李四", "1982-03-03")
    builders.households.admit(
        household_id=home.pk,
        person_id=double.pk,
        relationship="child",
        on=builders.date("2024-02-01"),
        recorded_on=builders.date("2024-02-01"),
        by=None,
    )
    wage = builders.fact("income", double, "2024-03-01", code="wage", amount_fen=30000, per="month")
    people = paid_through_june()
    desk = Desk(home, county)
    pair = {"pair": f"{spouse.pk}-{double.pk}", "keep": spouse.pk, "reason": "同一人"}
    promise = desk.preview("unite", **pair)
    assert rows(promise) == {POOR: (210000, 180000, "2024-08")}
    united(desk, spouse, double)
    follows(promise, people)
    assert lives_with(home) == {"张三": "applicant", "李四": "spouse", "张小": "child"}
    wage.refresh_from_db()
    assert (wage.person_id, wage.voided_on) == (double.pk, None)
    copy = Fact.objects.get(person=spouse, kind="income")
    assert (copy.amount_fen, f"{copy.on}") == (30000, "2024-03-01")
    assert why(county) == {}


def test_a_merged_file_lives_nowhere_and_is_not_taken_in_again(county: Staff) -> None:
    home, kept = alone("王小明")
    other, merged = alone("王小明")
    united(Desk(home, county), kept, merged)
    other.refresh_from_db()
    assert f"{other.closed_on}" == "2024-07-10"
    with pytest.raises(builders.households.BadFact, match="已并入另一份"):
        builders.households.admit(
            household_id=home.pk,
            person_id=merged.pk,
            relationship="other",
            on=builders.date("2024-07-10"),
            recorded_on=builders.date("2024-07-10"),
            by=None,
        )


def test_nothing_is_applied_for_in_a_merged_file(county: Staff) -> None:
    home, kept = alone("王小明")
    other, merged = alone("王小明")
    united(Desk(home, county), kept, merged)
    with pytest.raises(casework.Refused, match="并入王小明的档案"):
        builders.application("old_age_allowance", other, merged, "2024-07-15")


def test_awards_of_both_in_one_programme_are_refused_until_one_is_stopped(county: Staff) -> None:
    home, (kept,) = family(("钱奶奶", "1930-02-02", "applicant"))
    other, (merged,) = family(("钱奶奶", "1930-02-02", "applicant"))
    for where, who in ((home, kept), (other, merged)):
        builders.award("old_age_allowance", where, who, "2024-01-05")
    desk = Desk(home, county)
    typed = {"pair": f"{kept.pk}-{merged.pk}", "keep": kept.pk, "reason": "同一人"}
    paid_through_june()
    (said,) = desk.preview("unite", **typed)
    assert said.startswith("两份档案都在享高龄津贴，同一月份不得重复，请先停发其中一份")
    award = merged.entitlement_set.get()
    casework.stop(
        award.pk,
        on=builders.date("2024-07-09"),
        by=builders.staff(Role.COUNTY_SUPERVISOR),
        prepared_by=county,
        reason="other",
        effective=builders.month("2024-07"),
    )
    assert desk.preview("unite", **typed).notes == [
        "2024-01至2024-06有6个月两份档案都领了高龄津贴，合并后请办理追缴。"
    ]
    united(desk, kept, merged)
    assert PersonMerge.objects.standing().get().merged_id == merged.pk
    award.refresh_from_db()
    assert (award.person_id, award.household_id) == (merged.pk, other.pk)


def test_the_file_with_awards_is_the_one_to_keep(county: Staff) -> None:
    home, (kept,) = family(("钱奶奶", "1930-02-02", "applicant"))
    other, (merged,) = family(("钱奶奶", "1930-02-02", "applicant"))
    builders.award("old_age_allowance", other, merged, "2024-01-05")
    typed = {"pair": f"{kept.pk}-{merged.pk}", "keep": kept.pk, "reason": "同一人"}
    (said,) = Desk(home, county).preview("unite", **typed)
    assert said == "要并入的档案（钱奶奶）还在享高龄津贴：请改为保留这一份，或先停发。"


def test_a_merge_undone_leaves_two_people_as_they_were(county: Staff) -> None:
    home, kept = alone("王小明")
    other, merged = alone("王小明")
    builders.fact("illness", merged, "2024-03-01", flag=True)
    united(Desk(home, county), kept, merged)
    made = PersonMerge.objects.get()
    done(Desk(home, county).submit("part", merge=made.pk, reason="实为两人"))
    assert Fact.objects.known_now().filter(person=kept, kind="illness").count() == 0
    assert Fact.objects.known_now().filter(person=merged, kind="illness").count() == 1
    assert lives_with(other) == {"王小明": "applicant"}
    other.refresh_from_db()
    assert other.closed_on is None
    assert not PersonMerge.objects.standing().exists()


def test_the_database_keeps_a_merge_as_it_was_made(county: Staff) -> None:
    home, kept = alone("王小明")
    _, merged = alone("王小明")
    united(Desk(home, county), kept, merged)
    for change in ({"reason": "别的"}, {"kept": merged}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonMerge.objects.update(**change)


def test_only_the_county_merges(county: Staff) -> None:
    home, kept = alone("王小明")
    _, merged = alone("王小明")
    township = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    assert "是同一人，合并" not in township.get("/duplicates/").content.decode()
    path = f"/households/{home.number}/change/?kind=unite&pair={kept.pk}-{merged.pk}"
    assert township.get(path).status_code == 403
    assert client_of(county).get(path).status_code == 200


def test_the_list_takes_two_queries_however_many_pairs(county: Staff) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            alone("王小明")
        with CaptureQueriesContext(connection) as queries:
            duplicates(county)
        counts.append(len(queries))
    assert counts == [2, 2]
