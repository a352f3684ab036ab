"""终止公示的现状: how the notice of an ending stands, for who decides on it. Only reads."""

from __future__ import annotations

from django.urls import reverse

from apps.casework.announcing import Standing
from apps.publicity.models import PublicNotice


def standing_of(notice_id: int) -> Standing:
    """The state of a notice with what was objected to it."""
    notice = PublicNotice.objects.get(pk=notice_id)
    objections = list(notice.objections.order_by("pk"))
    return Standing(
        ended=notice.state == PublicNotice.State.ENDED,
        words=notice.get_state_display(),
        url=reverse("public-notice", args=[notice.pk]),
        objections=tuple(f"{one.on} {one.objector}：{one.words}" for one in objections),
        unanswered=tuple(f"{one.on} {one.objector}" for one in objections if one.answer is None),
    )
