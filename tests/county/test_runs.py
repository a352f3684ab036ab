"""T20 to T25: the run of December of the full county, from its computation to the bank's file."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from django.db.models import Sum

from apps.households.models import Household, Member
from apps.offices.models import Event
from apps.payments import actions
from apps.payments.models import BankBatch, Held, PaymentLine, PaymentRun
from apps.units.money import capital, yuan_grouped
from tests import builders
from tests.county import running
from tests.county.conftest import MARKS, Enter, faultless
from tests.county.test_cases import post
from tests.pages.test_browser import playwright

pytestmark = MARKS
expect = playwright.expect
MINUTE = 60_000  # ms
RURAL = "2081902"


def fen_of(run: PaymentRun) -> int:
    """Σ of the lines, by the database."""
    run.refresh_from_db()
    lines = PaymentLine.objects.filter(calculation_id=run.calculation_id)
    return int(lines.aggregate(s=Sum("fen"))["s"])


def figure(text: str) -> int:
    """Fen of the one amount in a text."""
    found = re.search(r"-?[\d,]+\.\d\d", text.replace("−", "-").replace("+", ""))
    assert found, text
    return int(found[0].replace(",", "").replace(".", ""))


def digest(page: Any, run: PaymentRun) -> str:
    """SHA-256 of the lines, as the list of them shows it."""
    run.refresh_from_db()
    assert run.calculation is not None
    page.goto(f"/payruns/{run.pk}/lines/?version={run.calculation.version}")
    return str(page.get_by_test_id("digest").inner_text()).strip()


def compute(page: Any, run: PaymentRun) -> tuple[float, set[int]]:
    """计算 by the worker, watched: the seconds it took, and where the bar was seen."""
    page.goto(f"/payruns/{run.pk}/")
    began, seen = time.monotonic(), set()
    page.get_by_test_id("compute").click()
    bar = page.locator("[data-testid=progress] progress")
    while "已计算" not in page.get_by_test_id("state").inner_text():
        assert time.monotonic() - began < 5 * 60, "nobody computes"
        if bar.count():
            seen.add(int(bar.first.get_attribute("value") or 0))
        page.wait_for_timeout(100)
    return time.monotonic() - began, seen


def test_t20_a_month_of_the_county_within_a_minute_and_twice_the_same(
    worker: None, enter: Enter
) -> None:
    run = running.drafted()
    page = enter("clerk")
    took, seen = compute(page, run)
    assert took <= 60, took
    assert len(seen) > 1, seen  # the bar has moved
    one = digest(page, run)
    assert re.fullmatch(r"[0-9a-f]{64}", one)
    faultless(page)

    page.goto(f"/payruns/{run.pk}/")
    page.get_by_test_id("compute").click()
    page.goto("/payruns/")  # one may leave, and come back
    page.goto(f"/payruns/{run.pk}/")
    expect(page.get_by_test_id("progress").locator("progress")).to_have_count(0, timeout=MINUTE)
    expect(page.get_by_test_id("state")).to_contain_text("已计算", timeout=MINUTE)
    assert digest(page, run) == one
    faultless(page)


def test_t21_exceptions_first_and_every_sum_ties(enter: Enter) -> None:
    run = running.checked()
    total = fen_of(run)
    page = enter("approver")
    page.goto("/payruns/")
    page.locator("[data-testid=runs] a").first.click()
    bar = page.get_by_test_id("actions").bounding_box()
    held = page.get_by_test_id("held").bounding_box()
    assert held["y"] + 44 < bar["y"], "exceptions are seen without scrolling"
    bars = page.get_by_test_id("waterfall").locator("svg text.b").all_text_contents()
    amounts = [words for words in bars if re.search(r"\d\.\d\d", words)]
    assert figure(amounts[-1]) == total
    assert figure(page.get_by_test_id("total").inner_text()) == total
    tiles = page.locator("[data-testid=programmes] [data-fen]").all()
    assert sum(int(one.get_attribute("data-fen")) for one in tiles) == total
    net = figure(page.get_by_test_id("town-change").inner_text())
    assert net == total - figure(amounts[0])
    rows = page.locator("[data-testid=changes] tbody tr td.num:last-of-type").all_inner_texts()
    assert sum(figure(words) for words in rows if re.search(r"\d\.\d\d", words)) == net
    expect(page.get_by_test_id("residual")).to_have_text("0.00")
    expect(page.get_by_test_id("ties")).to_contain_text("一致")
    expect(page.get_by_test_id("actions")).to_contain_text(f"大写：{capital(total)}")
    faultless(page)


def test_t22_approved_in_three_clicks_and_not_without_the_tick(enter: Enter) -> None:
    run = running.checked()
    page = enter("approver")
    page.goto("/payruns/")
    page.locator("[data-testid=runs] a").first.click()
    page.get_by_test_id("approve").click()
    expect(page.get_by_role("alert")).to_contain_text("请先勾选")
    expect(page.get_by_test_id("seen")).to_be_focused()
    page.errors.clear()  # Chromium logs the 400 of the refusal
    assert not BankBatch.objects.filter(run=run, run__state="approved").exists()

    page.goto("/payruns/")
    page.locator("[data-testid=runs] a").first.click()
    page.get_by_test_id("seen").check()
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("state")).to_contain_text("已审批", timeout=MINUTE)
    batch = BankBatch.objects.filter(run=run).latest("pk")
    lines = PaymentLine.objects.filter(calculation_id=batch.calculation_id)
    assert batch.total_fen == sum(lines.values_list("fen", flat=True))
    kept = {
        (held.programme, held.subject, held.month)
        for held in Held.objects.filter(calculation_id=batch.calculation_id)
    }
    issued = set(lines.values_list("programme", "subject", "month"))
    assert kept
    assert not kept & issued  # approved = total − held
    again = post(page, f"/payruns/{run.pk}/approve/", seen="on")
    assert again.status == 409
    assert BankBatch.objects.filter(run=run).latest("pk").pk == batch.pk
    faultless(page)


def somebody_paid(run: PaymentRun, place: int) -> Member:
    """Somebody on minimum living in this run, another one for each place."""
    lines = PaymentLine.objects.filter(
        calculation_id=run.calculation_id, programme="minimum_living", budget=RURAL
    )
    home = -lines.order_by("subject")[place].subject
    stay: Member = Member.objects.get(household_id=home, relationship="applicant")
    return stay


def test_t23_what_has_changed_since_closes_approval_until_computed_again(enter: Enter) -> None:
    run = running.checked()
    before = fen_of(run)
    assert run.calculation is not None
    version = run.calculation.version
    who = somebody_paid(run, 101).person
    builders.fact("income", who, "2024-12-01", code="donation", amount_fen=100, per="year",
                  known="2024-12-05")  # fmt: skip
    page = enter("approver")
    page.goto(f"/payruns/{run.pk}/")
    expect(page.get_by_test_id("changed")).to_contain_text(re.compile(r"又登记了 \d+ 处"))
    expect(page.get_by_test_id("approve")).to_be_disabled()
    assert post(page, f"/payruns/{run.pk}/approve/", seen="on").status == 409
    faultless(page)
    run = running.computed()
    assert run.calculation is not None
    assert run.calculation.version > version
    page.goto(f"/payruns/{run.pk}/?version={version}")
    expect(page.get_by_test_id("old-version")).to_be_visible()
    expect(page.locator("main")).to_contain_text(yuan_grouped(before))
    faultless(page)


def test_t24_a_line_is_held_and_released_and_the_sums_follow_at_once(enter: Enter) -> None:
    run = running.computed()
    before = fen_of(run)
    page = enter("checker")
    page.goto(f"/payruns/{run.pk}/lines/?programme=minimum_living&township=430482105")
    row = page.get_by_test_id("lines").locator("tbody tr").first
    home = Household.objects.get(number=row.locator("span.mono").inner_text().strip())
    mine = PaymentLine.objects.filter(
        calculation_id=run.calculation_id, subject=-home.pk, programme="minimum_living"
    )
    fen = sum(mine.values_list("fen", flat=True))
    row.get_by_text("暂缓").first.click()
    form = row.locator("form")
    form.get_by_test_id("hold").click()  # nothing typed: the browser asks for it
    expect(form.locator("[name=reason]")).to_be_focused()
    none = post(page, f"/payruns/{run.pk}/hold/", line=f"{-home.pk}~minimum_living", reason=" ")
    assert none.status == 409
    assert "暂缓须写明理由" in none.text()
    form.locator("[name=reason]").fill("村里反映已迁走")
    form.get_by_test_id("hold").click()
    expect(page.get_by_text("已暂缓，本批金额已重新汇总。")).to_be_visible()
    assert fen_of(run) == before - fen
    expect(page.get_by_test_id("paid")).to_contain_text(yuan_grouped(before - fen))
    expect(page.get_by_test_id("ties")).to_contain_text("一致")
    faultless(page)

    holds = page.get_by_test_id("holds")
    expect(holds).to_contain_text("村里反映已迁走")
    page.goto(f"/payruns/{run.pk}/held/")
    row = page.locator("tr", has_text="村里反映已迁走").first
    row.locator("summary").first.click()
    row.locator("[name=reason]").fill("核实仍在本村")
    row.get_by_test_id("release").click()
    expect(page.get_by_text("已解除暂缓，本批金额已重新汇总。")).to_be_visible()
    expect(page.get_by_test_id("paid")).to_contain_text(yuan_grouped(before))
    for words in ("村里反映已迁走", "核实仍在本村"):
        expect(page.get_by_test_id("holds")).to_contain_text(words)
    assert fen_of(run) == before
    assert Event.objects.filter(object_id=run.pk, reason__contains="核实仍在本村").exists()
    faultless(page)


def test_t25_one_file_with_its_hash_and_a_reason_for_the_next(enter: Enter) -> None:
    run = running.checked()
    page = enter("finance")
    page.goto(f"/payruns/{run.pk}/")
    expect(page.locator("a[data-testid=bankfile]")).to_have_count(0)
    assert post(page, f"/payruns/{run.pk}/bankfile.csv").status == 403
    faultless(page)

    run = running.approved()
    batch = BankBatch.objects.filter(run=run).latest("pk")
    page.goto(f"/payruns/{run.pk}/")
    page.get_by_test_id("bankfile").click()
    expect(page.get_by_test_id("digest")).to_have_text(batch.digest)
    expect(page.get_by_test_id("total")).to_contain_text(yuan_grouped(batch.total_fen))
    with page.expect_download(timeout=MINUTE) as waiting:
        page.get_by_test_id("export-csv").click()
    content = Path(waiting.value.path()).read_bytes().decode("gb18030").splitlines()
    amounts = [
        figure(f"{float(one):.2f}")
        for one in (re.findall(r",(\d+\.\d\d)(?:,|$)", line) for line in content)
        for one in one[:1]
    ]
    assert batch.total_fen in amounts
    assert sum(amounts) - batch.total_fen * amounts.count(batch.total_fen) == batch.total_fen
    page.goto(f"/bankfiles/{batch.pk}/")
    expect(page.get_by_test_id("downloads")).to_contain_text("赵财务")
    faultless(page)
    again = post(page, f"/payruns/{run.pk}/bankfile.csv")
    assert again.status == 409
    assert "再次导出须写明理由" in again.text()
    told = post(page, f"/payruns/{run.pk}/bankfile.csv", reason="银行退回格式")
    assert told.status == 200
    page.reload()
    expect(page.get_by_test_id("downloads")).to_contain_text("银行退回格式")
    faultless(page)
    actions.return_run(run.pk, by=running.staff_of("finance"), reason="检查完毕")
