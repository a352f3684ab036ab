"""A territory ten times as large asks the database no more questions: 预警 and 重复人员."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.offices.models import Role, Staff
from tests import builders
from tests.pages.conftest import client_of
from tests.registers.conftest import HERE

pytestmark = pytest.mark.django_db


def family(number: int) -> None:
    """On minimum living, ill and disabled without the subsidies, over eighty, better off since.

    Each raises several alerts; two in a row look alike.
    """
    pair = number // 2
    old = builders.person(f"王{'甲乙丙丁戊己庚辛壬癸'[pair]}", f"19{30 + pair}-01-01")
    young = builders.person("李四", f"1980-05-{number + 1:02}")
    home = builders.household((young, "applicant"), (old, "parent"), division=HERE)
    builders.fact("disability", old, "2020-06-01", code="mental", number=2)
    builders.fact("illness", young, "2024-01-01", flag=True)
    builders.fact("property", home, "2024-01-01", flag=True)
    builders.award("minimum_living", home, None, "2024-01-05", "2024-01-20")
    builders.fact("income", young, "2024-06-01", code="wage", amount_fen=900000, per="month")
    builders.fact("death", old, "2024-05-01", known="2024-06-01")


@pytest.mark.parametrize("path", ["/registers/alerts/", "/duplicates/", "/?queue=alerts"])
def test_no_more_queries_for_ten_households_than_for_two(path: str) -> None:
    by: Staff = builders.staff(Role.TOWNSHIP_CLERK, HERE[:9])
    browser = client_of(by)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            answer = browser.get(path)
        assert answer.status_code == 200
        return len(seen), len(answer.content)

    for number in (0, 1):
        family(number)
    browser.get(path)  # the first page of a session asks for more
    few, short = asked()
    for number in range(2, 10):
        family(number)
    many, long = asked()
    assert many == few
    assert long > short
