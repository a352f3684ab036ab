"""再次验证: before what cannot be called back, who sits here is asked once more."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from apps.offices.doors.models import Attempt
from apps.offices.models import Event, Role
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from tests.login.conftest import PASSWORD, account, inside, log_in, words
from tests.pages.conftest import as_json, poor
from tests.payments.paying import answered, computed, four

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
STALE = 14 * 60  # twice this and a little is more than the thirty minutes


@pytest.fixture
def run() -> PaymentRun:
    """A month that waits for its approval."""
    poor("王五")
    people = four()
    found = computed(people, "2024-07")
    answered(found, people)
    payments.check_run(found.pk, by=people.checker)
    found.refresh_from_db()
    return found


def boxes(answer: Any) -> dict[str, str]:
    """The hidden boxes of the question."""
    page = answer.content.decode()
    form = page[page.index('data-testid="confirm"') :]
    found = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def later(client: Any, clock: Any) -> None:
    """Half an hour of work later."""
    for _ in range(3):
        clock.shift(STALE)
        assert client.get("/help/").status_code == 200


def test_who_has_just_logged_in_approves_without_another_word(run: PaymentRun) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    answer = client.post(f"/payruns/{run.pk}/approve/", {"seen": "1", "state": "checked"})
    assert answer["Location"] == f"/payruns/{run.pk}/"
    run.refresh_from_db()
    assert run.state == "approved"


def test_later_the_password_is_asked_and_the_act_goes_on_with_all_that_was_sent(
    run: PaymentRun, clock: Any
) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    path = f"/payruns/{run.pk}/approve/"
    asked = client.post(path, {"seen": "1", "state": "checked", "reason": '同意 <b>"全部"</b>'})
    assert "再次验证" in words(asked)
    run.refresh_from_db()
    assert run.state == "checked"
    sent = boxes(asked)
    assert sent["reason"] == '同意 <b>"全部"</b>'
    done = client.post(path, sent | {"confirm-password": PASSWORD})
    assert done["Location"] == f"/payruns/{run.pk}/"
    run.refresh_from_db()
    assert run.state == "approved"


def test_a_wrong_password_does_nothing_and_keeps_what_was_sent(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    path = f"/payruns/{run.pk}/approve/"
    sent = boxes(client.post(path, {"seen": "1", "state": "checked"}))
    again = client.post(path, sent | {"confirm-password": "wrong"})
    assert "没有通过，还没有办理" in words(again)
    assert boxes(again) == sent
    run.refresh_from_db()
    assert run.state == "checked"


def test_who_guesses_at_the_question_is_out_and_locked(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    path = f"/payruns/{run.pk}/approve/"
    sent = boxes(client.post(path, {"seen": "1", "state": "checked"}))
    for _ in range(5):
        answer = client.post(path, sent | {"confirm-password": "wrong"})
    assert answer["Location"].startswith("/login/")
    assert not inside(client)
    assert not inside(log_in()[0])
    assert set(Attempt.objects.filter(outcome="failed").values_list("kind", flat=True)) == {
        "confirm"
    }


def test_boxes_of_the_question_alone_prove_nothing(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    path = f"/payruns/{run.pk}/approve/"
    for forged in (
        {"confirm-method": "POST"},
        {"confirm-method": "POST", "confirm-password": ""},
        {"confirm-method": "POST", "confirm-code": "000000"},
        {"confirm-method": "POST", "confirm-key": "{}"},
        {"confirm-password": PASSWORD},
    ):
        assert "再次验证" in words(client.post(path, {"seen": "1", "state": "checked"} | forged))
    run.refresh_from_db()
    assert run.state == "checked"


def test_an_answer_gives_the_session_another_key(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    before = client.cookies["sessionid"].value
    path = f"/payruns/{run.pk}/approve/"
    sent = boxes(client.post(path, {"seen": "1", "state": "checked"}))
    client.post(path, sent | {"confirm-password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert inside(client)


def test_a_program_is_told_by_a_code(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    answer = client.post(f"/api/v1/runs/{run.pk}/approve/", {}, **as_json())
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "confirmation_required"
    run.refresh_from_db()
    assert run.state == "checked"


def test_whole_numbers_are_shown_after_a_fresh_answer_in_the_place_that_asked(clock: Any) -> None:
    home, _ = poor("王五")
    account()
    client, _ = log_in()
    later(client, clock)
    htmx = {"HX-Request": "true", "HX-Target": "ids"}
    path = f"/households/{home.number}/ids/"
    asked = client.post(path, headers=htmx)
    assert 'hx-target="#ids"' in asked.content.decode()
    assert "<html" not in asked.content.decode()
    assert not Event.objects.filter(verb__contains="证件").exists()
    shown = client.post(path, boxes(asked) | {"confirm-password": PASSWORD}, headers=htmx)
    assert "已显示完整证件号码" in words(shown)


def test_a_list_is_taken_away_after_a_fresh_answer(clock: Any) -> None:
    account(role=Role.COUNTY_SUPERVISOR)
    client, _ = log_in()
    path = "/complaints/export/?state=open"
    assert client.get(path)["Content-Type"].startswith("text/csv")
    later(client, clock)
    asked = client.get(path)
    assert "再次验证" in words(asked)
    answer = client.post(path, boxes(asked) | {"confirm-password": PASSWORD})
    assert answer["Location"] == path
    assert client.get(path)["Content-Type"].startswith("text/csv")


def test_reading_asks_for_nothing(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    assert client.get(f"/payruns/{run.pk}/").status_code == 200
    assert client.get("/payruns/").status_code == 200


def test_the_way_back_leads_to_this_site_alone(run: PaymentRun, clock: Any) -> None:
    account(role=Role.APPROVER)
    client, _ = log_in()
    later(client, clock)
    path = f"/payruns/{run.pk}/approve/"
    asked = client.post(path, {"seen": "1"}, headers={"Referer": "https://evil.example/x"})
    assert boxes(asked)["confirm-back"] == "/"
    assert "evil" not in asked.content.decode()
