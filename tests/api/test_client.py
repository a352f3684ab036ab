"""The example of the documentation against a real server: five posts, five tokens, one payment."""

from __future__ import annotations

import datetime as dt
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from apps.offices.models import Role
from apps.payments.models import BankItem, PaymentRun
from apps.payments.tasks import compute_run
from tests import builders
from tests.api.conftest import Caller
from tests.pages.conftest import HERE

pytestmark = pytest.mark.django_db(transaction=True)
FILE = Path(__file__).resolve().parents[2] / "docs/examples/client.py"
POSTS = {
    "CLERK": Role.COUNTY_CLERK,
    "SUPERVISOR": Role.COUNTY_SUPERVISOR,
    "CHECKER": Role.CHECKER,
    "APPROVER": Role.APPROVER,
    "FINANCE": Role.FINANCE,
}


def example() -> Any:
    """The file as a module."""
    spec = importlib.util.spec_from_file_location("client_example", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def worker() -> Iterator[None]:
    """Somebody who computes what is asked for: the very task, without a queue."""
    over = threading.Event()

    def work() -> None:
        try:
            while not over.wait(0.05):
                for pk in PaymentRun.objects.exclude(requested_at=None).values_list(
                    "pk", flat=True
                ):
                    compute_run(run_id=pk)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


def set_up(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> None:
    monkeypatch.setenv("CIVIL_URL", live_server.url)
    for name, role in POSTS.items():
        monkeypatch.setenv(f"TOKEN_{name}", Caller(builders.staff(role)).text)


def test_a_household_is_registered_decided_and_paid(
    monkeypatch: pytest.MonkeyPatch, live_server: Any, worker: None, capsys: Any
) -> None:
    set_up(monkeypatch, live_server)
    fen = example().main(HERE, "2024-08")
    said = capsys.readouterr().out
    item = BankItem.objects.get()
    assert fen == item.fen > 0
    assert "已确认" in said
    assert f"最低生活保障 {fen / 100:.2f} 元 已送" in said
    assert PaymentRun.objects.get().state == "sent"


@pytest.mark.parametrize("day", [dt.date(2025, 5, 12)])
def test_where_paper_is_over_it_says_what_is_lacking(
    day: dt.date, monkeypatch: pytest.MonkeyPatch, live_server: Any, capsys: Any
) -> None:
    set_up(monkeypatch, live_server)
    assert example().main(HERE, "2025-05") is None
    assert "受理: " in capsys.readouterr().out


def test_what_is_refused_is_said(monkeypatch: pytest.MonkeyPatch, live_server: Any) -> None:
    set_up(monkeypatch, live_server)
    module = example()
    with pytest.raises(module.Refused, match="400 village 没有找到这个村"):
        module.main("999999999999", "2024-08")
