"""Six screens by Lighthouse: `python -m tests.bench.lighthouse --url http://127.0.0.1:8000`.

The address is that of a running `./run demo`; the pages are those of its township caseworker, its
county clerk and its approver. Lighthouse comes by npx and drives the Chromium of CHROME_PATH. The
performance figures are lower bounds on a machine that does anything else at the time.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import django
from playwright.sync_api import sync_playwright

LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


Session = list[dict[str, str]]


class Score(NamedTuple):
    """One page on one kind of device: the scores of 100, and what went over the wire."""

    page: str
    device: str
    scores: dict[str, int]
    lcp_ms: int
    tbt_ms: int
    cls: float
    kib: int
    failed: list[str]


def log_in(url: str, name: str, password: str) -> OpenerDirector:
    """A browser without a window that has logged in."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    page = opener.open(f"{url}/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, "the log-in page has a token"
    typed = {"username": name, "password": password, "csrfmiddlewaretoken": found[1]}
    sent = Request(f"{url}/login/", urlencode(typed).encode(), {"Referer": url})
    opener.open(sent)
    opener.jar = jar  # type: ignore[attr-defined]
    return opener


def cookies_of(opener: OpenerDirector) -> Session:
    """The session as a browser takes it."""
    jar = opener.jar  # type: ignore[attr-defined]
    return [{"name": one.name, "value": one.value} for one in jar]


def first(opener: OpenerDirector, url: str, path: str, pattern: str) -> str:
    """The first link of a page that looks like this."""
    found = re.search(pattern, opener.open(url + path).read().decode())
    assert found is not None, f"{path} has no link like {pattern}"
    return found[1]


def pages(url: str) -> list[tuple[str, str, Session]]:
    """(name, path, session) of the six screens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civil_affairs.settings")
    django.setup()
    from apps.offices.demo_staff import LOGINS

    people = {one.username: one.password for one in LOGINS}
    township, approver = (log_in(url, who, people[who]) for who in ("township", "approver"))
    home = first(township, url, "/households/", r'href="(/households/\d+/)"')
    run = first(approver, url, "/payruns/", r'href="(/payruns/\d+/)"')
    work, money = cookies_of(township), cookies_of(approver)
    return [
        ("worklist", "/", work),
        ("search", "/search/?q=zgh", work),
        ("registration", "/apply/", work),
        ("household", home, work),
        ("run", run, money),
        ("standards", "/standards/", money),
    ]


@contextmanager
def browser(url: str, session: list[dict[str, str]], folder: Path) -> Iterator[int]:
    """A Chromium in which this session is logged in; gives the port it is driven by.

    A header of Lighthouse would not do: what a page asks for afterwards goes out with the
    browser's own cookies, and would be nobody's.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(folder),
            executable_path=os.environ["CHROME_PATH"],
            headless=True,
            args=[*FLAGS, f"--remote-debugging-port={port}"],
        )
        context.add_cookies([{**one, "url": url} for one in session])  # type: ignore[typeddict-item]
        yield port
        context.close()


def measured(url: str, page: tuple[str, str, Session], device: str, folder: Path) -> Score:
    """One run of Lighthouse."""
    name, path, session = page
    report = folder / f"{name}-{device}.json"
    for last in (False, False, True):  # it now and then gets no trace of the load (NO_NAVSTART)
        with (
            tempfile.TemporaryDirectory() as own,
            browser(url, session, Path(own)) as port,
        ):
            command = [
                "npx", "--yes", LIGHTHOUSE, url + path, "--quiet", "--output=json",
                f"--output-path={report}", f"--port={port}", "--disable-storage-reset",
                f"--only-categories={','.join(CATEGORIES)}",
            ]  # fmt: skip
            if device == "desktop":
                command.append("--preset=desktop")
            done = subprocess.run(command, check=last, stdout=subprocess.DEVNULL)
        if done.returncode == 0:
            break
    return _read(name, device, json.loads(report.read_text()))


def _read(name: str, device: str, report: dict[str, Any]) -> Score:
    audits = report["audits"]
    scores = {one: round(100 * (report["categories"][one]["score"] or 0)) for one in CATEGORIES}
    failed = [
        f"{ref['id']} ({_where(audits[ref['id']])})"
        for one in CATEGORIES[1:]
        for ref in report["categories"][one]["auditRefs"]
        if audits[ref["id"]]["score"] is not None
        and audits[ref["id"]]["score"] < 1
        and ref["weight"]
    ]
    return Score(
        name,
        device,
        scores,
        round(audits["largest-contentful-paint"]["numericValue"]),
        round(audits["total-blocking-time"]["numericValue"]),
        round(audits["cumulative-layout-shift"]["numericValue"], 3),
        round(audits["total-byte-weight"]["numericValue"] / 1024),
        failed,
    )


def _where(audit: dict[str, Any]) -> str:
    """The first element a failed audit complains of, as a CSS selector."""
    items = audit.get("details", {}).get("items", [])
    return str(items[0].get("node", {}).get("selector", "")) if items else ""


def missing() -> str:
    """Why Lighthouse cannot be run here; empty when it can."""
    if shutil.which("npx") is None:
        return "没有 node 和 npx，Lighthouse 无法运行 (Node.js 18+ with npx is needed)"
    os.environ.setdefault("CHROME_PATH", shutil.which("chromium") or "")
    if not os.environ["CHROME_PATH"]:
        return "没有 Chromium，请安装或用 CHROME_PATH 指明 (Chromium is needed)"
    return ""


def main() -> int:
    """Measure, print a table, and fail when a score is below what is wanted."""
    parser = argparse.ArgumentParser(description="六个主要页面的 Lighthouse 评分")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--device", choices=["desktop", "mobile"], action="append")
    parser.add_argument("--page", action="append", help="只测这些页面")
    asked = parser.parse_args()
    if why := missing():
        print(why, file=sys.stderr)
        return 2
    low = 0
    print("| Page | Device | Perf | A11y | BP | LCP ms | TBT ms | CLS | KiB | Failed |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for page in pages(asked.url.rstrip("/")):
            if asked.page and page[0] not in asked.page:
                continue
            for device in asked.device or ("desktop", "mobile"):
                one = measured(asked.url.rstrip("/"), page, device, Path(folder))
                low += any(one.scores[name] < LEAST[name] for name in CATEGORIES)
                three = " | ".join(str(one.scores[name]) for name in CATEGORIES)
                print(
                    f"| {one.page} | {one.device} | {three} | {one.lcp_ms} | {one.tbt_ms}"
                    f" | {one.cls} | {one.kib} | {' '.join(one.failed)} |",
                    flush=True,
                )
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
