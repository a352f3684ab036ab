"""申请页: gathers what one application's page shows, as plain values. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.utils import timezone

from apps.casework import examine as examining
from apps.casework.beginning import Terms, first_month
from apps.casework.models import OPEN_STATES, Application, Complaint, Decision, StepTaken
from apps.casework.outcome import Test
from apps.casework.panels import panels_of
from apps.casework.pathway import dues, history, stops, told
from apps.casework.procedure import MENDED
from apps.casework.programme import PROGRAMMES
from apps.casework.step_forms import StepForm, on_record
from apps.casework.steps import (
    COUNTY_VISIT,
    DECIDING,
    Option,
    delegated,
    drawn,
    lacking,
    options,
    raised,
    steps_of,
)
from apps.casework.trial import Trial, trial
from apps.casework.words import BASES, PLACE_WORDS, RELIEF_TYPES
from apps.households.profile import profile
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.offices.sight import WHOLE, kept
from apps.standards.models import current_book
from apps.units.months import Month

# Open all along, and seldom what has to be done next: folded away.
ASIDE = ("withdraw", "end", "request_correction", "object", "send_back", "federation_refuses")
BAD = ("reject", "back_entry_reject", "federation_refuses", "end", "send_back")


class Offer(NamedTuple):
    """One legal step on the page: its form, or why it cannot be taken here and now."""

    option: Option
    form: StepForm
    bad: bool
    open: bool  # unfolded, because it has been refused

    @property
    def code(self) -> str:
        """The step."""
        return self.option.step.code


def offers(
    application: Application, staff: Staff, today: dt.date, bound: StepForm | None = None
) -> list[Offer]:
    """Every legal next step; the form that was refused stands as it was typed."""
    found = []
    taken = list(StepTaken.objects.filter(application=application).order_by("pk"))
    for option in options(application, staff, today):
        code = option.step.code
        mine = bound is not None and bound.step.code == code
        form = bound if mine and bound else form_of(application, option, today)
        if not form.sight.rows:
            record = on_record(application, option.step, taken)
            form.sight = kept(form.data, {WHOLE: record}, timezone.localtime())
        found.append(Offer(option, form, code in BAD, mine))
    return found


def form_of(application: Application, option: Option, today: dt.date, data: Any = None) -> StepForm:
    """The form of an option."""
    return StepForm(
        data, application=application, step=option.step, today=today, again=option.again
    )


def gather(
    application: Application, staff: Staff, today: dt.date, bound: StepForm | None = None
) -> dict[str, Any]:
    """The context of the page; how many queries does not depend on how far it has come."""
    card = PROGRAMMES[application.programme]
    taken = history(application)
    offered = offers(application, staff, today, bound)
    opened = application.state in OPEN_STATES
    terms = bound.terms() if bound is not None and bound.is_valid() else Terms()
    decided = Decision.objects.filter(application=application).select_related("decided_by").first()
    book = current_book()
    tests = examining.examine(application, day=today, book=book) if opened else []
    codes = {offer.code for offer in offered}
    visit = _county_visit(application, today)
    return {
        "application": application,
        "card": card,
        "basis": BASES.get(application.basis, application.basis),
        "track": RELIEF_TYPES.get(application.track, ""),
        "profile": profile(application.household, today),
        "stops": stops(application, taken, today),
        "taken": told(application, taken),
        "due": dues([application], today, current_calendar(), book).get(application.pk),
        "places": places(application, visited=visit["visit"]) if opened else [],
        **visit,
        "route": opened and delegated(application, today),
        "complaints": Complaint.objects.filter(application=application).order_by("pk"),
        "forward": [one for one in offered if one.code not in (*ASIDE, *DECIDING)],
        "sideways": [one for one in offered if one.code in ASIDE],
        "deciding": [one for one in offered if one.code in DECIDING],
        "gone": bound.typed() if bound is not None and bound.step.code not in codes else [],
        "tests": [Test(*test) for test in decided.findings] if decided else tests,
        "failed": examining.first_failed(tests),
        "tried": _tried(application, staff, first_month(card, application, terms, today))
        if opened
        else None,
        "decided": decided,
        "panels": panels_of(staff, application, today),
        "aside_panels": panels_of(staff, application, today, aside=True),
    }


def _county_visit(application: Application, today: dt.date) -> dict[str, Any]:
    """Why the county must visit, also by lot, and what is still missing of its visit."""
    opened, lifted = application.state in OPEN_STATES, raised(application)
    lot = drawn(application) if opened else ""
    due = opened and bool(lifted or lot)
    unvisited = lacking(application, COUNTY_VISIT, today) if due else []
    return {"raised": lifted, "lot": lot, "visit": due, "unvisited": unvisited}


def places(application: Application, *, visited: bool) -> list[tuple[str, str]]:
    """The pages on which the needs of the procedure are met: name and address, each once.

    ``visited``: the county itself must visit (R-DB-21, R-TK-06).
    """
    needs = {need for step in steps_of(application) for need in step.needs}
    if visited:
        needs.add(COUNTY_VISIT)
    found = {
        words: MENDED[need](application)
        for need, words in PLACE_WORDS.items()
        if need in needs and need in MENDED
    }
    return list(found.items())


def _tried(found: Application, staff: Staff, month: Month) -> Trial | None:
    """What the award would come to in its first month; None when that cannot be tried."""
    if not PROGRAMMES[found.programme].rules:
        return None
    try:
        return trial(
            programme=found.programme,
            month=month,
            household_id=found.household_id,
            person_id=found.person_id,
            by=staff,
        )
    except ValueError:
        return None
