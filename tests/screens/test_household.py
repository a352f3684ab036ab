"""家庭页: all of a family on one page, why each amount, how it was, and numbers for a minute."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from apps.households.actions import admit, reveal_ids
from apps.offices.models import Event, Role
from apps.offices.moves import NotAllowed
from apps.payments.family import compared
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import FAR, HERE, client_of, deaf
from tests.payments.paying import account, computed, four, paid
from tests.screens.conftest import live

playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
expect = playwright.expect
SECTIONS = ("awards", "months", "members", "compare", "documents", "log", "facts")
MINUTE = 60_000  # ms


def poor_family() -> Any:
    """周国华 on minimum living beside 200 yuan of wages."""
    home, who = live("周国华")
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.fact("income", who, "2024-05-01", code="wage", amount_fen=200_00, per="month")
    account(home)
    builders.award("minimum_living", home, None, "2024-05-06", "2024-05-20")
    return home, who


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(pages.CHROMIUM is None, reason="needs Chromium")
def test_t09_t10_one_page_with_why_and_numbers_for_a_minute(enter: Any) -> None:
    home, who = poor_family()
    people = four()
    paid(people, "2024-06", day=20)
    computed(people, "2024-07")
    page = enter(Role.TOWNSHIP_CLERK)
    page.clock.install()
    page.goto(f"/households/{home.number}/")
    expect(page.get_by_test_id("compare")).to_be_visible()
    for section in SECTIONS:
        assert page.locator(f"#{section}").count() == 1, section

    number = page.locator(f"#pid-{who.pk}")
    whole = f"{who.id_number[:6]} {who.id_number[6:14]} {who.id_number[14:]}"
    expect(number).to_contain_text("********")
    page.get_by_test_id("show-ids").click()
    expect(number).to_have_text(whole)
    seen = Event.objects.get(verb="查看证件号码")
    assert (seen.household_id, seen.by.role) == (home.pk, Role.TOWNSHIP_CLERK)
    pages.faultless(page)
    page.clock.fast_forward(MINUTE)
    expect(number).to_contain_text("********")
    assert Event.objects.filter(verb="查看证件号码").count() == 1

    page.get_by_test_id("why").first.click()
    working = page.locator("#why [data-testid=working]")
    expect(working.locator("ol li").nth(4)).to_be_visible()
    expect(working).to_contain_text("规则")
    expect(working.get_by_test_id("compared")).to_contain_text("金额相同")
    expect(working.get_by_test_id("evidence").get_by_role("link", name="材料")).to_be_visible()
    pages.faultless(page)


@pytest.mark.django_db
def test_t10_the_month_before_stands_beside_the_month() -> None:
    def line(fen: int) -> Any:
        return SimpleNamespace(due=SimpleNamespace(month=builders.month("2024-12"), fen=fen))

    before, now = line(840_00), line(1290_00)
    before.lines = [("标准", 450_00), ("计入保障人口3人", 1350_00)]
    now.lines = [("标准", 450_00), ("计入保障人口4人", 1800_00)]
    found = compared([before], [now])
    assert found is not None
    assert found.difference_fen == 450_00
    assert found.gone == [("计入保障人口3人", 1350_00)]
    assert found.new == [("计入保障人口4人", 1800_00)]
    assert compared([], [now]) is None


@pytest.mark.django_db
def test_t11_the_page_of_an_earlier_day_is_as_it_was(clock: Any) -> None:
    home, _ = deaf("周国华")
    paid(four(), "2024-06", day=20)
    child = builders.person("周雨欣", "2015-09-04")
    came = dt.date(2024, 6, 25)
    admit(
        household_id=home.pk,
        person_id=child.pk,
        relationship="grandchild",
        on=came,
        recorded_on=came,
        by=None,
    )
    builders.fact("illness", child, "2024-06-26", flag=True)
    clock.move_to(dt.datetime(2024, 7, 10, 1, tzinfo=dt.UTC))
    client = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    now = client.get(f"/households/{home.number}/").content.decode()
    assert "周雨欣" in now
    then = client.get(f"/households/{home.number}/?on=2024-06-15").content.decode()
    assert 'data-testid="then"' in then
    assert "周雨欣" not in then
    assert "护理" in then
    assert 'data-testid="change"' not in then
    before = client.get(f"/households/{home.number}/?on=2024-05-15").content.decode()
    assert 'data-testid="awards"' not in before
    assert client.get(f"/households/{home.number}/?on=2024-13-45").status_code == 200


@pytest.mark.django_db
def test_whole_numbers_are_for_those_who_work_on_cases() -> None:
    home, who = live("周国华")
    path = f"/households/{home.number}/ids/"
    for role in (Role.LEADER, Role.FINANCE, Role.VILLAGE_HELPER):
        client = client_of(builders.staff(role, HERE[:9]))
        assert client.post(path).status_code == 403
        assert "show-ids" not in client.get(f"/households/{home.number}/").content.decode()
    far = builders.staff(Role.TOWNSHIP_CLERK, FAR[:9])
    assert client_of(far).post(path).status_code == 404
    assert not Event.objects.filter(verb="查看证件号码").exists()
    plain = client_of(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])).post(path).content.decode()
    assert who.id_number[6:14] in plain
    assert 'http-equiv="refresh"' in plain
    with pytest.raises(NotAllowed):
        reveal_ids(home, by=builders.staff(Role.LEADER), on=dt.date(2024, 6, 5))
