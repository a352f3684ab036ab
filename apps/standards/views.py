"""保障标准的页面: what holds, since when, by which document; and entering a new value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.perms import for_staff
from apps.offices.sight import chosen, clash, kept
from apps.standards import actions, pages
from apps.standards.forms import AdoptForm
from apps.standards.loading import Entry, catalogue
from apps.standards.perms import may_adopt
from apps.standards.saying import value_words
from apps.units.months import month_code, month_of, next_month


@for_staff
@require_safe
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """标准: every key with its value now, what comes and what was; ?known=day as known then."""
    today = timezone.localdate()
    known = _day(request.GET.get("known", ""))
    context = {
        "chapters": pages.chapters(today, known),
        "known": known,
        "month": month_of(today),
        "may_adopt": may_adopt(staff),
        "held_up": [] if known else pages.held_up_of(today),
    }
    return render(request, "standards/index.html", context)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, staff: Staff, key: str) -> HttpResponse:
    """登记标准: first a preview of what would change, then the entry itself."""
    today = timezone.localdate()
    entry = catalogue().get(key)
    group = pages.one(key, today)
    if entry is None or group is None:
        raise NotFound(gettext("没有这项标准。"))
    if not may_adopt(staff):
        raise NotAllowed(gettext("标准由县级审核登记。"))
    bands = pages.bands_of(entry, group)
    now, month = pages.on_record(entry, group, bands), request.POST.get("from_month", "")
    typed = chosen(request.POST, now.get(month))
    form = _adopt_form(request, typed, entry, bands, group)
    raw = _adopt_form(request, request.POST, entry, bands, group)
    met = clash(raw, now, subject=month, by=staff, at=timezone.now()) if form.is_bound else None
    valid = met is None and form.is_bound and form.is_valid()
    if valid and "sure" in request.POST and _entered(form, staff, today):
        messages.success(
            request,
            gettext("已登记{label}；计算过的月份会在下一批次自动补算差额。").format(
                label=entry.title
            ),
        )
        return redirect("standards")
    form = raw if met else form
    context = {
        "entry": entry,
        "group": group,
        "form": form,
        "sight": met or kept(request.POST, now, timezone.now()),
        "proposed": "from" in request.GET,
        "preview": _preview(form, group) if valid and not form.errors else None,
    }
    status = 409 if met else 400 if form.errors else 200
    return render(request, "standards/adopt.html", context, status=status)


def _adopt_form(
    request: HttpRequest, data: Any, entry: Entry, bands: list[str], group: pages.Group
) -> AdoptForm:
    """The form with what holds now, or with what was sent."""
    initial = {
        "from_month": month_code(next_month(month_of(timezone.localdate()))),
        **pages.typed_now(group, bands),
        **_proposed(request, bands),
    }
    entered = pages.entered_of(entry)
    return AdoptForm(data or None, entry=entry, bands=bands, entered=entered, initial=initial)


def _proposed(request: HttpRequest, bands: list[str]) -> dict[str, str]:
    """What a 测算 proposes by its link: a month, and the values of some bands."""
    found = {
        f"value_{n}": request.GET[f"value_{b}"]
        for n, b in enumerate(bands)
        if f"value_{b}" in request.GET
    }
    if "from" in request.GET:
        found["from_month"] = request.GET["from"]
    return {name: text[:20] for name, text in found.items()}


def _entered(form: AdoptForm, staff: Staff, today: dt.date) -> bool:
    """Whether the entry was made; what somebody else entered meanwhile is said in the form."""
    asked = ("from_month", "last_month", "mends", "value", "document", "source", "example")
    given = {name: form.cleaned_data[name] for name in asked}
    try:
        actions.enter(form.entry.key, recorded_on=today, by=staff, **given)
    except actions.BadStandard as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _preview(form: AdoptForm, group: pages.Group) -> list[tuple[str, str, str]]:
    """(band, value in the month before the entry, value from it) as it would be."""
    data, entry = form.cleaned_data, form.entry
    since = data["from_month"]
    found = []
    for band in form.bands:
        holds = [row for row in group.rows if row.band == band and row.since <= since]
        before = holds[-1].words if holds else "—"
        raw = data["value"].get(band) if isinstance(data["value"], dict) else data["value"]
        number, choice = entry.parsed(raw)
        found.append(
            (
                entry.band_title(band) or entry.title,
                before,
                value_words(entry.key, entry.unit, number, choice),
            )
        )
    return found
