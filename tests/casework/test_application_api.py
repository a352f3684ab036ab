"""办理接口: the same options and steps as on the page, in the shape of the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.casework.models import Application
from apps.offices.models import Role, Staff
from tests import builders
from tests.evidence.papers import all_filed, family, township
from tests.pages.conftest import client_of, edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> dt.date:
    """Monday 12 May 2025: 补录 is over."""
    return dt.date(2025, 5, 12)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Views read the clock."""


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Any) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


def told(by: Staff, asked: Application) -> dict[str, Any]:
    answer = client_of(by).get(f"/api/v1/applications/{asked.pk}/")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def send(by: Staff, asked: Application, code: str, **body: Any) -> Any:
    return edit(client_of(by), f"/api/v1/applications/{asked.pk}/", f"steps/{code}", body)


def test_the_options_say_what_is_missing_and_what_a_step_asks() -> None:
    asked = family()
    found = told(township(), asked)
    assert (found["state"], found["version"]) == ("submitted", 0)
    codes = [option["code"] for option in found["options"]]
    assert codes == ["request_correction", "accept", "withdraw", "end"]
    accept = found["options"][1]
    assert accept["ready"] is False
    assert {one["need"] for one in accept["missing"]} == {"documents"}
    assert {one["url"] for one in accept["missing"]} == {f"/applications/{asked.pk}/documents/"}
    assert accept["asks"] == ["on", "note"]
    end = next(option for option in found["options"] if option["code"] == "end")
    assert end["why_not"] == "由乡镇分管、县级审核、县级经办办理"


def test_a_step_moves_the_application_and_answers_with_it() -> None:
    asked, clerk = family(), township()
    all_filed(asked)
    answer = send(clerk, asked, "accept", on="2025-05-09", note="齐全")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["state"], found["version"], found["accepted_on"]) == (
        "accepted",
        1,
        "2025-05-09",
    )
    assert [(one["code"], one["by"], one["note"]) for one in found["steps"]] == [
        ("accept", clerk.name, "齐全")
    ]
    clock = next(one for one in found["clocks"] if one["key"] == "survey_start_by")
    assert (clock["last_day"], clock["running"], clock["late"]) == ("2025-05-14", True, False)


@pytest.mark.parametrize(
    ("body", "status", "attr", "words"),
    [
        ({"on": "2025-05-13"}, 400, "on", "不能晚于今天"),
        ({"first": 3}, 400, "first", "不填这一项"),
        ({"seen": 7}, 400, "seen", "没有这一项"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    body: dict[str, Any], status: int, attr: str | None, words: str
) -> None:
    asked, clerk = family(), township()
    all_filed(asked)
    answer = send(clerk, asked, "accept", **body)
    assert answer.status_code == status
    error = answer.json()["errors"][0]
    assert error["attr"] == attr
    assert words in error["detail"]
    asked.refresh_from_db()
    assert asked.state == "submitted"


def test_who_may_not_is_refused_and_who_is_elsewhere_finds_nothing() -> None:
    asked = family()
    all_filed(asked)
    assert send(builders.staff(Role.FINANCE), asked, "accept").status_code == 403
    far = township(division="430482101")
    assert send(far, asked, "accept").status_code == 404
    assert client_of(far).get(f"/api/v1/applications/{asked.pk}/").status_code == 404
    keeper = builders.staff(Role.SYSTEM_ADMIN)
    assert client_of(keeper).get(f"/api/v1/applications/{asked.pk}/").status_code == 403
