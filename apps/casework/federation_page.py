"""残联审核页: what 残联 needs for its step and nothing else: the certificate, the step. Only reads.

R-CJ-13: between the notice and the county, 残联 looks at the certificate. It sees neither the
household nor its means, only who asks and what the certificate says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from apps.casework import examine as examining
from apps.casework.application_page import ASIDE, offers
from apps.casework.models import Application
from apps.casework.outcome import Test
from apps.casework.pathway import dues, history, told
from apps.casework.programme import PROGRAMMES
from apps.casework.step_forms import StepForm
from apps.households.kinds import DISABILITY_TYPES
from apps.households.models import Fact
from apps.offices.calendar import current_calendar
from apps.offices.models import Division, Role, Staff
from apps.standards.models import current_book
from apps.units.ages import age_on
from apps.units.language import lazy as _

CERTIFICATE = "certificate"  # the test of both subsidies that is about the certificate
SEX = {"m": _("男"), "f": _("女")}


class Certificate(NamedTuple):
    """残疾人证 as recorded."""

    words: str
    issued: dt.date
    until: dt.date | None
    evidence: str
    standing: bool


def gather(
    application: Application, staff: Staff, today: dt.date, bound: StepForm | None = None
) -> dict[str, Any]:
    """The context of the page; a fixed number of queries."""
    book = current_book()
    mine = [
        one
        for one in offers(application, staff, today, bound)
        if Role.FEDERATION in one.option.step.roles
    ]
    waits = application.state == Application.State.FEDERATION
    who = application.person
    assert who is not None, "both subsidies are given to persons"
    codes = {one.code for one in mine}
    taken = told(application, history(application))
    return {
        "application": application,
        "card": PROGRAMMES[application.programme],
        "who": who,
        "sex": SEX.get(who.sex, ""),
        "age": age_on(who.born, today),
        "place": _place(application),
        "due": dues([application], today, current_calendar(), book).get(application.pk)
        if waits
        else None,
        "certificates": certificates(who.pk, today),
        "tests": _tests(examining.examine(application, day=today, book=book)) if waits else [],
        "forward": [one for one in mine if one.code not in ASIDE],
        "sideways": [one for one in mine if one.code in ASIDE],
        "gone": bound.typed() if bound is not None and bound.step.code not in codes else [],
        "taken": [one for one in taken if one.step.source == Application.State.FEDERATION],
    }


def certificates(person_id: int, today: dt.date) -> list[Certificate]:
    """Every 残疾人证 of a person, the newest in front (one query)."""
    rows = Fact.objects.known_now().filter(kind="disability", person_id=person_id)
    return [
        Certificate(
            f"{DISABILITY_TYPES[one.code]}{one.number}级",
            one.on,
            one.until,
            one.evidence,
            one.until is None or one.until >= today,
        )
        for one in rows.order_by("-on", "-id")
    ]


def _tests(found: Sequence[Test]) -> list[Test]:
    return [one for one in found if one.code == CERTIFICATE]


def _place(application: Application) -> str:
    """The township and village from which the application comes."""
    code = application.household.division
    rows = Division.objects.filter(code__in=(code[:9], code)).order_by("code")
    return "".join(rows.values_list("name", flat=True))
