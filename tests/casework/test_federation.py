"""残联: the two disability subsidies wait for its post; it sees what it needs and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from apps.casework.models import Application
from apps.households.models import Household
from apps.offices.models import Role, Staff
from tests import builders
from tests.casework.test_graph import place
from tests.pages.conftest import client_of

pytestmark = pytest.mark.django_db
HERE = "430482001200"


@pytest.fixture
def day() -> dt.date:
    """The clock of every test stands at this day."""
    return dt.date(2025, 5, 12)


@pytest.fixture(autouse=True)
def now(clock: object) -> None:
    """Pages read the clock: it is set."""


@pytest.fixture
def federation(db: None) -> Staff:
    """县残联."""
    return builders.staff(Role.FEDERATION)


@pytest.fixture
def home() -> Household:
    """A disabled man and his wife, who earns."""
    who = builders.person("孙志强", "1980-03-01", sex="m", id_number="430482198003010013")
    wife = builders.person("刘春梅", "1982-03-01", sex="f")
    builders.fact(
        "disability", who, "2024-02-01", code="limb", number=1, until=builders.date("2034-01-31")
    )
    builders.fact("income", wife, "2024-02-01", code="wage", amount_fen=123_400, per="month")
    return builders.household((who, "applicant"), (wife, "spouse"), division=HERE)


def asked(home: Household, state: str = "federation", programme: str = "disability_nursing") -> int:
    """An application that has come as far as a state."""
    who = home.members.get(relationship="applicant").person
    one = Application(
        programme=programme,
        household=home,
        person=None if programme == "minimum_living" else who,
        state=state,
        applied_on=builders.date("2025-05-05"),
        prepared_by=builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]),
    )
    place([one])
    return one.pk


def step(by: Client, pk: int, code: str, **data: str) -> int:
    """The status of the step as its page sends it."""
    version = Application.objects.get(pk=pk).version
    said = {"on": "2025-05-12", "seen": version, **data}
    return by.post(f"/applications/{pk}/steps/{code}/", said).status_code


def test_only_the_federation_answers_for_the_certificate(
    home: Household, federation: Staff, clerk: Staff, supervisor: Staff
) -> None:
    pk = asked(home)
    for other in (clerk, supervisor):
        assert "由县残联办理" in client_of(other).get(f"/applications/{pk}/").content.decode()
        assert step(client_of(other), pk, "federation_agrees") == 403
    mine = client_of(federation)
    assert step(mine, pk, "federation_refuses", note="") == 400  # says why
    assert step(mine, pk, "federation_refuses", note="证件号码不符") == 302
    shown = mine.get(f"/applications/{pk}/").content.decode()
    assert ("证件号码不符" in shown, 'data-testid="next"' in shown) == (True, False)
    assert (
        "残联审核不同意：证件号码不符"
        in client_of(supervisor).get(f"/applications/{pk}/").content.decode()
    )


def test_its_worklist_holds_what_waits_for_it(home: Household, federation: Staff) -> None:
    pk = asked(home)
    shown = client_of(federation).get("/").content.decode()
    assert shown.count('data-testid="task"') == 1
    assert f'href="/applications/{pk}/"' in shown
    assert ">残联审核</a>" in shown
    assert "登记新申请" not in shown
    far = builders.staff(Role.FEDERATION, "430481")
    assert 'data-testid="task"' not in client_of(far).get("/").content.decode()


def test_it_sees_the_certificate_and_neither_the_family_nor_its_means(
    home: Household, federation: Staff
) -> None:
    shown = client_of(federation).get(f"/applications/{asked(home)}/").content.decode()
    assert "430482198003010013" in shown
    assert "有效期至 2034-01-31" in shown
    for private in ("刘春梅", "1,234", home.number, "/search/", "/households/"):
        assert private not in shown, private


@pytest.mark.parametrize(
    ("state", "programme"), [("opinion", "disability_nursing"), ("reviewing", "minimum_living")]
)
def test_what_is_not_for_it_is_not_found(
    home: Household, federation: Staff, state: str, programme: str
) -> None:
    pk, mine = asked(home, state, programme), client_of(federation)
    assert mine.get(f"/applications/{pk}/").status_code == 404
    assert step(mine, pk, "withdraw") == 404
    assert f"/applications/{pk}/" not in mine.get("/applications/?state=all").content.decode()


@pytest.mark.parametrize(
    "path",
    ["/search/?q=sun", "/households/", "/registers/", "/payruns/", "/complaints/", "/api/v1/runs/"],
)
def test_other_pages_are_closed_to_it(federation: Staff, path: str) -> None:
    answer = client_of(federation).get(path)
    assert answer.status_code == 403
    assert "县残联只办理" in answer.content.decode()
