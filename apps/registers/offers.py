"""可办事项: what a page offers to do, and the one way a POST of it is carried out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState
from apps.offices.sight import WHOLE, Record, Sight, chosen, clash, lost, settled, sight
from apps.units.language import lazy as _

Refusals = (NotAllowed, StaleState, ValueError)


class Offer(NamedTuple):
    """One act on a page: its form, whether it stands open, the row it is about (0: the page's)."""

    code: str
    verb: str
    form: Callable[..., forms.Form]
    hint: str = ""
    open: bool = False
    row: int = 0
    why_not: str = ""

    @property
    def prefix(self) -> str:
        """What the fields of the form begin with, so that several forms share a page."""
        return f"{self.code}-{self.row}" if self.row else self.code


# What is on record of an act's boxes, by its code and row.
Recorded = Callable[[str, int], Record]


def nothing(_code: str, _row: int) -> Record:
    """For acts that add to what is there, and therefore write over nothing."""
    return Record({})


class Asked(NamedTuple):
    """What came of a POST: the offer and its form, the words of a refusal, the status."""

    offer: Offer | None
    form: forms.Form | None
    problems: tuple[str, ...]
    status: int
    sight: Sight | None = None  # what somebody else has changed since the page was opened

    @property
    def done(self) -> bool:
        """Whether the act was done."""
        return self.status == 302


STALE = _("这一步现在不能办理，请刷新页面后再看。")


def carry_out(
    request: HttpRequest,
    offers: Sequence[Offer],
    act: Callable[[Offer, dict[str, Any]], object],
    recorded: Recorded = nothing,
) -> Asked:
    """Do the act that was posted, if the page still offers it; refusals come back as words."""
    by: Staff = vars(request)["staff"]
    at = timezone.localtime()
    wanted, row = request.POST.get("act", ""), request.POST.get("row", "0")
    offer = next((one for one in offers if (one.code, str(one.row)) == (wanted, row)), None)
    if offer is None:
        now = recorded(wanted, int(row) if row.isdecimal() else 0)
        prefix = f"{wanted}-{row}" if row != "0" else wanted
        return Asked(None, None, (STALE,), 409, lost(request.POST, prefix, now, by=by, at=at))
    record = recorded(offer.code, offer.row)
    form = offer.form(request.POST, prefix=offer.prefix)
    met = clash(form, {WHOLE: record}, by=by, at=at)
    if met is not None:
        return Asked(offer, form, (), 409, met)
    form = offer.form(chosen(request.POST, record, offer.prefix), prefix=offer.prefix)
    if not form.is_valid():
        return Asked(offer, form, (), 400)
    if settled(form, record):
        return Asked(offer, form, (), 302)
    return _done(offer, form, act)


def _done(offer: Offer, form: forms.Form, act: Callable[[Offer, dict[str, Any]], object]) -> Asked:
    try:
        act(offer, form.cleaned_data)
    except Refusals as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        return Asked(offer, form, (str(refusal),), status)
    return Asked(offer, form, (), 302)


def shown(
    offers: Sequence[Offer],
    today: dt.date,
    asked: Asked | None = None,
    recorded: Recorded = nothing,
) -> dict[str, list[dict[str, Any]]]:
    """The offers with the forms a template prints: those that stand open, and the folded rest.

    What was typed is still there, and where it was refused the form stands open.
    """
    found: dict[str, list[dict[str, Any]]] = {"open": [], "rest": []}
    for one in offers:
        mine = asked is not None and asked.offer == one
        form = asked.form if mine and asked else one.form(prefix=one.prefix, initial={"on": today})
        fresh = sight({WHOLE: recorded(one.code, one.row)}, timezone.localtime(), form)
        met = asked.sight if mine and asked else None
        told = {"offer": one, "form": form, "sight": met or fresh}
        found["open" if one.open or mine else "rest"].append(told)
    return found
