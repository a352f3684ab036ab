"""The door: who gets in, where they land, and how a refusal looks."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from apps.offices.actions import open_login
from apps.offices.models import Role
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from tests import builders
from tests.pages.conftest import As

pytestmark = pytest.mark.django_db


def test_without_log_in_every_page_leads_to_the_door(client: Client) -> None:
    for path in ("/", "/payruns/", "/search/", "/households/", "/standards/", "/programmes/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={path}")


def test_logging_in_leads_to_the_page_asked_for_and_out_again(client: Client) -> None:
    open_login(
        username="clerk",
        password="long-enough-1",
        name="王经办",
        role=Role.COUNTY_CLERK,
        division=builders.COUNTY,
    )
    wrong = client.post("/login/", {"username": "clerk", "password": "no"})
    assert "账号或密码不对" in wrong.content.decode()
    answer = client.post(
        "/login/", {"username": "clerk", "password": "long-enough-1", "next": "/standards/"}
    )
    assert answer["Location"] == "/standards/"
    assert "王经办 · 县级经办" in client.get("/standards/").content.decode()
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/standards/").status_code == 302


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.APPROVER, "/payruns/"),
        (Role.FINANCE, "/payruns/"),
        (Role.SYSTEM_ADMIN, "/programmes/"),
    ],
)
def test_each_post_begins_where_its_work_is(role: Role, home: str, as_: As) -> None:
    assert as_(builders.staff(role)).get("/")["Location"] == home


@pytest.mark.parametrize(
    "role", [Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR, Role.TOWNSHIP_CLERK, Role.VILLAGE_HELPER]
)
def test_who_does_casework_begins_with_the_worklist(role: Role, as_: As) -> None:
    assert 'data-page="worklist"' in as_(builders.staff(role)).get("/").content.decode()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_who_keeps_the_system_sees_nobodys_case(role: Role, as_: As) -> None:
    client = as_(builders.staff(role))
    for path in ("/payruns/", "/search/?q=zs", "/households/", "/applications/", "/api/v1/runs/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "不查看救助对象的资料" in answer.content.decode()


def test_an_account_without_a_post_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(get_user_model().objects.create(username="nobody"))
    answer = client.get("/standards/")
    assert answer.status_code == 403
    assert "您的账号没有岗位" in answer.content.decode()


def test_what_does_not_exist_is_said_without_saying_why(as_: As) -> None:
    client = as_(builders.staff())
    for path in ("/households/nowhere/", "/payruns/999/", "/applications/999/", "/programmes/no/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()


def test_a_read_page_refuses_to_be_posted_to(as_: As) -> None:
    assert as_(builders.staff()).post("/payruns/1/").status_code == 405


def test_two_who_open_a_run_at_once_are_told_in_words(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loser of a race meets the database's constraint, whose own words are shown."""
    winner = builders.staff()
    first = payments.open_run(
        month=builders.month("2024-07"),
        cutoff=builders.date("2024-07-10"),
        division=builders.COUNTY,
        by=winner,
    )
    monkeypatch.setattr(
        payments.PaymentRun.objects, "filter", lambda **_: PaymentRun.objects.none()
    )
    answer = as_(builders.staff()).post("/payruns/new/", {"month": "2024-08"})
    assert answer.status_code == 409
    assert "还有未办结的发放批次" in answer.content.decode()
    assert first.pk
