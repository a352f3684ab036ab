"""The pages of a change: who sees them, what they keep, and how often a submit counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.changes.models import FamilyChange
from apps.offices.models import Event, Role
from tests import builders
from tests.changes.reporting import Desk, approve, paid_through_june, poor
from tests.pages.conftest import FAR, client_of

pytestmark = pytest.mark.django_db


def test_the_menu_leads_to_a_form_with_only_its_own_boxes() -> None:
    home, _ = poor()
    desk = Desk(home)
    menu = desk.client.get(desk.path).content.decode()
    assert menu.count("?kind=") == 15
    form = desk.client.get(desk.path, {"kind": "death"}).context["form"]
    assert list(form.fields) == ["person", "on", "proof", "notice", "statement"]


def test_another_township_finds_no_such_household() -> None:
    home, _ = poor()
    other = client_of(builders.staff(Role.TOWNSHIP_CLERK, FAR[:9]))
    desk = Desk(home)
    change = desk.submit("property", within="no", on="2024-07-01")
    for path in (desk.path, f"/households/{home.number}/changes/", f"/changes/{change.pk}/"):
        assert other.get(path).status_code == 404, path
    assert other.post(desk.path, {"kind": "death", "do": "preview"}).status_code == 404


def test_a_checker_may_look_but_not_report() -> None:
    home, _ = poor()
    checker = client_of(builders.staff(Role.CHECKER))
    assert checker.get(f"/households/{home.number}/changes/").status_code == 200
    assert checker.get(f"/households/{home.number}/change/?kind=death").status_code == 403


def test_what_was_typed_is_kept_when_it_is_wrong() -> None:
    home, (who, *_) = poor()
    page = Desk(home).refused(
        "account",
        owner=who.pk,
        payee_name="张三",
        payee_is="self",
        bank="农村商业银行",
        number="12A",
        reason="卡遗失",
    )
    assert "账号应为6至32位数字" in page
    assert 'value="12A"' in page
    assert 'value="农村商业银行"' in page
    assert not FamilyChange.objects.exists()


def test_one_page_submitted_twice_is_one_change() -> None:
    home, (_, spouse, _) = poor()
    desk = Desk(home)
    typed: dict[str, Any] = {"token": 77, "person": spouse.pk, "on": "2024-07-03"}
    assert desk.submit("death", **typed) == desk.submit("death", **typed)
    assert FamilyChange.objects.count() == 1
    assert spouse.facts.filter(kind="death").count() == 1


def test_a_preview_leaves_nothing_behind() -> None:
    home, (who, *_) = poor()
    paid_through_june()
    desk = Desk(home)
    before = _rows()
    desk.preview("income", person=who.pk, code="wage", amount="500", per="month", on="2024-07-01")
    after = _rows()
    assert after == before


def _rows() -> dict[str, int]:
    """How many rows every table of ours holds; that of the staff apart, as desks appoint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace"
        )
        names = {name for (name,) in cursor.fetchall()}
        found = {}
        for name in names - {"offices_staff", "auth_user", "django_session"}:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def test_a_draft_is_gone_on_with_and_takes_no_effect() -> None:
    home, (_, spouse, _) = poor()
    desk = Desk(home)
    desk.client.post(desk.path, {"kind": "death", "do": "draft", "token": 5, "person": spouse.pk})
    draft = FamilyChange.objects.get()
    assert draft.state == "draft"
    assert not spouse.facts.filter(kind="death").exists()
    page = desk.client.get(desk.path, {"kind": "death", "draft": draft.pk}).content.decode()
    assert 'name="token" value="5"' in page
    assert f'<option value="{spouse.pk}" selected' in page
    done = desk.submit("death", token=5, person=spouse.pk, on="2024-07-03")
    assert (done.pk, done.state) == (draft.pk, "done")


def test_one_pair_of_eyes_cannot_prepare_and_decide() -> None:
    home, _ = poor()
    lead = builders.staff(Role.COUNTY_SUPERVISOR)
    change = Desk(home, lead).submit("property", within="no", on="2024-07-01")
    answer = client_of(lead).post(f"/changes/{change.pk}/", {"act": "approve"})
    assert answer.status_code == 403
    assert "不得为同一人" in answer.content.decode()
    change.refresh_from_db()
    assert change.state == "submitted"


