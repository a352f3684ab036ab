"""名册 as a panel of the household's page; the stay at the station on an application's page."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse

from apps.casework.models import Application
from apps.casework.panels import household_panel, panel
from apps.casework.procedures import CASEWORKERS
from apps.households.models import Household
from apps.offices.models import Staff
from apps.registers import alerts, child_page, listing, low_income, station, stay_relief, words
from apps.registers import low_income_words as income
from apps.standards.models import current_book


class Child(NamedTuple):
    """A child of the household with a file."""

    name: str
    url: str
    register: str
    marks: list[tuple[str, str, str]]


@household_panel("registers", "registers/panel.html", order=40)
def registers_panel(staff: Staff, home: Household, on: dt.date) -> dict[str, Any] | None:
    """Files of the household's children, its low-income categories, its alerts.

    A fixed number of queries. Not shown to those who need not see children's files. Alerts speak
    of illness, so only caseworkers are given them.
    """
    if staff.role not in words.NAMERS:
        return None
    book = current_book()
    files = listing.files(
        staff,
        listing.Filters(division=home.division, text=home.number),
        today=on,
        book=book,
    ).rows
    people = low_income.people(
        staff, low_income.Filters(division=home.division, text=home.number), today=on
    ).rows
    found = []
    if staff.role in CASEWORKERS:
        found = [
            one
            for one in alerts.alerts(staff, today=on, book=book, division=home.division)
            if one.household_id == home.pk
        ]
    return {
        "children": [
            Child(
                row.name,
                reverse("child-file", args=[row.pk]),
                words.REGISTERS.get(row.register, ""),
                child_page.marks(row, on),
            )
            for row in files
        ],
        "low_income": [(row.name, income.CATEGORIES[row.category]) for row in people],
        "alerts": [(one.said, _url(one)) for one in found],
        "new_url": f"{reverse('child-file-new')}?number={home.number}"
        if staff.role in CASEWORKERS
        else "",
    }


def _url(one: alerts.Alert) -> str:
    return f"{reverse('alerts')}?kind={one.about.kind}&division={one.division}"


@panel("stay", "registers/panel_stay.html", order=20, aside=True)
def stay_panel(staff: Staff, application: Application, on: dt.date) -> dict[str, Any] | None:
    """入站档案 to which an application for 流浪乞讨救助 belongs; at most four queries.

    None for every other programme, and for those who need not see whose stay it is.
    """
    if application.programme != stay_relief.PROGRAMME or staff.role not in station.READERS:
        return None
    stay = stay_relief.stay_of(application, on)
    inside = stay is not None and stay.division.startswith(staff.division)
    if stay is None or not inside:
        return {"stay": None, "elsewhere": stay is not None}
    return {"stay": stay, "marks": station.marks(stay, on), "elsewhere": False}
