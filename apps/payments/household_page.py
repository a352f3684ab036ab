"""家庭页: gathers everything one household's page shows, as plain values. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.clocks import PAPERS
from apps.casework.events import Sought, events_of, told
from apps.casework.forms import TrialForm
from apps.casework.models import CASEWORKERS, OPEN_STATES, Application
from apps.casework.panels import household_panels_of
from apps.casework.pathway import Due, dues
from apps.casework.programme import PROGRAMMES
from apps.households.models import Household
from apps.households.profile import FactRow, Profile, profile
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import ID_READERS
from apps.payments import family
from apps.payments.coming import AHEAD, coming, results_of
from apps.payments.explaining import Explained, compared, explain, foreseen
from apps.payments.inputs import inputs
from apps.payments.models import PaymentRun
from apps.payments.recoveries.models import Recovery
from apps.standards.models import current_book
from apps.units.money import capital
from apps.units.months import (
    Month,
    last_day,
    month_code,
    month_of,
    months_between,
    next_month,
)

EVENTS_SHOWN = 15


def find(number: str, staff: Staff) -> Household:
    """A household inside the territory; NotFound otherwise, without saying which."""
    found = Household.objects.visible_to(staff).filter(number=number).first()
    if found is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    return found


def last_month(today: dt.date) -> Month:
    """The newest computed month, so that the twelve months end where paying has come to."""
    runs = PaymentRun.objects.exclude(state="cancelled").exclude(calculation=None)
    runs = runs.order_by("-month")
    return runs.values_list("month", flat=True).first() or month_of(today)


def gather(
    home: Household, last: Month, today: dt.date, staff: Staff, then: dt.date | None = None
) -> dict[str, Any]:
    """The context of the household page; the number of queries does not depend on its size.

    ``then``: 按日期查看, the household as it was on an earlier day, with nothing to act on.
    """
    known = profile(home, then or today, then=then is not None)
    last = month_of(then) if then else last
    names = {member.person_id: member.name for member in known.members}
    here = [member.person_id for member in known.members if not member.gone]
    paid = family.family(home, names, here, last, then)
    if then:
        paid = paid.begun_by(last)
    done = events_of(home, Sought(until=then) if then else Sought())
    persons = [(member.person_id, member.name) for member in known.members]
    return {
        "home": home,
        "profile": known,
        "family": paid,
        "last": last,
        "today": today,
        "then": then,
        "capital": capital(paid.month_fen),
        "monthly": list(_monthly(paid).items()),
        "decisions": family.decisions(home, names, then),
        "events": told(done[:EVENTS_SHOWN]),
        "recoveries": list(Recovery.objects.filter(household=home).order_by("pk")),
        "waiting": [] if then else _waiting(home, names, today),
        "panels": household_panels_of(staff, home, then or today),
        "aside_panels": [] if then else household_panels_of(staff, home, today, aside=True),
        "may_act": staff.role in CASEWORKERS and then is None,
        "may_see_ids": staff.role in ID_READERS and then is None,
        "form": TrialForm(persons=persons, initial={"month": month_code(last)}),
    }


class Waiting(NamedTuple):
    """An application that is being dealt with, where it stands, and until when."""

    application: Application
    programme: str
    who: str
    due: Due | None


def _waiting(home: Household, names: dict[int, str], today: dt.date) -> list[Waiting]:
    """Open applications, and emergency relief whose papers are still to come."""
    mine = Application.objects.filter(household=home)
    rows = list(
        mine.filter(Q(state__in=OPEN_STATES) | Q(state="confirmed", track="emergency"))
        .exclude(state="confirmed", steps__code=PAPERS)
        .order_by("pk")
    )
    clocks = dues(rows, today, current_calendar(), current_book()) if rows else {}
    return [
        Waiting(
            one,
            PROGRAMMES[one.programme].name,
            names.get(one.person_id, "—") if one.person_id else family.WHOLE,
            clocks.get(one.pk),
        )
        for one in rows
    ]


def _monthly(paid: family.Family) -> dict[int, int]:
    """What each person is owed in cash in the newest computed month."""
    found: dict[int, int] = {}
    for award in paid.awards:
        if award.month == paid.newest and not award.in_kind:
            found[award.subject] = found.get(award.subject, 0) + (award.fen or 0)
    return found


def why(
    home: Household, programme: str, subject: int, month: Month, today: dt.date
) -> dict[str, Any]:
    """The context of 为什么: one month of one award of this household, said aloud."""
    known = profile(home, today)
    names = {member.person_id: member.name for member in known.members}
    allowed = {-home.pk, *names, *family.subjects_of(home)}
    if subject not in allowed or programme not in PROGRAMMES:
        raise NotFound(gettext("这一户没有这项待遇。"))
    before, explained = _said(home, (programme, subject), month, names, today)
    facts = _known_then(known, names.get(subject, "") if subject > 0 else "", month)
    return {
        "home": home,
        "profile": known,
        "card": PROGRAMMES[programme],
        "who": names.get(subject, family.WHOLE) if subject > 0 else family.WHOLE,
        "month": month,
        "explained": explained,
        "whole_fen": sum(one.fen for one in explained),
        "compared": compared(before, explained),
        "inputs": inputs(explained, facts, reverse("household", args=[home.number])),
        "issued": family.issued_for(programme, subject, month),
        "facts": facts,
    }


def _said(
    home: Household, whose: tuple[str, int], month: Month, names: dict[int, str], today: dt.date
) -> tuple[list[Explained], list[Explained]]:
    """The month before and the month, each as computed, else as it is to come."""
    months = [next_month(month, -1), month]
    found = [explain(*whose, one, names) for one in months]
    if found[1]:
        return found[0], found[1]
    last = last_month(today)
    if last < month <= next_month(last, AHEAD):
        book = current_book()
        results = results_of(home, months_between(next_month(last), month), book, last)
        for n, one in enumerate(months):
            if not found[n] and one in results:
                found[n] = foreseen(results[one], book.month(one), *whose, names)
    return found[0], found[1]


def ahead(home: Household, today: dt.date) -> dict[str, Any]:
    """The context of 拟发: the months after the newest computed one."""
    known = profile(home, today)
    names = {member.person_id: member.name for member in known.members}
    here = [member.person_id for member in known.members if not member.gone]
    shown = coming(home, names, here, last_month(today), current_book())
    return {"home": home, "profile": known, "coming": shown}


def _known_then(known: Profile, name: str, month: Month) -> list[FactRow]:
    """Facts that hold on the month's last day: of the person and the household, or of all."""
    end = last_day(month)
    return [
        fact
        for fact in known.facts
        if fact.on <= end
        and fact.voided_on is None
        and (fact.until is None or fact.until >= month)
        and (not name or fact.who in (name, family.WHOLE))
    ]