def test_what_is_sent_back_says_why_and_may_be_submitted_again() -> None:
    home, _ = poor()
    desk = Desk(home)
    change = desk.submit("property", within="no", on="2024-07-01", token=9)
    supervisor = client_of(builders.staff(Role.COUNTY_SUPERVISOR))
    path = f"/changes/{change.pk}/"
    assert "须写明理由" in supervisor.post(path, {"act": "send_back"}).content.decode()
    supervisor.post(path, {"act": "send_back", "reason": "结论日期有误"})
    assert "退回：结论日期有误" in desk.client.get(path).content.decode()
    again = desk.submit("property", within="no", on="2024-07-02", token=9)
    assert again.pk == change.pk
    approve(again)
    assert home.facts.filter(kind="property", on="2024-07-02").exists()
    verbs = Event.objects.filter(kind="changes.familychange").order_by("pk")
    assert [e.verb for e in verbs] == ["提交变更", "退回变更", "提交变更", "复核通过"]


def test_a_withdrawn_change_can_no_longer_be_decided() -> None:
    home, _ = poor()
    desk = Desk(home)
    change = desk.submit("property", within="no", on="2024-07-01")
    desk.client.post(f"/changes/{change.pk}/", {"act": "withdraw"})
    supervisor = client_of(builders.staff(Role.COUNTY_SUPERVISOR))
    answer = supervisor.post(f"/changes/{change.pk}/", {"act": "approve"})
    assert answer.status_code == 409
    assert home.facts.filter(kind="property").count() == 1


def test_the_pages_take_the_same_queries_however_large_the_family() -> None:
    small, (who, *_) = poor()
    large, people = poor(division=FAR)
    for number in range(6):
        child = builders.person(f"孩子{number}", f"201{number}-02-02")
        builders.households.admit(
            household_id=large.pk,
            person_id=child.pk,
            relationship="child",
            on=builders.date("2024-02-01"),
            recorded_on=builders.date("2024-02-01"),
            by=None,
        )
    paid_through_june()
    clerk = builders.staff(Role.COUNTY_CLERK)
    counts = []
    for home, dead in ((small, who), (large, people[0])):
        desk = Desk(home, clerk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.preview("death", person=dead.pk, on="2024-07-01")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_supervisor_finds_what_waits_and_the_clerk_what_came_back() -> None:
    home, _ = poor()
    desk = Desk(home)
    change = desk.submit("property", within="no", on="2024-07-01")
    supervisor = client_of(builders.staff(Role.COUNTY_SUPERVISOR))
    page = supervisor.get("/", {"queue": "changes"}).content.decode()
    assert "复核财产变化" in page
    assert f"/changes/{change.pk}/" in page
    supervisor.post(f"/changes/{change.pk}/", {"act": "send_back", "reason": "请补证明"})
    assert "退回：请补证明" in desk.client.get("/", {"queue": "changes-back"}).content.decode()
    assert "复核财产变化" not in supervisor.get("/").content.decode()


def test_a_decided_change_leads_to_its_notice() -> None:
    home, _ = poor()
    desk = Desk(home)
    change = approve(desk.submit("property", within="no", on="2024-07-01", notice="on"))
    page = desk.client.get(f"/changes/{change.pk}/").content.decode()
    (decision,) = change.decisions
    assert f"/papers/new/decision-notice/{decision}/" in page
    assert "/papers/new/benefit-statement/" not in page  # its tick was taken away
    assert desk.client.get(f"/papers/new/decision-notice/{decision}/").status_code == 200


def test_who_moves_to_another_township_is_out_of_sight_afterwards() -> None:
    home, _ = poor()
    desk = Desk(home)
    typed = {"kind": "move", "do": "submit", "token": 3, "village": FAR, "on": "2024-07-01"}
    answer = desk.client.post(desk.path, typed)
    assert answer["Location"] == "/households/"
    assert desk.client.get(desk.path).status_code == 404


def test_a_closed_household_has_no_more_changes() -> None:
    home, _ = poor()
    other, _ = poor()
    members = {f"member_{one.person_id}": "other" for one in other.members.all()}
    county = Desk(home, builders.staff(Role.COUNTY_CLERK))
    approve(county.submit("merge", other=other.number, on="2024-07-01", **members))
    said = Desk(other).preview("property", within="no", on="2024-07-01")
    assert said == ("该户已于2024-07-10销户，不能再办理变更。",)


def test_boxes_appear_for_the_people_of_the_household_that_is_named() -> None:
    home, _ = poor()
    other, people = poor()
    desk = Desk(home)
    typed = {"kind": "merge", "do": "preview", "token": 4, "other": other.number}
    part = desk.client.post(desk.path, typed, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="true"' in part
    assert all(f'name="member_{one.pk}"' in part for one in people)
    assert f'value="{other.number}"' in part
