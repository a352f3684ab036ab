"""T38: every kind of paper, made and printed in the county by the buttons of its pages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import pytest

from apps.casework import actions as casework
from apps.casework.models import Application, Decision
from apps.households.models import Person
from apps.papers.kinds import KINDS
from apps.papers.models import Paper
from apps.payments.models import PaymentRun
from apps.units.money import capital
from tests.county import cases, running
from tests.county.conftest import MARKS, Enter, faultless
from tests.county.screens import g1, midway, notice
from tests.pages.test_browser import playwright
from tests.papers.printing import words

pypdf = pytest.importorskip("pypdf", reason="needs requirements-dev.txt")
pytestmark = MARKS
expect = playwright.expect
A4 = (595.28, 841.89)  # points


class Wanted(NamedTuple):
    """A kind of paper: what it is about here, its pages, and the fen it says in 大写."""

    about: Callable[[], int]
    pages: int
    fen: int | None = None


def poor() -> Application:
    """The application on which the golden household's minimum living rests."""
    found: Application = Application.objects.get(household=g1(), programme="minimum_living")
    return found


def near_the_line() -> Application:
    """The application of G5, 龙章贵户: 37.60 a month."""
    head = Person.objects.get(name="龙章贵", id_number__startswith="43048219711003")
    home = head.memberships.get(relationship="applicant").household
    found: Application = Application.objects.get(household=home, programme="minimum_living")
    return found


def december() -> int:
    """周国华户, the run of December computed: 2,210.00."""
    run = PaymentRun.objects.exclude(state="cancelled").filter(month=running.DECEMBER).first()
    if run is None or run.state == "draft":
        running.computed()
    return int(g1().pk)


@cache
def incomplete() -> int:
    """An application that was sent back for its papers."""
    who = cases.man("缺件户", "1966-03-22")
    one = casework.apply(
        "minimum_living",
        household_id=(home := cases.home_of(who)).pk,
        on=cases.WEEK_BEFORE,
        by=cases.clerk_of(home),
    )
    casework.take(
        one.pk,
        "request_correction",
        on=cases.WEEK_BEFORE,
        by=cases.clerk_of(home),
        note="户口簿复印件；银行流水（近12个月）",
    )
    return int(one.pk)


PAPERS = {
    "application-form": Wanted(lambda: poor().pk, 1),
    "check-authorisation": Wanted(lambda: poor().pk, 1),
    "correction-notice": Wanted(incomplete, 1),
    "acceptance-notice": Wanted(lambda: midway().pk, 1),
    "survey-form": Wanted(lambda: midway().pk, 1),
    "approval-form": Wanted(lambda: near_the_line().pk, 1, 37_60),
    "decision-notice": Wanted(
        lambda: Decision.objects.get(application=near_the_line()).pk, 1, 37_60
    ),
    "notice-poster": Wanted(lambda: notice().pk, 1),
    "benefit-statement": Wanted(december, 2, 2_210_00),
}


def test_t38_no_kind_is_left_out() -> None:
    assert set(PAPERS) == set(KINDS)


def printed(page: Any) -> bytes:
    """The sheet that 打印 gives in a new tab."""
    came: list[bytes] = []

    def passing(route: Any) -> None:
        answer = route.fetch()
        came.append(answer.body())
        route.fulfill(response=answer)

    page.context.route("**/print/", passing)
    with page.context.expect_page() as opened:
        page.get_by_test_id("print").click()
    opened.value.close()
    page.context.unroute("**/print/")
    (sheet,) = came
    return sheet


def fonts(reader: Any) -> dict[str, bool]:
    """The fonts of all pages: whether the file of each is inside."""
    found = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            one = font.get_object()
            for inner in one.get("/DescendantFonts", [one]):
                about = inner.get_object()["/FontDescriptor"]
                inside = any(f"/FontFile{n}" in about for n in ("", "2", "3"))
                found[str(one["/BaseFont"])] = inside
    return found


@pytest.mark.parametrize("kind", PAPERS)
def test_t38_a_paper_is_printed_whole(kind: str, enter: Enter) -> None:
    about, pages, fen = PAPERS[kind]
    page = enter("township")
    page.goto(f"/papers/new/{kind}/{about()}/")
    faultless(page)
    page.get_by_test_id("make-button").click()
    expect(page.get_by_test_id("code")).to_have_text(re.compile(r"^\w{4}-\w{4}-\w{4}$"))
    paper = Paper.objects.get(code=page.get_by_test_id("code").inner_text())
    before = paper.prints.count()
    sheet = printed(page)
    reader = pypdf.PdfReader(io.BytesIO(sheet))
    assert len(reader.pages) == pages
    for one in reader.pages:
        size = sorted((float(one.mediabox.width), float(one.mediabox.height)))
        assert size == pytest.approx(sorted(A4), abs=0.5)
    inside = fonts(reader)
    assert inside
    assert all(inside.values()), inside
    assert all("NotoSerifCJK" in name.replace(" ", "") for name in inside), inside
    text = words(sheet)
    assert re.sub(r"\s|^\d+年\d+月", "", paper.title) in text  # a list's month stands below it
    said = re.findall(r"大写：([零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+)", text)
    assert said == ([] if fen is None else [capital(fen)])

    printed(page)
    page.reload()
    prints = page.get_by_test_id("prints")
    expect(prints).to_contain_text(f"已打印 {before + 2} 次")
    expect(prints).to_contain_text(f"第 {before + 2} 次")
    assert paper.prints.count() == before + 2
    faultless(page)
