"""演示县的库: the full county, seeded once for all it is made from and kept like the blank one."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import psycopg
from django.core.management import call_command

from civil_affairs.blank import blank_database, kept_database, made_from
from tests.pages.test_browser import ROOT

PREFIX = "civil_county_"
NUMBER = 430482
READ = ("*.py", "*.yaml", "*.sql", "*.csv", "*.json")
# What only pages read cannot change what is seeded (the contract "rooms" sees to it).
ONLY_PAGES = re.compile(
    r"/(views|api|urls|forms|panels|templates|templatetags|static|migrations)(/|\.py)"
    r"|_(views|forms|page)\.py$|/(family|coming|explaining|inputs|listing|list_views|run_page|worklist)\.py$"
)


def county_database(held: psycopg.Connection[Any]) -> str:
    """The name of the kept county; seeded when there is none of this state of the project."""
    template = blank_database(held)
    return kept_database(held, PREFIX, _digest(), _seed, template)


def _seed() -> None:
    call_command("seed", county="full", seed=NUMBER)


def _digest() -> str:
    """Of the schema, the seeds, the base data and every module of the apps below the pages."""
    seen = hashlib.sha256(made_from().encode())
    folders = (ROOT / "seeds", ROOT / "fixtures", ROOT / "apps")
    for file in sorted(one for folder in folders for kind in READ for one in folder.rglob(kind)):
        name = str(file.relative_to(ROOT))
        if not ONLY_PAGES.search(f"/{name}"):
            seen.update(name.encode() + file.read_bytes())
    return seen.hexdigest()[:16]
