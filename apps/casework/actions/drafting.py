"""草稿: a form as typed so far is kept for the one who typed it, until it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models.functions import Now

from apps.casework.desk import Draft
from apps.offices.models import Staff

KEPT = dt.timedelta(days=30)  # drafts hold personal data: none is kept for ever
LIMIT = 60_000  # characters; the largest honest form has a few thousand
OWN = {"csrfmiddlewaretoken", "token", "who", "do"}


@transaction.atomic
def keep_draft(
    *, token: int, page: str, typed: Mapping[str, Sequence[str]], staff_id: int
) -> Draft | None:
    """存草稿; None when nothing is typed, too much is, or the page is somebody else's."""
    said = {name: list(texts) for name, texts in typed.items() if name not in OWN and any(texts)}
    if not said or sum(len(text) for texts in said.values() for text in texts) > LIMIT:
        return None
    Draft.objects.filter(staff_id=staff_id, saved_at__lt=Now() - KEPT).delete()
    known = Draft.objects.select_for_update().filter(token=token).first()
    if known is not None and known.staff_id != staff_id:
        return None
    columns = {"staff_id": staff_id, "page": page, "typed": said}
    return Draft.objects.update_or_create(token=token, defaults=columns)[0]


def drop_draft(token: int, *, by: Staff) -> None:
    """The form was sent, or is not wanted any more."""
    Draft.objects.filter(token=token, staff=by).delete()
