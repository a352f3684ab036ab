"""The pictures of docs/screens: `python -m tests.bench.pictures --url http://127.0.0.1:8000`.

Of a running `./run demo --county full` on its own clock, by the log-ins whose screens they are.
Nothing is submitted. PNG with a palette: a picture is about 60 KiB.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

OFFICE, PHONE = (1366, 768), (390, 844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"


class Picture(NamedTuple):
    """A screen: whose it is, where it begins, and what is done before it is taken."""

    name: str
    who: str
    path: str
    act: Callable[[Any], None] = lambda _page: None
    size: tuple[int, int] = OFFICE


def palette(page: Any) -> None:
    """Search as one types."""
    page.keyboard.press("Control+k")
    page.keyboard.type("zgh", delay=60)
    page.wait_for_selector("#palette [role=option], .palette [role=option]")


def golden(page: Any) -> None:
    """周国华户, from the results of a search."""
    page.click("main a[href^='/households/']")
    page.wait_for_load_state("networkidle")


def why(page: Any) -> None:
    """为什么 of its first benefit."""
    golden(page)
    page.click("[data-testid=why] >> nth=0")
    page.wait_for_load_state("networkidle")


def first(pattern: str) -> Callable[[Any], None]:
    """The first link of a list that leads to such a page."""

    def act(page: Any) -> None:
        page.goto(page.locator(f"main a[href*='{pattern}']").first.get_attribute("href"))
        page.wait_for_load_state("networkidle")

    return act
