"""申请、项目与标准: decisions with their tests said aloud, the matrix, and entering a standard."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command

from apps.casework.assess import ordered
from apps.casework.matrix import matrix
from apps.casework.models import Application, Decision
from apps.casework.programme import PROGRAMMES
from apps.offices.models import Role, Staff
from apps.standards.models import Standard, current_book
from tests import builders
from tests.pages.conftest import FAR, HERE, As

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asks(name: str = "李四", *, certificate: bool = True, division: str = HERE) -> Application:
    who = builders.person(name, "1980-05-05")
    home = builders.household((who, "applicant"), division=division)
    if certificate:
        builders.fact("disability", who, "2020-06-01", code="hearing", number=2)
    return builders.application("disability_nursing", home, who, "2024-07-03")


def taking(application: Application, code: str) -> tuple[str, dict[str, str]]:
    """Address and body of a step as the page of the application sends it."""
    return f"/applications/{application.pk}/steps/{code}/", {"seen": str(application.version)}


# ---- applications ----


def test_an_application_is_examined_aloud_with_its_first_month(supervisor: Staff, as_: As) -> None:
    asked = asks()
    page = text(as_(supervisor).get(f"/applications/{asked.pk}/"))
    assert "没有不符合的条件" in page
    assert 'data-testid="first-month"' in page
    assert "90.00" in page
    assert not Decision.objects.exists()


def test_confirming_and_rejecting_on_the_page(supervisor: Staff, as_: As) -> None:
    good, bad = asks("李四"), asks("王五", certificate=False)
    client = as_(supervisor)
    answer = client.post(*taking(good, "confirm"), follow=True)
    assert "已确认" in text(answer)
    page = text(client.get(f"/applications/{bad.pk}/"))
    assert ("有不符合的条件" in page, "没有不符合的条件" in page) == (True, False)
    answer = client.post(*taking(bad, "reject"), follow=True)
    assert "不予确认" in text(answer)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("confirmed", "rejected")
    decision = Decision.objects.get(application=bad)
    assert decision.reason == next(code for code, passed, _ in decision.findings if passed is False)


def test_who_may_not_decide_is_told_and_refused(supervisor: Staff, as_: As) -> None:
    asked = asks()
    clerk = builders.staff(Role.COUNTY_CLERK)
    assert "由县级审核办理" in text(as_(clerk).get(f"/applications/{asked.pk}/"))
    refused = as_(clerk).post(*taking(asked, "confirm"))
    assert refused.status_code == 403
    assert "须由" in text(refused)
    Application.objects.filter(pk=asked.pk).update(prepared_by=supervisor)
    assert as_(supervisor).post(*taking(asked, "confirm")).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "submitted"


def test_deciding_twice_is_stale(supervisor: Staff, as_: As) -> None:
    asked = asks()
    client = as_(supervisor)
    client.post(*taking(asked, "confirm"))
    assert client.post(*taking(asked, "confirm")).status_code == 409


def test_another_territorys_application_does_not_exist(as_: As) -> None:
    far = asks(division=FAR)
    client = as_(builders.staff(Role.TOWNSHIP_LEAD, HERE[:9]))
    assert client.get(f"/applications/{far.pk}/").status_code == 404
    assert client.post(*taking(far, "confirm")).status_code == 404
    assert "没有待办的申请" in text(client.get("/applications/"))


@pytest.mark.parametrize("number", [1, 5])
def test_queries_do_not_grow_with_the_applications(
    number: int, as_: As, django_assert_num_queries: Any
) -> None:
    for n in range(number):
        asks(f"甲{n}")
    client = as_(builders.staff())
    with django_assert_num_queries(10):
        page = text(client.get("/applications/"))
    assert page.count("<tr data-row>") == number


# ---- programmes ----


def test_every_programme_has_a_help_page_with_its_examples_worked(as_: As) -> None:
    client = as_(builders.staff(Role.SYSTEM_ADMIN))
    for card in PROGRAMMES.values():
        page = text(client.get(f"/programmes/{card.code}/"))
        assert str(card.name) in page
        assert "与算例不一致" not in page
        for rule in card.law:
            assert rule in page
    page = text(client.get("/programmes/minimum_living/"))
    assert "补差 =" in page
    assert "与算例一致" in page


# 手册§7, pair by pair where it names a relation between programmes of this system.
HANDBOOK = {
    ("minimum_living", "destitute_basic"): "⟂",
    ("minimum_living", "old_age_allowance"): "∥",
    ("minimum_living", "elder_service_subsidy"): "req",
    ("minimum_living", "disability_living"): "req",
    ("minimum_living", "disability_nursing"): "∥",
    ("minimum_living", "orphan_allowance"): "⟂",
    ("minimum_living", "unattended_child_allowance"): "Δ",
    ("minimum_living", "temporary_relief"): "∥",
    ("minimum_living", "vagrant_relief"): "st",
    ("destitute_basic", "old_age_allowance"): "∥",
    ("destitute_basic", "elder_service_subsidy"): "⟂",
    ("destitute_basic", "disability_living"): "⟂",
    ("destitute_basic", "disability_nursing"): "⟂",
    ("destitute_care", "disability_nursing"): "⟂",
    ("destitute_basic", "orphan_allowance"): "⟂",
    ("destitute_basic", "unattended_child_allowance"): "⟂",
    ("destitute_basic", "temporary_relief"): "∥",
    ("old_age_allowance", "elder_service_subsidy"): "∥",
    ("old_age_allowance", "disability_living"): "∥",
    ("old_age_allowance", "disability_nursing"): "∥",
    ("elder_service_subsidy", "disability_living"): "∥",
    ("elder_service_subsidy", "disability_nursing"): "↑",
    ("disability_living", "disability_nursing"): "∥",
    ("disability_living", "orphan_allowance"): "⟂",
    ("disability_living", "unattended_child_allowance"): "Δ",
    ("disability_nursing", "orphan_allowance"): "∥",
    ("disability_nursing", "unattended_child_allowance"): "∥",
    ("orphan_allowance", "unattended_child_allowance"): "⟂",
    ("orphan_allowance", "temporary_relief"): "∥",
}


def test_the_matrix_on_the_cards_is_that_of_the_handbook() -> None:
    rows = matrix(PROGRAMMES.values())
    codes = [row.card.code for row in rows]
    said = {
        (row.card.code, code): cell.text
        for row in rows
        for code, cell in zip(codes, row.cells, strict=True)
    }
    assert {pair: said[pair] for pair in HANDBOOK} == HANDBOOK
    assert all(said[one, other] == said[other, one] for one, other in said)


def test_the_matrix_page_and_command_say_the_same(as_: As) -> None:
    page = text(as_(builders.staff()).get("/programmes/"))
    out = io.StringIO()
    call_command("matrix", stdout=out)
    for card in ordered(PROGRAMMES.values()):
        assert str(card.name) in page
        assert str(card.name) in out.getvalue()


# ---- standards ----

KEY = "disability_nursing.monthly"


def test_the_standards_page_says_value_unit_months_and_source(
    as_: As, django_assert_num_queries: Any
) -> None:
    client = as_(builders.staff())
    with django_assert_num_queries(6):
        page = text(client.get("/standards/"))
    for words in ("90.00 元/月", "示例值", "城市低保标准", "2024年1月起", "沿革"):
        assert words in page
    assert "/adopt/" not in page


def test_a_new_value_is_previewed_and_then_entered(supervisor: Staff, as_: As) -> None:
    client, url = as_(supervisor), f"/standards/{KEY}/adopt/"
    entry = {"from_month": "2024-09", "value_0": "100.00", "document": "湘民发〔示例〕1号"}
    look = text(client.post(url, entry | {"look": "1"}))
    assert "90.00 元/月" in look
    assert "100.00 元/月" in look
    assert current_book().month(builders.month("2024-09")).amount(KEY) == 9000
    answer = client.post(url, entry | {"sure": "1"}, follow=True)
    assert "已登记" in text(answer)
    book = current_book()
    assert book.month(builders.month("2024-08")).amount(KEY) == 9000
    assert book.month(builders.month("2024-09")).amount(KEY) == 10000
    assert "还有 53 天" in text(answer)


def test_as_known_on_a_day_shows_what_was_held_then(supervisor: Staff, as_: As) -> None:
    client = as_(supervisor)
    entry = {"from_month": "2024-06", "value_0": "100.00", "sure": "1"}
    client.post(f"/standards/{KEY}/adopt/", entry)
    assert "100.00 元/月" in text(client.get("/standards/"))
    before = text(client.get("/standards/?known=2024-07-09"))
    assert "当天所知" in before
    row = before.split(KEY)[1].split("</tr>")[0]
    assert "90.00 元/月" in row
    assert "100.00" not in row


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"from_month": "", "value_0": "1"}, "请选择起始月份"),
        ({"from_month": "2024-13", "value_0": "1"}, "不是月份"),
        ({"from_month": "2024-09", "value_0": "一百"}, "不是金额"),
        ({"from_month": "2024-09", "value_0": "-5"}, "不能为负"),
    ],
)
def test_a_bad_value_is_refused_at_its_box(
    entry: dict[str, str], words: str, supervisor: Staff, as_: As
) -> None:
    rows = Standard.objects.count()
    answer = as_(supervisor).post(f"/standards/{KEY}/adopt/", entry | {"sure": "1"})
    assert answer.status_code == 400
    assert words in text(answer)
    assert Standard.objects.count() == rows


def test_every_key_can_be_opened_for_entry(supervisor: Staff, as_: As) -> None:
    client = as_(supervisor)
    for key in {f"{row.programme}.{row.name}" for row in Standard.objects.all()}:
        assert client.get(f"/standards/{key}/adopt/").status_code == 200


def test_only_the_supervisor_enters_standards(as_: As) -> None:
    client = as_(builders.staff(Role.COUNTY_CLERK))
    assert client.get(f"/standards/{KEY}/adopt/").status_code == 403
    assert (
        as_(builders.staff(Role.COUNTY_SUPERVISOR)).get("/standards/no.key/adopt/").status_code
        == 404
    )
