"""The pictures of docs/screens: `python -m tests.bench.pictures --url http://127.0.0.1:8000`.

Of a running `./run demo --county full` on its own clock, by the log-ins whose screens they are.
Nothing is submitted. PNG with a palette: a picture is about 60 KiB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import django
from PIL import Image

OFFICE, PHONE = (1366, 768), (390, 844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
SETTLED = "networkidle"


class Picture(NamedTuple):
    """A screen: whose it is, where it begins, and what is done before it is taken."""

    name: str
    who: str
    path: str
    act: Callable[[Any], None] = lambda _page: None
    size: tuple[int, int] = OFFICE


def first(*patterns: str) -> Callable[[Any], None]:
    """On from list to page: each time the first link whose address holds the pattern."""

    def act(page: Any) -> None:
        for pattern in patterns:
            page.goto(page.locator(f"main a[href*='{pattern}']").first.get_attribute("href"))
            page.wait_for_load_state(SETTLED)

    return act


def walked(page: Any) -> None:
    """The preview of the first task."""
    page.keyboard.press("j")
    page.wait_for_load_state(SETTLED)


def palette(page: Any) -> None:
    """Search as one types."""
    page.keyboard.press("Control+k")
    page.keyboard.type("zgh", delay=60)
    page.wait_for_selector("[role=option]")


def family(page: Any) -> None:
    """A family of two in the registration, its amount beside it."""
    page.fill("#id_village", "mqc")
    for row, (name, number) in enumerate(FAMILY):
        page.fill(f"#id_members-{row}-id_number", number)
        page.fill(f"#id_members-{row}-name", name)
    page.wait_for_load_state(SETTLED)


def why(page: Any) -> None:
    """为什么 of the golden family's first benefit."""
    first("/households/")(page)
    page.get_by_test_id("why").first.click()
    page.wait_for_load_state(SETTLED)


def death(page: Any) -> None:
    """A death that has not been reported: what is overpaid is said before it is submitted."""
    first("/households/", "/change/")(page)
    page.goto(f"{page.url.partition('?')[0]}?kind=death")


FAMILY = (("龙建国", "430482197003071019"), ("肖桂花", "430482197205112027"))
WHATIF = "/standards/simulate/?k=minimum_living.rural_annual&v=5880&month=2024-12"
PICTURES = (
    Picture("worklist", "township", "/", walked),
    Picture("search", "township", "/", palette),
    Picture("household", "township", "/search/?q=zgh", first("/households/")),
    Picture("why", "township", "/search/?q=zgh", why),
    Picture("change", "township", "/search/?q=wds", death),
    Picture("visit", "township", "/applications/", size=PHONE),
    Picture("decision", "supervisor", "/applications/?state=reviewing", first("/applications/")),
    Picture("run", "approver", "/payruns/", first("/payruns/")),
    Picture("standards", "supervisor", "/standards/"),
    Picture("simulate", "supervisor", WHATIF),
    Picture("bank-file", "finance", "/payruns/"),
)


def take(browser: Any, url: str, one: Picture, passwords: dict[str, str]) -> None:
    """Log in, go there, and write the picture."""
    width, height = one.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_username", one.who)
    page.fill("#id_password", passwords[one.who])
    page.click("main button[type=submit]")
    page.wait_for_load_state(SETTLED)
    page.goto(one.path)
    page.wait_for_load_state(SETTLED)
    one.act(page)
    picture = Image.open(BytesIO(page.screenshot()))
    picture.quantize(128).save(FOLDER / f"{one.name}.png", optimize=True)
    context.close()


def main() -> int:
    """Take those asked for, all of them without a name."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="docs/screens 的截图")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--name", action="append")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    django.setup()
    from apps.offices.demo_staff import LOGINS

    passwords = {one.username: one.password for one in LOGINS}
    chromium = shutil.which("chromium")
    if chromium is None:
        print("没有 Chromium (Chromium is needed)", file=sys.stderr)
        return 2
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=FLAGS)
        for one in PICTURES:
            if not asked.name or one.name in asked.name:
                take(browser, asked.url.rstrip("/"), one, passwords)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
