"""家庭页, 为什么, 试算: what a household receives and why; only inside the territory."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.casework import actions as casework
from apps.households import actions as households
from apps.offices.models import Role
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from tests import builders
from tests.pages.conftest import FAR, HERE, As, County, deaf, poor
from tests.payments.paying import account, computed, four, paid

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def why(home: Any, programme: str, subject: int, month: str) -> str:
    return f"/households/{home.number}/why/?programme={programme}&subject={subject}&month={month}"


def test_a_household_on_one_page(county: County, as_: As) -> None:
    home, _who = county.deaf
    page = text(as_(county.people.maker).get(f"/households/{home.number}/"))
    for words in ("李四 户", "重度残疾人护理补贴", "柏坊镇" if home.division == FAR else "禄福村"):
        assert words in page
    for section in ("全家待遇", "近 12 个月发放", "家庭成员", "决定与审核结论", "试算", "办理记录"):
        assert section in page
    assert 'data-testid="month-total">90.00' in page
    assert "听力二级" in page


def test_identity_and_account_numbers_are_masked(as_: As) -> None:
    who = builders.person("张三", "1990-01-01", id_number="430482199001010014")
    home = builders.household((who, "applicant"), division=HERE)
    account(who)
    page = text(as_(builders.staff()).get(f"/households/{home.number}/"))
    assert "430482********0014" in page
    assert "199001010014" not in page
    number = who.accounts.get().number
    assert number not in page
    assert f"···{number[-4:]}" in page


def test_another_territory_does_not_exist(county: County, as_: As, township: Any) -> None:
    client, far = as_(township), county.far[0]
    assert client.get(f"/households/{county.deaf[0].number}/").status_code == 200
    for path in ("", "why/?programme=disability_nursing&subject=1&month=2024-06", "trial/"):
        answer = client.get(f"/households/{far.number}/{path}")
        assert answer.status_code == 404
        assert "赵六" not in text(answer)


def test_why_says_the_working_the_standards_and_the_facts(county: County, as_: As) -> None:
    home, who = county.deaf
    url = why(home, "disability_nursing", who.pk, "2024-06")
    part = text(as_(county.people.maker).get(url, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "90.00" in part
    assert "重度残疾人护理补贴标准" in part
    assert "残疾人证：听力二级" in part
    assert "2024年6月批次 当月" in part
    assert "<html" in text(as_(county.people.maker).get(url))


def test_why_of_a_stranger_is_not_told_through_ones_own_household(
    county: County, as_: As, township: Any
) -> None:
    home, far = county.deaf[0], county.far[1]
    answer = as_(township).get(why(home, "disability_nursing", far.pk, "2024-07"))
    assert answer.status_code == 404
    for bad in ("x", "99999999999999999999"):
        url = f"/households/{home.number}/why/?programme=a&subject={bad}&month=2024-07"
        assert as_(township).get(url).status_code == 404


def test_a_month_that_was_never_computed_says_so(county: County, as_: As) -> None:
    home, who = county.deaf
    url = why(home, "disability_nursing", who.pk, "2023-01")
    assert "没有计算过" in text(as_(county.people.maker).get(url))


def test_the_months_show_arrears_returns_and_what_is_still_to_be_paid(
    county: County, as_: As
) -> None:
    home, who = county.deaf
    payments.record_return(
        run_id=county.june.pk,
        programme="disability_nursing",
        subject=who.pk,
        reason="账户已销户",
        on=builders.date("2024-07-08"),
        by=county.people.finance,
    )
    client = as_(county.people.maker)
    page = text(client.get(f"/households/{home.number}/"))
    assert 'class="is-returned"' in page
    assert 'class="is-planned"' in page
    far = text(client.get(f"/households/{county.far[0].number}/"))
    assert far.count('<td class="is-planned"') == 2


def test_a_voided_fact_is_struck_through_and_still_there(as_: As) -> None:
    home, who = deaf("李四")
    wrong = builders.fact("illness", who, "2024-06-01", flag=True)
    households.void(wrong.pk, on=builders.date("2024-06-20"), by=None, reason="同名")
    page = text(as_(builders.staff()).get(f"/households/{home.number}/"))
    assert re.search(r"<s>重病认定：认定重病</s>", page)
    assert "2024-06-20 作废" in page


def test_a_person_who_left_stays_on_the_page_as_gone(as_: As) -> None:
    home, _ = poor("王五")
    child = builders.person("王小五", "2010-01-01")
    households.admit(
        household_id=home.pk,
        person_id=child.pk,
        relationship="child",
        on=builders.date("2024-01-01"),
        recorded_on=builders.date("2024-01-01"),
        by=None,
    )
    households.leave(
        household_id=home.pk,
        person_id=child.pk,
        on=builders.date("2024-06-15"),
        recorded_on=builders.date("2024-06-16"),
        by=None,
    )
    page = text(as_(builders.staff()).get(f"/households/{home.number}/"))
    assert "2024-06-15 离户" in page


def test_findings_of_a_decision_are_said_aloud(as_: As) -> None:
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"), division=HERE)
    asked = builders.application("disability_nursing", home, who, "2024-06-03")
    casework.decide(
        asked.pk, on=builders.date("2024-06-18"), by=builders.staff(Role.COUNTY_SUPERVISOR)
    )
    page = text(as_(builders.staff()).get(f"/households/{home.number}/"))
    assert "不予确认" in page
    assert "逐条结论" in page
    assert "残疾人证" in page


def test_a_trial_answers_without_writing(county: County, as_: As) -> None:
    home, who = county.deaf
    runs = PaymentRun.objects.count()
    url = (
        f"/households/{home.number}/trial/?programme=disability_nursing&person={who.pk}"
        "&month=2024-08&key=disability_nursing.monthly|&value=120.00"
    )
    part = text(as_(county.people.maker).get(url, headers={"HX-Request": "true"}))
    assert "120.00" in part
    assert PaymentRun.objects.count() == runs
    assert payments.changed_since(county.july) == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("programme=disability_nursing&month=2024-08", "以个人为对象"),
        ("programme=nothing&month=2024-08", "nothing"),
        ("programme=minimum_living&month=8", "不是月份"),
        (
            "programme=minimum_living&month=2024-08&key=minimum_living.urban_monthly|&value=abc",
            "不是金额",
        ),
    ],
)
def test_a_trial_that_cannot_be_says_why(query: str, words: str, county: County, as_: As) -> None:
    url = f"/households/{county.deaf[0].number}/trial/?{query}"
    assert words in text(as_(county.people.maker).get(url))


@pytest.mark.parametrize("people", [1, 5])
def test_queries_do_not_grow_with_the_household(
    people: int, as_: As, django_assert_num_queries: Any
) -> None:
    team = four()
    persons = [builders.person(f"丁{n}", "1980-05-05") for n in range(people)]
    kin = ["applicant", *["sibling"] * (people - 1)]
    home = builders.household(*zip(persons, kin, strict=True), division=HERE)
    account(home)
    for one in persons:
        builders.fact("disability", one, "2020-06-01", code="hearing", number=2)
        builders.award("disability_nursing", home, one, "2024-06-03", "2024-06-18")
    paid(team, "2024-06", day=20)
    computed(team, "2024-07")
    client = as_(team.maker)
    with django_assert_num_queries(22):
        client.get(f"/households/{home.number}/")
    url = why(home, "disability_nursing", persons[0].pk, "2024-06")
    with django_assert_num_queries(12):
        client.get(url)


@pytest.mark.parametrize("homes", [2, 7])
def test_the_list_of_households_by_place(
    homes: int, as_: As, django_assert_num_queries: Any
) -> None:
    for n in range(homes):
        builders.household((builders.person(f"戊{n}", "1980-05-05"), "applicant"), division=HERE)
    builders.household((builders.person("远方", "1980-05-05"), "applicant"), division=FAR)
    client = as_(builders.staff())
    with django_assert_num_queries(5):
        page = text(client.get(f"/households/?division={HERE}"))
    assert page.count("<tr data-row>") == homes
    assert "远方" not in page
    assert "远方" in text(client.get("/households/"))
    village = as_(builders.staff(Role.VILLAGE_HELPER, HERE))
    assert "远方" not in text(village.get(f"/households/?division={FAR}"))
    assert "远方" not in text(village.get("/households/"))


def test_households_are_walked_by_key(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.households import listing

    monkeypatch.setattr(listing.households, "__kwdefaults__", {"limit": 2})
    made = {
        builders.household((builders.person(f"己{n}"), "applicant"), division=HERE).number
        for n in range(5)
    }
    client, path, seen = as_(builders.staff()), "/households/", []
    for _ in range(5):
        page = text(client.get(path))
        seen += re.findall(r'class="nm"\s+href="/households/(\w+)/"', page)
        following = re.search(r'rel="next"\s+href="([^"]+)"', page)
        if not following:
            break
        path = "/households/" + following[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(made)
