"""申请页的面板: what apps above casework show on an application's page, in their own templates.

An app lays its panel on the table in its panels.py; casework includes the template with the
context the app has built, and knows neither (docs/decisions/0008).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from apps.casework.models import Application
from apps.offices.models import Staff

# (who looks, application, day) -> what the template is given as ``panel``; None: nothing to show
Build = Callable[[Staff, Application, dt.date], dict[str, Any] | None]
B = TypeVar("B", bound=Build)


class Panel(NamedTuple):
    """One panel: its template, where it stands, and what fills it."""

    code: str
    template: str
    order: int
    aside: bool
    build: Build


class Shown(NamedTuple):
    """A panel with its content for one application."""

    template: str
    panel: dict[str, Any]


PANELS: dict[str, Panel] = {}


def panel(code: str, template: str, *, order: int = 50, aside: bool = False) -> Callable[[B], B]:
    """Show a template on the application's page; called at import of an app's panels.py."""

    def register(build: B) -> B:
        known = PANELS.get(code)
        if known is not None and known.build.__qualname__ != build.__qualname__:
            raise ValueError(f"two panels are called {code}")
        PANELS[code] = Panel(code, template, order, aside, build)
        return build

    return register


def panels_of(
    staff: Staff, application: Application, on: dt.date, *, aside: bool = False
) -> list[Shown]:
    """The panels of one application that have something to show, in their order."""
    wanted = sorted((one for one in PANELS.values() if one.aside == aside), key=_place)
    found = ((one, one.build(staff, application, on)) for one in wanted)
    return [Shown(one.template, content) for one, content in found if content is not None]


def _place(one: Panel) -> tuple[int, str]:
    return one.order, one.code
