"""A month in a real browser with a real worker: compute, check, approve, download; and 为什么."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from apps.offices.actions import open_login
from apps.offices.models import Role
from apps.payments.models import PaymentLine, PaymentRun
from tests import builders
from tests.pages.conftest import deaf, poor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="needs requirements-dev.txt")
axe_module = pytest.importorskip("axe_playwright_python.base")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "long-enough-1"
# A part that is being fetched anew is dimmed until it arrives.
SETTLED = "() => !document.querySelector('.htmx-request')"
# Only the violations cross over to Python: all that passed is long, and nobody reads it.
VIOLATIONS = """
    async () => (await axe.run({resultTypes: ["violations"]})).violations
        .map(found => [found.id, found.nodes[0].html.slice(0, 200)])"""
WIDTHS = ((1440, 900), (390, 844))


# Playwright runs an event loop in this thread, in which Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def now() -> None:
    """A browser keeps its own clock, so ours is the real one."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, as root in a small container too."""
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture
def worker(live_server: Any) -> Iterator[None]:
    """A Celery worker of its own process on the test's database and queue."""
    yield from worker_process()


def worker_process() -> Iterator[None]:
    """The worker, until the generator is closed."""
    url = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "civil_affairs", "worker", "-c", "1", "-l", "error"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database, "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield
    process.terminate()
    process.wait(20)


Enter = Callable[..., Any]


@pytest.fixture
def enter(browser: Any, live_server: Any) -> Iterator[Enter]:
    """``enter(role)``: a page in which somebody of that post has logged in by the form."""
    contexts: list[Any] = []

    def log_in(role: Role, *, width: int = 1440, height: int = 900, **options: Any) -> Any:
        open_login(
            username=role.value,
            password=PASSWORD,
            name=role.label,
            role=role,
            division=builders.COUNTY,
        )
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: _same_host(r.url, live_server.url, page.errors))
        page.goto("/login/")
        page.fill("#id_username", role.value)
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield log_in
    for context in contexts:
        context.close()


def _same_host(url: str, own: str, errors: list[str]) -> None:
    if not url.startswith((own, "data:", "blob:")):
        errors.append(f"asked another host: {url}")


