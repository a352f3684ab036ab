"""办理条件: what casework itself answers for."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.models import Application, Draw, StepTaken
from apps.casework.procedure import NEEDS, need


def _sampling(_application: Application) -> str:
    return reverse("sampling")


@need("sampled", at=_sampling)
def sampled(application: Application, on: dt.date) -> list[str]:
    """随机抽查 (R-TK-06): the draw has been held; who was drawn has been visited."""
    draw = Draw.objects.filter(pool__contains=[application.pk], on__lte=on).first()
    if draw is None:
        return [gettext("尚未纳入随机抽查，请先抽取本乡镇本季度的申请。")]
    if application.pk not in draw.drawn:
        return []
    visited = NEEDS.get("county_visit")
    if visited is None:
        return [gettext("已被随机抽中，须先登记县级入户抽查。")]
    return [
        gettext("已被随机抽中：{words}").format(words=words) for words in visited(application, on)
    ]


@need("federation_agreed")
def federation_agreed(application: Application, _on: dt.date) -> list[str]:
    """残联审核 (R-CJ-13): the newest answer of the federation is yes."""
    answers = StepTaken.objects.filter(application=application, code__startswith="federation_")
    newest = answers.order_by("-pk").values_list("code", "note").first()
    if newest is None:
        return [gettext("残联尚未审核。")]
    code, note = newest
    return (
        [] if code == "federation_agrees" else [gettext("残联审核不同意：{note}").format(note=note)]
    )
