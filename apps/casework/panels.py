"""面板: what apps above casework show on an application's and on a household's page.

An app lays its panel on the table in its panels.py; the page includes the template with the
context the app has built, and knows neither (docs/decisions/0008).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from apps.casework.models import Application
from apps.households.models import Household
from apps.offices.models import Staff

# (who looks, whose page, day) -> what the template is given as ``panel``; None: nothing to show
Build = Callable[[Staff, Application, dt.date], dict[str, Any] | None]
BuildHome = Callable[[Staff, Household, dt.date], dict[str, Any] | None]
B = TypeVar("B", bound=Callable[..., dict[str, Any] | None])


class Panel(NamedTuple):
    """One panel: its template, where it stands, and what fills it."""

    code: str
    template: str
    order: int
    aside: bool
    build: Callable[..., dict[str, Any] | None]


class Shown(NamedTuple):
    """A panel with its content for one page."""

    template: str
    panel: dict[str, Any]


PANELS: dict[str, Panel] = {}
HOUSEHOLD_PANELS: dict[str, Panel] = {}


def panel(code: str, template: str, *, order: int = 50, aside: bool = False) -> Callable[[B], B]:
    """Show a template on the application's page (Build); called at import of panels.py."""
    return _laid(PANELS, code, template, order, aside)


def household_panel(
    code: str, template: str, *, order: int = 50, aside: bool = False
) -> Callable[[B], B]:
    """Show a template on the household's page (BuildHome); called at import of panels.py."""
    return _laid(HOUSEHOLD_PANELS, code, template, order, aside)


def _laid(
    table: dict[str, Panel], code: str, template: str, order: int, aside: bool
) -> Callable[[B], B]:
    def register(build: B) -> B:
        known = table.get(code)
        if known is not None and known.build.__qualname__ != build.__qualname__:
            raise ValueError(f"two panels are called {code}")
        table[code] = Panel(code, template, order, aside, build)
        return build

    return register


def panels_of(
    staff: Staff, application: Application, on: dt.date, *, aside: bool = False
) -> list[Shown]:
    """The panels of an application that have something to show, in their order."""
    return _shown(PANELS, staff, application, on, aside)


def household_panels_of(
    staff: Staff, home: Household, on: dt.date, *, aside: bool = False
) -> list[Shown]:
    """The panels of a household that have something to show, in their order."""
    return _shown(HOUSEHOLD_PANELS, staff, home, on, aside)


def _shown(
    table: dict[str, Panel], staff: Staff, thing: Any, on: dt.date, aside: bool
) -> list[Shown]:
    wanted = sorted((one for one in table.values() if one.aside == aside), key=_place)
    found = ((one, one.build(staff, thing, on)) for one in wanted)
    return [Shown(one.template, content) for one, content in found if content is not None]


def _place(one: Panel) -> tuple[int, str]:
    return one.order, one.code