def faultless(page: Any) -> None:
    """No accessibility violation, no sideways scrolling, no console error, no other host."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(axe_module.AXE_SCRIPT)
    page.wait_for_function(SETTLED)
    assert page.evaluate(VIOLATIONS) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    assert page.errors == []


def refused(page: Any, path: str, form: str) -> None:
    """A form sent as it stands is refused, and the page that says so is faultless."""
    page.goto(path)
    with page.expect_navigation() as answer:
        page.locator(form).first.evaluate("form => form.submit()")
    assert answer.value.status == 400, path
    page.errors.clear()  # Chromium logs the 400
    faultless(page)


def test_a_month_from_draft_to_the_bank(worker: None, enter: Enter) -> None:
    deaf("李四")
    poor("王五")
    expect = playwright.expect
    maker = enter(Role.COUNTY_CLERK)
    maker.goto("/payruns/")
    maker.fill("input[name=month]", "2024-07")
    maker.click("[data-testid=new-run] button")
    maker.click("[data-testid=compute]")
    expect(maker.get_by_test_id("state")).to_contain_text("已计算", timeout=60_000)
    expect(maker.get_by_test_id("ties")).to_contain_text("一致")
    faultless(maker)
    run = PaymentRun.objects.get()
    path = f"/payruns/{run.pk}/"

    checker = enter(Role.CHECKER)
    checker.goto(path)
    checker.click("[data-testid=check]")
    expect(checker.get_by_test_id("state")).to_contain_text("已复核")

    approver = enter(Role.APPROVER, width=1366, height=768)
    approver.goto("/payruns/")
    approver.click("[data-testid=runs] a")
    bar = approver.get_by_test_id("actions").bounding_box()
    exceptions = approver.get_by_test_id("held").bounding_box()
    assert exceptions["y"] + 44 < bar["y"], "exceptions are seen without scrolling"
    approver.click("[data-testid=approve]")
    expect(approver.get_by_role("alert")).to_contain_text("请先勾选")
    expect(approver.get_by_test_id("seen")).to_be_focused()
    approver.errors.clear()  # Chromium logs the 400 of the refusal
    approver.check("[data-testid=seen]")
    approver.click("[data-testid=approve]")
    expect(approver.get_by_test_id("state")).to_contain_text("已审批")
    faultless(approver)

    finance = enter(Role.FINANCE)
    finance.goto(path)
    finance.click("[data-testid=bankfile]")
    faultless(finance)
    with finance.expect_download() as waiting:
        finance.click("[data-testid=export-csv]")
    rows = Path(waiting.value.path()).read_bytes().decode("gb18030").splitlines()
    finance.goto(path)
    finance.click("[data-testid=send]")
    expect(finance.get_by_test_id("state")).to_contain_text("已送银行")
    lines = PaymentLine.objects.filter(calculation_id=PaymentRun.objects.get().calculation_id)
    asked = {(line.programme, line.subject, line.kind) for line in lines}
    assert len(rows) == len(asked) + 2  # one a payee and kind, between head and total


def test_a_calculation_can_be_stopped_when_nobody_works(enter: Enter) -> None:
    maker = enter(Role.COUNTY_CLERK)
    maker.goto("/payruns/")
    maker.fill("input[name=month]", "2024-07")
    maker.click("[data-testid=new-run] button")
    maker.click("[data-testid=compute]")
    playwright.expect(maker.get_by_test_id("progress")).to_contain_text("已排队")
    maker.click("[data-testid=stop]")
    playwright.expect(maker.locator("main")).to_contain_text("已要求停止")
    assert PaymentRun.objects.get().requested_at is None


def test_why_opens_and_closes_below_its_table(enter: Enter) -> None:
    from tests.payments.paying import computed, four

    home, _ = poor("王五")
    computed(four(), "2024-07")
    page = enter(Role.TOWNSHIP_CLERK)
    page.goto(f"/households/{home.number}/")
    why = page.get_by_test_id("why").first
    why.click()
    working = page.locator("#why [data-testid=working]")
    playwright.expect(working).to_contain_text("补差")
    playwright.expect(why).to_have_attribute("aria-expanded", "true")
    faultless(page)
    why.click()
    playwright.expect(working).to_have_count(0)
    page.locator("table.pm a").first.click()
    playwright.expect(page.locator("#working")).to_contain_text("怎么发的")
    page.select_option("[data-testid=trial-form] select[name=programme]", "minimum_living")
    page.fill("[data-testid=trial-form] input[name=month]", "2024-08")
    page.click("[data-testid=trial-form] button")
    playwright.expect(page.get_by_test_id("tried")).to_contain_text("试算结果")
    faultless(page)


def test_a_chart_turns_into_its_table_by_keyboard(enter: Enter) -> None:
    poor("王五")
    page = enter(Role.COUNTY_SUPERVISOR)
    page.goto("/standards/simulate/?month=2024-07&k=minimum_living.rural_annual&v=5880")
    towns = page.get_by_test_id("towns")
    playwright.expect(towns.locator("svg.bars")).to_be_visible()
    playwright.expect(towns.locator("table")).to_be_hidden()
    towns.locator("[value=chart]").focus()
    page.keyboard.press("ArrowRight")
    playwright.expect(towns.locator("table")).to_contain_text("+40.00")
    playwright.expect(towns.locator("svg.bars")).to_be_hidden()
    faultless(page)


def test_search_by_keyboard(enter: Enter) -> None:
    poor("周国华")
    page = enter(Role.TOWNSHIP_CLERK)
    page.keyboard.press("/")
    page.keyboard.type("zgh")
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_test_id("hits")).to_contain_text("周国华")
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_test_id("idbar")).to_contain_text("周国华 户")


def test_without_scripts_the_month_is_read_and_a_search_answered(enter: Enter) -> None:
    from tests.payments.paying import computed, four

    home, who = deaf("周国华")
    run = computed(four(), "2024-07")
    page = enter(Role.COUNTY_SUPERVISOR, java_script_enabled=False)
    page.goto(f"/payruns/{run.pk}/")
    page.get_by_text("查看本次计算发现的多发").click()
    playwright.expect(page.locator("main")).to_contain_text("没有发现多发")
    page.goto(f"/households/{home.number}/")
    page.get_by_test_id("why").first.click()
    playwright.expect(page.locator("main")).to_contain_text("90.00")
    page.goto("/search/?q=zgh")
    playwright.expect(page.get_by_test_id("hits")).to_contain_text("周国华")
    assert who.pk
