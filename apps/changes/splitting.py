"""分户之后: what the new household asks for, and what has come of it. Only reads.

An award does not split: nobody is taken in without an application of their own (R-DB-22), and
months count from its confirmation (R-DB-23, CV-08). So the new household's is opened with the
change, unless whoever reports it says that it is not in need.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES
from apps.changes.about import standing
from apps.changes.kinds import OF_A_HOUSEHOLD
from apps.changes.models import FamilyChange
from apps.households.models import Household, Member
from apps.units.language import listed
from apps.units.months import month_of, next_month


def asked_for(home: Household, on: dt.date) -> list[str]:
    """Programmes the household gets as a whole and goes on getting (1 query)."""
    return [award.programme for award in standing(OF_A_HOUSEHOLD, [home.pk], [], on)]


def said(programmes: Iterable[str]) -> str:
    """Their names in a row."""
    return listed(PROGRAMMES[code].name for code in programmes)


def foretold(home: Household, asks: str, on: dt.date) -> list[str]:
    """What the preview says about the new household's application."""
    names = said(asked_for(home, on))
    if not names:
        return []
    if asks == "no":
        return [
            gettext("新户不申请{names}：自次月起没有这项待遇，以后可在本变更页一键提出。").format(
                names=names
            )
        ]
    return [
        gettext(
            "变更生效当日，新户同时提出{names}申请；经受理、调查、确认后次月起享受，确认前没有这项待遇（R-DB-22）。"
        ).format(names=names)
    ]


class After(NamedTuple):
    """The household that was formed, its applications, and what it may still ask for."""

    home: Household
    applications: list[tuple[Application, str]]
    missing: list[tuple[str, str]]


def after(change: FamilyChange) -> After | None:
    """What has come of a split that is in force; None for every other change (4 queries)."""
    if change.kind != "split" or change.state != FamilyChange.State.DONE:
        return None
    home = _formed(change)
    if home is None:
        return None
    rows = Application.objects.filter(household=home, person=None).order_by("pk")
    made = [(one, PROGRAMMES[one.programme].name) for one in rows]
    had = {one.programme for one in rows}
    before = [code for code in _before(change) if code not in had]
    return After(home, made, [(code, PROGRAMMES[code].name) for code in before])


def _formed(change: FamilyChange) -> Household | None:
    """Where those who split off went to live on the day."""
    gone = [
        int(name.removeprefix("member_"))
        for name, code in change.typed.items()
        if name.startswith("member_") and code == "applicant"
    ]
    stays = Member.objects.known_now().filter(
        person__in=gone, period__startswith=change.typed["on"], relationship="applicant"
    )
    stay = stays.exclude(household=change.household_id).select_related("household").first()
    return stay.household if stay else None


def _before(change: FamilyChange) -> list[str]:
    """What the old household got in the month in which the change took effect."""
    assert change.effective_on is not None
    return asked_for(change.household, next_month(month_of(change.effective_on), -1))
