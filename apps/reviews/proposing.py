"""拟办决定的种类: what may be proposed about an award, and who carries it out when approved.

A programme adds its own kinds at import of its actions (低保: 渐退, 停发本人份额); this app knows
the kinds by name only. No amounts here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from django import forms

from apps.casework.models import Decision, Entitlement
from apps.offices.models import Staff

Terms = Mapping[str, Any]  # what the form asked, as plain values: text, numbers, "2024-07"


class Decide(Protocol):
    """Make the decision; refuses in words as its own action does."""

    def __call__(
        self, award: Entitlement, terms: Terms, *, on: dt.date, by: Staff, prepared_by: Staff
    ) -> Decision: ...


class Proposable(NamedTuple):
    """One kind: its verb, the form that asks, what it says, what refuses it, what it becomes."""

    code: str
    verb: str
    form: Callable[[Entitlement], Callable[..., forms.Form]]
    words: Callable[[Entitlement, Terms], str]
    check: Callable[[Entitlement, Terms, dt.date], None]
    decide: Decide
    programmes: tuple[str, ...] = ()  # empty: every programme
    hint: str = ""


PROPOSALS: dict[str, Proposable] = {}


def proposable(kind: Proposable) -> None:
    """Lay a kind on the table."""
    known = PROPOSALS.get(kind.code)
    if known is not None and known.verb != kind.verb:
        raise ValueError(f"two kinds of proposal are called {kind.code}")
    PROPOSALS[kind.code] = kind


def proposable_for(programme: str) -> list[Proposable]:
    """The kinds that an award of a programme knows."""
    return [k for k in PROPOSALS.values() if not k.programmes or programme in k.programmes]


def plain(data: Terms) -> dict[str, Any]:
    """The cleaned values of a form as they are kept: a month as 2024-07."""
    return {
        name: f"{value:%Y-%m}" if isinstance(value, dt.date) else value
        for name, value in data.items()
        if name != "note"
    }
