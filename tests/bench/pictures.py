"""The pictures of docs/screens: `python -m tests.bench.pictures --url http://127.0.0.1:8000`.

Of a running `./run demo --county full` on its own clock, by the log-ins whose screens they are.
Nothing is submitted; the draft of the registration is dropped again. With Pillow the PNG get a
palette, which halves them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import django

from apps.units.id_number import make_id

OFFICE, PHONE = (1366, 900), (390, 844)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--lang=zh-CN",
    "--disable-background-networking",
]
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
SETTLED = "networkidle"


def _nothing(_page: Any) -> None:
    """Taken as it opens, left as it stands."""


class Picture(NamedTuple):
    """A screen: whose it is, where it begins, what is done before it is taken and after."""

    name: str
    who: str
    path: str
    act: Callable[[Any], None] = _nothing
    after: Callable[[Any], None] = _nothing
    size: tuple[int, int] = OFFICE


def on(*patterns: str) -> Callable[[Any], None]:
    """On from page to page: each time by the first link whose address matches."""

    def act(page: Any) -> None:
        for pattern in patterns:
            links = page.locator("main a[href]").all()
            addresses = (str(link.get_attribute("href")) for link in links)
            page.goto(next(one for one in addresses if re.search(pattern, one)))
            page.wait_for_load_state(SETTLED)

    return act


def walked(page: Any) -> None:
    """The preview of the second task."""
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.locator("#preview h2").first.wait_for()
    page.wait_for_load_state(SETTLED)


def palette(page: Any) -> None:
    """Search as one types."""
    page.keyboard.press("Control+k")
    page.keyboard.type("zgh", delay=60)
    page.wait_for_selector("[role=option]")


def family(page: Any) -> None:
    """A couple in the registration, its amount beside it."""
    page.fill("[name=village]", "庙前村")
    page.fill("[name=phone]", "13907340000")
    for row, (name, number, kin, wage) in enumerate(FAMILY, start=1):
        if row > 1:
            page.keyboard.press("Alt+a")
        page.fill(f"[name=m{row}-id_number]", number)
        page.fill(f"[name=m{row}-name]", name)
        page.select_option(f"[name=m{row}-relationship]", kin)
        page.fill(f"[name=m{row}-wage]", wage)
    page.select_option("[name=m1-disability]", "limb")
    page.select_option("[name=m1-grade]", "2")
    page.select_option("[name=property]", "within")
    page.get_by_test_id("likely").wait_for()
    page.wait_for_load_state(SETTLED)
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")


def dropped(page: Any) -> None:
    """What was typed for the picture is not left behind."""
    page.goto("/apply/")
    drop = page.get_by_role("button", name="丢弃草稿")
    if drop.count():
        drop.click()
        page.wait_for_load_state(SETTLED)


def why(page: Any) -> None:
    """为什么 of the golden family's first benefit."""
    on("/households/")(page)
    page.get_by_test_id("why").first.click()
    page.locator("#why .working").first.wait_for()


def death(page: Any) -> None:
    """A death that has not been reported: what is overpaid is said before it is submitted."""
    on("/households/", "/change/")(page)
    page.goto(f"{page.url.partition('?')[0]}?kind=death")
    page.select_option("#change [name=person]", index=1)
    page.fill("#change [name=on]", "2024-10-04")
    page.keyboard.press("Tab")
    page.get_by_test_id("before-after").wait_for()
    page.evaluate("document.activeElement.blur()")


def sent(page: Any) -> None:
    """The bank file of November, which the demo's county has paid."""
    page.get_by_role("link", name="2024年11月").click()
    page.wait_for_load_state(SETTLED)
    on("/bankfiles/")(page)


FAMILY = (
    ("龙建国", make_id("430482", dt.date(1970, 3, 7), 907), "applicant", "0"),
    ("肖桂花", make_id("430482", dt.date(1972, 5, 11), 908), "spouse", "400"),
)
WHATIF = "/standards/simulate/?k=minimum_living.rural_annual&v=5880&month=2024-12"
PICTURES = (
    Picture("worklist", "township", "/", walked),
    Picture("search", "township", "/", palette),
    Picture("register", "township", "/apply/?new=1", family, dropped),
    Picture("household", "township", "/search/?q=zgh", on("/households/")),
    Picture("why", "township", "/search/?q=zgh", why),
    Picture("change", "township", "/search/?q=wds", death),
    Picture(
        "visit",
        "township",
        "/applications/?state=surveyed",
        on(r"/applications/\d+", "/visits/", r"/visits/\d+"),
        size=PHONE,
    ),
    Picture("decision", "supervisor", "/applications/?state=reviewing", on(r"/applications/\d+")),
    Picture("run", "checker", "/payruns/", on(r"/payruns/\d+/")),
    Picture("bank-file", "finance", "/payruns/", sent),
    Picture("standards", "supervisor", "/standards/"),
    Picture("simulate", "supervisor", WHATIF),
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
    (FOLDER / f"{one.name}.png").write_bytes(small(page.screenshot()))
    one.after(page)
    context.close()


def small(picture: bytes) -> bytes:
    """The same PNG with a palette of 256 colours; as it is when there is no Pillow."""
    try:
        from PIL import Image
    except ImportError:
        return picture
    written = BytesIO()
    # The few large areas keep their own colour, and so do the small signs.
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(256, method=1, kmeans=4)
    few.save(written, "png", optimize=True)
    return written.getvalue()


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
