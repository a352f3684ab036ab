"""敏感查看: numbers, files, lists and sheets that were looked at or taken away are in the trail.

Each leaves an event, and events are chained like every other row. A download that is not named
here fails the last test: either it is put down, or it is harmless and says why.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.elderly_allowances import actions as elderly
from apps.offices.models import Role, Staff
from tests import builders
from tests.elderly_allowances.test_service_visits import elder, ordered, provider, visited
from tests.evidence.papers import family, filed
from tests.pages.conftest import client_of, deaf
from tests.papers.printing import made
from tests.payments.paying import computed, four, paid

from .conftest import newest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture(autouse=True)
def files_lie_apart(settings: Any, tmp_path: Path) -> None:
    """The folder of files of this test."""
    settings.EVIDENCE_DIR = str(tmp_path / "documents")


ROOT = Path(__file__).resolve().parent.parent.parent
Read = Callable[[Client], str]  # does it, and says the address


def get(name: str, *args: object) -> Read:
    def read(client: Client) -> str:
        path = reverse(name, args=args)
        answer = client.get(path)
        assert answer.status_code == 200, answer.content.decode()
        return path

    return read


def post(name: str, *args: object) -> Read:
    def read(client: Client) -> str:
        path = reverse(name, args=args)
        answer = client.post(path)
        assert answer.status_code == 200, answer.content.decode()
        return path

    return read


def _numbers(client: Client) -> str:
    return post("household-ids", builders.household().number)(client)


def _document(client: Client) -> str:
    return get("document-file", filed("household_book", family().household).pk)(client)


def _run(name: str) -> Read:
    def read(client: Client) -> str:
        deaf("甲一")
        return get(name, computed(four(), "2024-06").pk)(client)

    return read


def _bank_file(client: Client) -> str:
    deaf("甲一")
    return post("bank-file", paid(four(), "2024-06", day=20).pk, "csv")(client)


def _settlement(client: Client) -> str:
    order = ordered(elder(), provider())
    visited(order)
    bill = elderly.prepare_settlement(
        order.provider_id,
        month=builders.month("2024-03"),
        on=builders.date("2024-04-02"),
        by=builders.staff(),
    )
    return get("elder-settlement-csv", bill.pk)(client)


def _sheet(client: Client) -> str:
    home, _ = deaf("甲一")
    paid(four(), "2024-06", day=20)
    paper = made("benefit-statement", home.pk, "2024-07-01")
    return post("paper-print", paper.pk)(client)


READS: dict[str, tuple[Role, Read]] = {
    "查看证件号码": (Role.COUNTY_CLERK, _numbers),
    "查看材料": (Role.COUNTY_SUPERVISOR, _document),
    "导出投诉举报": (Role.COUNTY_SUPERVISOR, get("complaints-csv")),
    "导出入站救助": (Role.COUNTY_SUPERVISOR, get("stays-csv")),
    "导出儿童名册": (Role.COUNTY_SUPERVISOR, get("child-files-csv")),
    "导出低收入人口": (Role.COUNTY_SUPERVISOR, get("low-income-csv")),
    "导出需核实": (Role.COUNTY_SUPERVISOR, _run("run-doubts-sheet")),
    "导出待补与暂缓": (Role.COUNTY_SUPERVISOR, _run("run-held-sheet")),
    "导出预算执行": (Role.FINANCE, get("budget-sheet", 2024, "csv")),
    "导出审计留痕": (Role.AUDITOR, get("audit-csv")),
    "下载代发文件": (Role.FINANCE, _bank_file),
    "打印幸福清单": (Role.COUNTY_CLERK, _sheet),
    "导出结算清单": (Role.COUNTY_SUPERVISOR, _settlement),
}


@pytest.mark.parametrize("verb", READS)
def test_a_look_is_in_the_trail_with_who_and_from_where(verb: str) -> None:
    role, read = READS[verb]
    reader: Staff = builders.staff(role)
    path = read(client_of(reader))
    row = newest("offices_event", "I")
    assert row.after["verb"].startswith(verb)
    assert (row.actor_id, row.after["by_id"]) == (reader.pk, reader.pk)
    assert path in row.request


# Where a file leaves the system: by which of the above it is put down, or why it need not be.
LEAVES = {
    "apps/casework/views/complaints.py export": "导出投诉举报",
    "apps/elderly_allowances/views.py download": "导出结算清单",
    "apps/evidence/views/documents.py file": "查看材料",
    "apps/offices/trail/views.py export": "导出审计留痕",
    "apps/papers/views.py print_out": "打印",
    "apps/papers/views.py route": "打印入户路线单",
    "apps/payments/banking/views.py export": "下载代发文件",
    "apps/payments/budgets/views.py export": "导出预算执行",
    "apps/payments/review/views.py _sheet": "导出需核实，导出待补与暂缓",
    "apps/payments/simulation/views.py export": "只有合计，没有任何人的资料",
    "apps/registers/views/children.py export": "导出儿童名册",
    "apps/registers/views/low_income.py export": "导出低收入人口",
    "apps/registers/views/stays.py export": "导出入站救助",
}


def test_every_download_is_known() -> None:
    found = set()
    for path in sorted((ROOT / "apps").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "Content-Disposition" in ast.dump(node):
                found.add(f"{path.relative_to(ROOT)} {node.name}")
    assert found == set(LEAVES)
