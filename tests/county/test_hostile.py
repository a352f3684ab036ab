"""T42: names that mean harm, and names that are rare or long: text everywhere, and found again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.casework.models import Draft
from apps.households.models import Household
from apps.payments import actions as payments
from tests import builders
from tests.county import cases, running
from tests.county.conftest import MARKS, Enter, faultless, staff_of
from tests.county.test_register import free
from tests.pages.test_browser import playwright
from tests.screens.test_without import HOSTILE

pytestmark = MARKS
expect = playwright.expect
TWO_MINUTES = 120_000  # ms: a county's sheet on a machine that does other things
HARMFUL = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def plain(database: str) -> Iterator[None]:
    """No draft is there before or after."""
    Draft.objects.all().delete()
    yield
    Draft.objects.all().delete()


@pytest.mark.parametrize("name", HOSTILE)
def test_t42_a_hostile_name_is_shown_as_text_and_found(
    name: str, plain: None, enter: Enter
) -> None:
    page, asked = enter("township"), []
    page.on("dialog", lambda box: (asked.append(box.message), box.dismiss()))
    page.goto("/apply/")
    for box, text in {
        "village": "庙前村",
        "m1-id_number": free("1977-07-07"),
        "m1-name": name,
        "payee": name,
        "bank": "农村商业银行",
        "account": "6217990000000000011",
    }.items():
        page.fill(f"[name={box}]", text)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("idbar")).to_contain_text(name)
    faultless(page)
    home = Household.objects.latest("pk")
    for path in ("/", "/households/", f"/search/?q={home.number}"):
        page.goto(path)
        faultless(page)
    expect(page.get_by_test_id("hits")).to_contain_text(name)
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    hit = page.get_by_test_id("hit").filter(has_text=home.number)
    expect(hit.first).to_be_visible()
    expect(hit.first).to_contain_text(name)
    faultless(page)
    assert asked == []


def awarded(name: str) -> Household:
    """A family of this name that is paid in December."""
    who, role = cases.man(name, "1977-07-08")
    home = cases.home_of((who, role))
    builders.award("minimum_living", home, None, "2024-11-01", "2024-11-20")
    return home


def downloaded(page: Any, button: str) -> bytes:
    """The file that a button gives."""
    with page.expect_download(timeout=TWO_MINUTES) as waiting:
        page.get_by_test_id(button).click(no_wait_after=True)
    return Path(waiting.value.path()).read_bytes()


def test_t42_no_cell_of_a_file_is_a_formula(enter: Enter) -> None:
    homes = {name: awarded(name) for name in HOSTILE}
    run = running.approved()
    page = enter("finance")
    page.goto(f"/payruns/{run.pk}/")
    page.get_by_test_id("bankfile").click()
    content = downloaded(page, "export-csv").decode("gb18030")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert [cell for cell in cells if cell.startswith(HARMFUL)] == []
    for name in HOSTILE:
        assert (f"'{name}" if name.startswith(HARMFUL) else name) in cells, name
    page.reload()
    faultless(page)
    if page.get_by_label("理由").count():
        page.get_by_label("理由").first.fill("核对表格")
    sheet = zipfile.ZipFile(io.BytesIO(downloaded(page, "export-xlsx")))
    for part in sheet.namelist():
        if part.startswith("xl/worksheets/"):
            assert b"<f>" not in sheet.read(part)
    text = "".join(sheet.read(part).decode() for part in sheet.namelist() if part.endswith(".xml"))
    assert re.search(r"<t[^>]*>=cmd\(\)</t>", text)
    payments.return_run(run.pk, by=staff_of("finance"), reason="检查完毕")

    clerk = enter("clerk")
    for name, home in homes.items():
        clerk.goto(f"/registers/low-income/?q={home.number}")
        faultless(clerk)
        answer = clerk.request.get("/registers/low-income/csv/", params={"q": name})
        rows = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
        mine = [row for row in rows if home.number in row]
        assert [row[0] for row in mine] == [f"'{name}" if name.startswith(HARMFUL) else name]
        assert [cell for row in rows for cell in row if cell.startswith(HARMFUL)] == []
