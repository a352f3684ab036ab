"""边录边算: what the family on the page would be owed, tried with what is typed so far.

Nothing is written: every amount comes from the trial, whose records are rolled back.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils.translation import gettext

from apps.casework.programme import PROGRAMMES
from apps.casework.registration_forms import MemberForm
from apps.casework.registration_page import Fault, Page
from apps.casework.trial import HypotheticalHousehold, HypotheticalPerson, Trial, trial
from apps.offices.models import Staff
from apps.standards.models import current_book
from apps.units.ages import age_in_month
from apps.units.months import Month, month_of, next_month

POOR = "minimum_living"
OLD, BANDS = "old_age_allowance", "old_age_allowance.bands"
WITH_CERTIFICATE = ("disability_living", "disability_nursing")


class Likely(NamedTuple):
    """Another benefit that one person would very likely be granted; fen a month."""

    name: str
    programme: str
    fen: int


class Estimate(NamedTuple):
    """The answer beside the form; ``main`` None: too little has been typed yet."""

    month: Month
    main: Trial | None
    likely: list[Likely]
    missing: list[str]
    faults: list[Fault]


def estimate(page: Page, *, on: dt.date, by: Staff) -> Estimate:
    """低保 of the family in the month after ``on``, and what single members would get beside it."""
    page.is_valid()
    month = next_month(month_of(on))
    usable = [row for row in page.members if row.cleaned_data.get("born")]
    zone = page.form.cleaned_data.get("zone") or ""
    missing = [] if zone else [gettext("村（社区）或城乡类别")]
    applicants = [r for r in usable if r.cleaned_data.get("relationship") == "applicant"]
    if len(applicants) != 1:
        missing.append(gettext("申请人的身份证号或出生日期"))
    faults = [fault for fault in page.faults() if _typed(fault, page)]
    if missing:
        return Estimate(month, None, [], missing, faults)
    family = _imagined(page, usable, zone, on)
    main = trial(programme=POOR, month=month, household=family, by=by)
    likely = _likely(family, main, month, by)
    return Estimate(month, main, likely, [], faults)


def _typed(fault: Fault, page: Page) -> bool:
    """Whether a fault lies in what has been typed: an empty box is not wrong yet."""
    for form in (page.form, *page.rows):
        for box in form:
            if box.id_for_label == fault.target:
                return bool(box.value())
    return False


def _imagined(page: Page, rows: list[MemberForm], zone: str, on: dt.date) -> HypotheticalHousehold:
    """The family as the registration would record it, every fact on the day of declaration."""
    village = page.form.cleaned_data.get("village")
    members = tuple(
        HypotheticalPerson(
            born=row.cleaned_data["born"],
            sex=row.cleaned_data.get("sex") or "",
            relationship=row.cleaned_data.get("relationship") or "other",
            name=row.cleaned_data.get("name") or gettext("第{number}人").format(number=row.number),
            facts=tuple({"on": on, **columns} for columns in row.facts()),
        )
        for row in rows
    )
    facts = tuple({"on": on, **columns} for columns in page.form.facts())
    return HypotheticalHousehold(zone, members, facts, village.code if village else "")


def _likely(family: HypotheticalHousehold, main: Trial, month: Month, by: Staff) -> list[Likely]:
    """By certificate and age only: the programmes whose conditions the page itself asks for."""
    ages = [int(band) for band in current_book().month(month).bands(BANDS) if band.isdecimal()]
    found = []
    for place, one in enumerate(family.members):
        codes: tuple[str, ...] = ()
        if any(columns["kind"] == "disability" for columns in one.facts):
            codes = WITH_CERTIFICATE
        if ages and age_in_month(one.born, month) >= min(ages):
            codes = (*codes, OLD)
        for code in codes:
            tried = _tried(code, family, place, main, month, by)
            if tried is not None and tried.fen:
                found.append(Likely(one.name, PROGRAMMES[code].name, tried.fen))
    return found


def _tried(
    code: str,
    family: HypotheticalHousehold,
    place: int,
    main: Trial,
    month: Month,
    by: Staff,
) -> Trial | None:
    """One benefit of one member; what rests on 低保 only where the family would be granted it."""
    awards: tuple[str, ...] = ()
    if POOR in PROGRAMMES[code].requires:
        if not main.fen or main.refused_by is not None:
            return None
        # Granted to the family above; for one person the trial grants it as a single entry, which
        # must not fail for that person's own income.
        awards, family = (POOR,), _without_income(family)
    found = trial(
        programme=code, month=month, household=family, person_id=place, awards=awards, by=by
    )
    return None if found.refused_by is not None else found


def _without_income(family: HypotheticalHousehold) -> HypotheticalHousehold:
    members = tuple(
        one._replace(facts=tuple(c for c in one.facts if c["kind"] != "income"))
        for one in family.members
    )
    return family._replace(members=members)
