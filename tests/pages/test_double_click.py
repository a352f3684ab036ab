"""双击: a form that is sent twice at one moment does its work once, whatever it appends to."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.payments.recoveries.models import Recovery, Repayment
from tests import builders
from tests.pages.conftest import client_of
from tests.payments.paying import account, arrived, four

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20
TOKEN = re.compile(r'data-testid="repaid".*?name="sight"\s+value="([^"]+)"', re.DOTALL)


@pytest.fixture
def owing() -> Recovery:
    """Paid 90 yuan for June and July, found since to be outside for both."""
    who = builders.person("李四", "1980-05-05")
    home = builders.household((who, "applicant"))
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    people = four()
    arrived(people, "2024-07")
    until = builders.date("2024-07-31")
    injury = {"code": "work_injury_nursing", "amount_fen": 50000, "per": "month", "until": until}
    builders.fact("other_benefit", who, "2024-05-10", known="2024-08-02", **injury)
    arrived(people, "2024-08")
    return Recovery.objects.get()


def twice(clients: list[Client], path: str, body: dict[str, Any]) -> list[int]:
    """The same form from two threads at one moment; their answers, in order."""
    gate, found = threading.Barrier(2), []

    def send(client: Client) -> None:
        try:
            gate.wait(10)
            found.append(client.post(path, body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(found)


def test_money_that_came_back_is_written_down_once(owing: Recovery) -> None:
    """Twenty double clicks; the second click of each meets what the first has written."""
    clerk = builders.staff()
    clients = [client_of(clerk), client_of(clerk)]
    path = f"/recoveries/{owing.pk}/"
    for number in range(1, ROUNDS + 1):
        token = TOKEN.search(clients[0].get(path).content.decode())
        assert token is not None
        body = {"act": "repaid", "fen": "1.00", "sight": token[1]}
        assert twice(clients, path, body) == [302, 409]
        assert Repayment.objects.count() == number
