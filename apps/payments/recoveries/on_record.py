"""追缴的登记: what is on record of the boxes of each act on a recovery. Only reads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from apps.offices.sight import Record
from apps.payments.recoveries.models import Repayment, Treatment
from apps.units.money import yuan

KIND = "payments.recovery"


def open_treatment(recovery: int) -> Treatment | None:
    """What was proposed about a recovery and waits for approval."""
    return Treatment.objects.filter(recovery=recovery, state="proposed").first()


def recorded(recovery: int, act: str) -> Record:
    """What waits, in the boxes of a proposal; what has been decided; what has been paid back."""
    if act == "repaid":
        rows = Repayment.objects.filter(recovery=recovery).order_by("pk")
        said = [f"{one.paid_on} {yuan(one.fen)}" for one in rows]
        return Record({gettext("已登记的退回款"): said}, KIND, recovery)
    if act == "propose":
        waiting = open_treatment(recovery)
        return Record(_boxes(waiting) if waiting else {}, KIND, recovery)
    newest = Treatment.objects.filter(recovery=recovery).order_by("-pk").first()
    if newest is None:
        return Record({}, KIND, recovery)
    words = f"{newest.get_state_display()}：{newest.get_way_display()} {yuan(newest.fen)} "
    decided = newest.state != Treatment.State.PROPOSED
    kind, pk = ("payments.treatment", newest.pk) if decided else (KIND, recovery)
    return Record({gettext("处理"): words + newest.note}, kind, pk)


def _boxes(one: Treatment) -> dict[str, Any]:
    month = f"{one.first_month:%Y-%m}" if one.first_month else ""
    return {"way": one.way, "fen": yuan(one.fen), "first_month": month, "note": one.note}
