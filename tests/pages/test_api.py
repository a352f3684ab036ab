"""接口: runs and trials as JSON; refusals have the standard shape and Chinese words."""

from __future__ import annotations

from typing import Any

import pytest

from apps.offices.models import Outbox, Role
from apps.payments.models import PaymentRun
from tests import builders
from tests.pages.conftest import HERE, As, County, as_json, edit

pytestmark = pytest.mark.django_db


def test_the_runs_of_a_territory(county: County, as_: As, township: Any) -> None:
    client = as_(county.people.checker)
    found = client.get("/api/v1/runs/").json()["results"]
    assert [(run["month"], run["state"]) for run in found] == [
        ("2024-07", "computed"),
        ("2024-06", "sent"),
    ]
    one = client.get(f"/api/v1/runs/{county.july.pk}/").json()
    assert one["fen"] == {"disability_nursing": 27000, "minimum_living": 45000}
    assert (one["held"], one["changed"], one["lines"]) == (0, 0, 4)
    assert as_(township).get("/api/v1/runs/").json()["results"] == []
    assert as_(township).get(f"/api/v1/runs/{county.july.pk}/").status_code == 404


def test_a_run_is_made_computed_and_stopped(as_: As) -> None:
    client = as_(builders.staff())
    made = client.post("/api/v1/runs/", {"month": "2024-07"}, **as_json())
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    pk = made.json()["id"]
    assert edit(client, f"/api/v1/runs/{pk}/", "compute", {}).status_code == 200
    assert Outbox.objects.get().payload == {"run_id": pk}
    assert client.get(f"/api/v1/runs/{pk}/progress/").json()["computing"] is True
    assert edit(client, f"/api/v1/runs/{pk}/", "stop", {}).status_code == 200
    assert client.get(f"/api/v1/runs/{pk}/progress/").json()["computing"] is False


def test_a_run_goes_to_the_bank_by_four_people(county: County, as_: As) -> None:
    people, url = county.people, f"/api/v1/runs/{county.july.pk}"
    for who, step, state in (
        (people.checker, "check", "checked"),
        (people.approver, "approve", "approved"),
        (people.finance, "send", "sent"),
    ):
        assert edit(as_(who), f"{url}/", step, {}).json()["state"] == state


@pytest.mark.parametrize(
    ("who", "step", "body", "status", "code"),
    [
        ("finance", "check", {}, 403, "permission_denied"),
        ("approver", "approve", {}, 409, "stale_state"),
        ("checker", "return", {"reason": ""}, 400, "invalid"),
        ("maker", "return", {"reason": "字" * 201}, 400, "max_length"),
    ],
)
def test_refusals_have_one_shape(
    who: str, step: str, body: Any, status: int, code: str, county: County, as_: As
) -> None:
    answer = edit(as_(getattr(county.people, who)), f"/api/v1/runs/{county.july.pk}/", step, body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code
    county.july.refresh_from_db()
    assert county.july.state == "computed"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"month": "2024年7月"}, 400, "不是月份"),
        ({"month": "2024-08"}, 409, "还有未办结的发放批次"),
        ({}, 400, "必填"),
    ],
)
def test_a_run_that_cannot_be_made(
    body: Any, status: int, words: str, county: County, as_: As
) -> None:
    answer = as_(county.people.maker).post("/api/v1/runs/", body, **as_json())
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_without_log_in_there_is_nothing(client: Any) -> None:
    assert client.get("/api/v1/runs/").status_code == 401
    assert client.post("/api/v1/trials/", {}, **as_json()).status_code == 401


# ---- trials ----


def test_a_trial_of_a_person_with_a_draft_standard(county: County, as_: As) -> None:
    home, who = county.deaf
    runs = PaymentRun.objects.count()
    answer = as_(county.people.maker).post(
        "/api/v1/trials/",
        {
            "programme": "disability_nursing",
            "month": "2024-08",
            "household": home.number,
            "person": who.pk,
            "standards": [{"key": "disability_nursing.monthly", "value": "120.00"}],
        },
        **as_json(),
    )
    assert answer.status_code == 200, answer.content.decode()
    found = answer.json()
    assert (found["fen"], found["verdict"], found["month"]) == (12000, "payable", "2024-08")
    assert found["working"][-1]["fen"] == 12000
    assert PaymentRun.objects.count() == runs


def test_a_trial_of_people_who_need_not_exist(as_: As) -> None:
    answer = as_(builders.staff()).post(
        "/api/v1/trials/",
        {
            "programme": "minimum_living",
            "month": "2024-08",
            "hypothetical": {
                "zone": "rural",
                "members": [
                    {
                        "born": "1980-01-01",
                        "facts": [
                            {"kind": "income", "code": "wage", "amount": "200.00", "per": "month"}
                        ],
                    },
                    {"born": "2012-01-01", "relationship": "child"},
                ],
                "facts": [{"kind": "property", "flag": True}],
            },
        },
        **as_json(),
    )
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["fen"] == 70000
    assert answer.json()["refused_by"] is None


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"programme": "nothing"}, 400, "nothing"),
        ({"month": "8月"}, 400, "不是月份"),
        ({"household": "nowhere"}, 404, "没有找到"),
        ({"facts": [{"kind": "disability", "code": "hearing", "number": 9}]}, 400, "1到4"),
        (
            {"facts": [{"kind": "income", "code": "wage", "amount": "abc", "per": "month"}]},
            400,
            "不是金额",
        ),
        ({"standards": [{"key": "no.key", "value": "1"}]}, 400, "没有名为"),
        ({"awards": ["nothing"]}, 400, "没有这些项目"),
        ({"household": None}, 400, ""),
    ],
)
def test_a_trial_that_cannot_be(
    change: Any, status: int, words: str, county: County, as_: As
) -> None:
    home, who = county.deaf
    asked = {
        "programme": "disability_nursing",
        "month": "2024-08",
        "household": home.number,
        "person": who.pk,
    }
    answer = as_(county.people.maker).post("/api/v1/trials/", asked | change, **as_json())
    assert answer.status_code == status, answer.content.decode()
    assert words in answer.content.decode()


def test_a_trial_does_not_tell_of_strangers(county: County, as_: As) -> None:
    client = as_(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    mine, (far, stranger) = county.deaf[0], county.far
    for asked in (
        {"household": far.number, "person": stranger.pk},
        {"household": mine.number, "person": stranger.pk},
        {"person": stranger.pk},
    ):
        body = {"programme": "disability_nursing", "month": "2024-08", **asked}
        assert client.post("/api/v1/trials/", body, **as_json()).status_code == 404
