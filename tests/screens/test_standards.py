"""标准与测算: months that join, what a future value leaves alone, what a change would cost."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from apps.households.models import Household
from apps.offices.models import Role
from apps.payments import actions as payments
from apps.payments.models import Due
from apps.standards.models import Standard, current_book
from tests import builders
from tests.pages.conftest import FAR, HERE, As, County, as_, county, day, now, poor
from tests.payments.paying import computed

__all__ = ["as_", "county", "day", "now"]
pytestmark = pytest.mark.django_db
KEY = "minimum_living.rural_annual"
TRY = "/standards/simulate/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def supervisor(as_: As) -> Client:
    return as_(builders.staff(Role.COUNTY_SUPERVISOR))


def enters(client: Client, **given: str) -> Any:
    entry = {"from_month": "2025-01", "value_0": "5880.00", "document": "示例〔2025〕1号"}
    return client.post(f"/standards/{KEY}/adopt/", entry | given | {"sure": "1"}, follow=True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from_month": "2024-01"}, "2024年1月起已登记过“5,400.00 元/年”，月份重叠"),
        ({"from_month": "2022-01", "last_month": "2023-03"}, "与2023年1月起已登记的"),
        ({"from_month": "2022-01", "last_month": "2022-10"}, "2022年11月至2022年12月没有标准"),
        ({"last_month": "2025-12"}, "2026年1月起就没有标准了，会出现空档"),
        ({"last_month": "2024-12"}, "截止月份早于起始月份"),
        ({"mends": "on"}, "没有从2025年1月起登记的值可更正"),
    ],
)
def test_t28_overlap_and_gap_are_refused_in_words(
    given: dict[str, str], words: str, supervisor: Client
) -> None:
    rows = Standard.objects.count()
    answer = enters(supervisor, **given)
    assert answer.status_code == 400
    assert words in text(answer)
    assert "示例〔2025〕1号" in text(answer)
    assert Standard.objects.count() == rows


def test_t28_what_was_entered_wrongly_is_mended_on_purpose(supervisor: Client) -> None:
    enters(supervisor, from_month="2024-01", mends="on")
    assert current_book().month(builders.month("2024-03")).amount(KEY) == 5880_00
    assert "被替代" in text(supervisor.get("/standards/"))


def test_t28_a_future_value_leaves_paid_and_present_months_alone(
    county: County, supervisor: Client
) -> None:
    def months() -> list[Any]:
        county.july.refresh_from_db()
        mine = (county.june.calculation_id, county.july.calculation_id)
        rows = Due.objects.filter(calculation_id__in=mine).order_by("month", "subject", "programme")
        return list(rows.values_list("month", "fen"))

    before = months()
    assert "还有 175 天" in text(enters(supervisor))
    payments.compute_run(county.july.pk)
    assert months() == before


def test_t28_a_missing_value_says_which_run_it_holds_up(county: County, supervisor: Client) -> None:
    assert "held-up" not in text(supervisor.get("/standards/"))
    Standard.objects.in_force().filter(programme="minimum_living", name="rural_annual").update(
        superseded_on=builders.date("2024-07-01")
    )
    page = text(supervisor.get("/standards/"))
    assert "农村低保标准（每人每年）：2024年7月批次：最低生活保障 1 户待补" in page
    assert "data-print" in page


# ---- 测算 ----


def rows_of_every_table() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def fen(page: str, name: str) -> int:
    found = re.search(rf'data-testid="{name}"\s+data-fen="(-?\d+)"', page)
    assert found, name
    return int(found[1])


@pytest.fixture
def edge(db: None) -> Household:
    """A family above the standard and below one and a half of it, recognised as marginal."""
    who = builders.person("边缘户", "1985-02-02")
    home = builders.household((who, "applicant"), division=FAR, zone="rural")
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.fact("income", who, "2024-05-01", code="wage", amount_fen=5600_00, per="year")
    builders.award("marginal_household", home, None, "2024-05-06", "2024-05-20")
    return home


def test_t29_what_a_raise_costs_by_the_rules_and_at_most(
    county: County, edge: Household, supervisor: Client
) -> None:
    poor("孙七", FAR)
    rows = rows_of_every_table()
    page = text(supervisor.get(f"{TRY}?k={KEY}&v=5880"))
    assert rows_of_every_table() == rows
    # Two families of one person without income: 40 yuan a month each. The marginal family would
    # get what is missing to the new standard: 5,880 − 5,600 a year.
    assert fen(page, "monthly") == 2 * 40_00 + 23_33
    assert fen(page, "yearly") == 12 * fen(page, "monthly")
    bounds = page.split('data-testid="bounds"')[1].split("</table>")[0]
    assert "上限（元/年）" in page
    assert "+960.00" in bounds  # 480 yuan × 2 persons
    newly = page.split('data-testid="newly"')[1].split("</div>")[0]
    assert "1 <small>户 1 人" in newly
    assert "从未登记过的家庭不在系统里" in page
    towns = page.split('data-testid="towns"')[1]
    assert "+80.00" in towns.split('data-testid="town-total"')[1].split("</td>")[0]


def test_t29_the_real_run_comes_to_what_was_foretold(county: County, supervisor: Client) -> None:
    page = text(supervisor.get(f"{TRY}?month=2024-08&k={KEY}&v=5880"))
    parts = page.split('data-testid="parts"')[1].split("</section>")[0]
    enters(supervisor, from_month="2024-08")
    payments.cancel_run(county.july.pk, by=county.people.maker)
    run = computed(county.people, "2024-08")
    rows = Due.objects.filter(calculation_id=run.calculation_id, month="2024-08-01")
    (owed,) = rows.filter(programme="minimum_living").values_list("fen", flat=True)
    assert f"{owed / 100:,.2f}" in parts
    assert owed == 490_00


def test_t29_the_address_holds_everything_and_the_sheet_says_the_same(
    county: County, supervisor: Client
) -> None:
    address = f"k={KEY}&v=5880&k=minimum_living.urban_monthly&v=720&month=2024-07"
    page = text(supervisor.get(f"{TRY}?{address}"))
    assert "simulate.xlsx?" in page
    assert page.count("selected") == 2
    sheet = supervisor.get(f"/standards/simulate.xlsx?{address}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(sheet.content))
    rows = {row[0]: row[1:] for row in book.get_sheet_by_name("结果").to_python()}
    assert rows["合计"][0] == fen(page, "monthly") / 100
    assert book.sheet_names == ["结果", "分项目", "分乡镇", "增减分布"]
    # 图 and 表 without a script: two radios; both are on the page.
    assert page.count('value="chart"') == page.count('value="table"') == 2


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"k={KEY}&v=很多", "不是金额"),
        (f"k={KEY}&v=", "请填写农村低保标准"),
        ("k=no.key&v=1", "请从清单中选择要改的标准"),
        (f"k={KEY}&v=1&k={KEY}&v=2", "已在上面填过"),
        (f"month=2024&k={KEY}&v=1", "不是月份"),
    ],
)
def test_t29_what_cannot_be_read_is_said_and_kept(
    query: str, words: str, supervisor: Client
) -> None:
    answer = supervisor.get(f"{TRY}?{query}")
    assert answer.status_code == 400
    assert words in text(answer)
    assert 'data-testid="result"' not in text(answer)


def test_t29_a_township_does_not_simulate_the_county(as_: As) -> None:
    client = as_(builders.staff(Role.TOWNSHIP_CLERK, HERE[:9]))
    assert client.get(TRY).status_code == 403


@pytest.mark.parametrize("more", [1, 6])
def test_t29_queries_do_not_grow_with_the_families(
    more: int, supervisor: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(more):
        poor(f"甲{n}")
    with django_assert_max_num_queries(40):
        supervisor.get(f"{TRY}?k={KEY}&v=5880")


def test_the_supervisor_carries_a_proposal_to_the_form(supervisor: Client) -> None:
    page = text(supervisor.get(f"{TRY}?k={KEY}&v=5880"))
    found = re.search(r'href="(/standards/minimum_living\.rural_annual/adopt/\?[^"]+)"', page)
    assert found
    form = text(supervisor.get(found[1].replace("&amp;", "&")))
    assert 'value="5880.00"' in form


def test_the_page_begins_with_low_income_and_says_once_what_no_band_has(
    supervisor: Client,
) -> None:
    page = text(supervisor.get("/standards/"))
    places = [
        page.index(f'id="{slug}"') for slug in ("minimum_living", "child_welfare", "casework")
    ]
    assert places == sorted(places)
    row = page.split("minimum_living.grade_amounts<")[1].split("</td>")[1]
    assert row.count("未配置") == 1
    assert "8 档" in row
