"""The same browser as in the other browser tests; small families for the checks of the screens."""

from __future__ import annotations

import datetime as dt

from apps.households.models import Household, Person
from apps.units.id_number import make_id
from tests import builders
from tests.pages import test_browser as pages
from tests.pages.conftest import HERE

browser_type_launch_args = pages.browser_type_launch_args
enter = pages.enter


def live(
    name: str, serial: int = 1, *, division: str = HERE, **more: str
) -> tuple[Household, Person]:
    """A household of one with an ID number."""
    number = make_id("430482", dt.date(1966, 3, 15), serial)
    who = builders.person(name, "1966-03-15", id_number=number, **more)
    return builders.household((who, "applicant"), division=division, zone="rural"), who
