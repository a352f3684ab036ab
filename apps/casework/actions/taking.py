"""办理: one door for every step of an application, decisions among them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions.deciding import confirm, examine, reject
from apps.casework.actions.saying import Refused
from apps.casework.actions.stepping import advance
from apps.casework.beginning import Terms
from apps.casework.examine import first_failed
from apps.casework.models import StepTaken
from apps.casework.steps import DECIDING
from apps.offices.models import Staff


@transaction.atomic
def take(
    application_id: int,
    code: str,
    *,
    on: dt.date,
    by: Staff,
    note: str = "",
    seen: int | None = None,
    **data: Any,
) -> StepTaken:
    """Take the step; Missing names all that is lacking, StaleState says who was there before.

    A decision is taken with its tests of the day; ``terms`` fixes what a confirmation fixes.
    """
    if code not in DECIDING:
        return advance(application_id, code, on=on, by=by, note=note, seen=seen, **data)
    terms: Terms = data.get("terms") or Terms()
    tests = examine(application_id, on=on, terms=terms)
    if code in ("confirm", "back_entry"):
        confirm(application_id, on=on, by=by, terms=terms, findings=tests, seen=seen)
    else:
        failed = first_failed(tests)
        reason = note.strip() or (failed.code if failed else "")
        if not reason:
            raise Refused(gettext("没有不符合的条件，请填写不予确认的理由。"), "note")
        reject(application_id, on=on, by=by, reason=reason, findings=tests, seen=seen)
    return StepTaken.objects.filter(application_id=application_id).order_by("pk").reverse()[0]
