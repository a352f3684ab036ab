"""批次的清单页: lines, what is held, doubted, changed and overpaid of one run."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.casework.assess import ordered
from apps.casework.programme import PROGRAMMES
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.payments import changes, listing, run_page, summary
from apps.payments.models import Calculation, Kind, PaymentRun
from apps.payments.perms import find_run
from apps.payments.review import reading
from apps.payments.review.deadlines import Deadlines
from apps.payments.seal import digest_of


def version(request: HttpRequest, found: PaymentRun) -> Calculation | None:
    """The calculation that is asked for by version, else the current one."""
    text = request.GET.get("version", "")
    if not text.isdecimal():
        return found.calculation
    asked = found.calculations.filter(version=int(text[:4])).first()
    if asked is None:
        raise NotFound(gettext("没有这一版计算。"))
    return asked


@for_casework
@require_safe
def lines(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """明细: the lines of a run, a page at a time, by programme, township and kind."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    township = request.GET.get("township", "")
    filters = listing.Filters(
        programme=request.GET.get("programme", ""),
        township=township if township.isdecimal() else "",
        kind=request.GET.get("kind", ""),
    )
    page = listing.lines(
        calculation, filters, territory=staff.division, after=request.GET.get("after", "")
    )
    context = {
        "run": found,
        "calculation": calculation,
        "page": page,
        "filters": filters,
        "programmes": [(card.code, card.name) for card in ordered(PROGRAMMES.values())],
        "townships": summary.townships_of(found.division),
        "kinds": Kind.choices,
        "next": next_page(request, page),
        "may_hold": run_page.may_hold(found, calculation, staff),
        "digest": "" if any(filters) or request.GET.get("after") else digest_of(calculation),
    }
    return render(request, "payments/lines.html", context)


def computed(request: HttpRequest, found: PaymentRun) -> Calculation:
    """The calculation that is asked for; NotFound where there is none yet."""
    calculation = version(request, found)
    if calculation is None:
        raise NotFound(gettext("该批次还没有计算，没有明细。"))
    return calculation


def next_page(request: HttpRequest, page: listing.Page) -> str:
    """The address of the next page with the same filters."""
    if not page.after:
        return ""
    query = request.GET.copy()
    query["after"] = page.after
    return f"?{query.urlencode()}"


@for_casework
@require_safe
def held(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """待补与暂缓: all of them, a page at a time, by reason."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    deadlines = Deadlines(found.month, timezone.localdate())
    asked = reading.Filters.of(request.GET)
    after = request.GET.get("after", "")
    page = reading.held(
        calculation,
        asked,
        deadlines,
        territory=staff.division,
        after=int(after[:18]) if after.isdecimal() else 0,
    )
    context = {
        "run": found,
        "calculation": calculation,
        "page": page,
        "filters": asked,
        "reasons": [(code, words[1]) for code, words in listing.WHY.items()],
        "owners": deadlines.owners,
        "townships": summary.townships_of(found.division),
        "query": reading.without_after(request.GET),
        "next": next_page(request, page),
        "may_release": run_page.may_release(found, calculation, staff),
    }
    return render(request, "payments/held.html", context)


@for_casework
@require_safe
def changed(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """名单: whose amount changed for one reason, the greatest change first."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    before = summary.baseline(found)
    reason = request.GET.get("reason", "")
    number = request.GET.get("page", "1")
    page = int(number[:4]) if number.isdecimal() and int(number[:4]) else 1
    if (reason and reason not in changes.REASONS) or not before.calculations:
        raise NotFound(gettext("没有这种变动原因，或没有可比的上月批次。"))
    rows, more = changes.people(calculation, found, before, reason=reason, page=page)
    shown = gettext("全部变动") if not reason else changes.REASONS[reason][1]
    if reason in changes.CHANGED:
        shown = gettext("调整、增减")
    context = {
        "run": found,
        "calculation": calculation,
        "before": before,
        "words": shown,
        "rows": rows,
        "next": f"?reason={reason}&page={page + 1}&version={calculation.version}" if more else "",
    }
    return render(request, "payments/changes.html", context)


@for_casework
@require_safe
def overpaid(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """多发: found by comparing what is owed with what was issued; part of the run page or alone."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    rows = [(PROGRAMMES[row.programme].name, row) for row in summary.overpaid(found, calculation)]
    context = {"run": found, "rows": rows, "fen": sum(row.fen for _, row in rows)}
    part = request.headers.get("HX-Request") == "true"
    name = "payments/overpaid_part.html" if part else "payments/overpaid.html"
    return render(request, name, context)
