"""审批前核查的页面: what is asked of a run, answering it, the rules, and staff's own accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.offices.actions import note_export
from apps.offices.doors.gate import confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework, for_staff
from apps.payments import run_page, summary
from apps.payments import views as runs
from apps.payments.list_views import computed, next_page
from apps.payments.listing import Page
from apps.payments.models import Calculation, PaymentRun
from apps.payments.perms import find_run
from apps.payments.review import actions, reading
from apps.payments.review.deadlines import Deadlines
from apps.payments.review.forms import Account, Adopt
from apps.payments.review.loading import reasons
from apps.payments.review.models import KEEPERS_OF_ACCOUNTS, RULERS, StaffAccount
from apps.payments.review.rules import in_force, owner_words, said
from apps.standards.book import Standards
from apps.standards.models import current_book
from apps.standards.saying import label_of, value_words
from apps.units.language import in_chinese
from apps.units.months import month_of
from apps.units.sheets import as_csv


@for_casework
@require_safe
def doubted(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """需核实: all of them, a page at a time, by rule, owner, township and whether answered."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    deadlines = Deadlines(found.month, timezone.localdate())
    asked = reading.Filters.of(request.GET)
    after = request.GET.get("after", "")
    page = reading.listed(
        calculation,
        asked,
        deadlines,
        territory=staff.division,
        after=int(after[:18]) if after.isdecimal() else 0,
    )
    counts = reading.by_rule(calculation, deadlines)
    return render(
        request,
        "payments/doubts.html",
        _listing(request, found, calculation, page, asked, deadlines)
        | _answering(found, calculation, staff, page, counts, asked),
    )


def _listing(
    request: HttpRequest,
    found: PaymentRun,
    calculation: Calculation,
    page: Page,
    asked: reading.Filters,
    deadlines: Deadlines,
) -> dict[str, object]:
    return {
        "run": found,
        "calculation": calculation,
        "page": page,
        "filters": asked,
        "reasons": [(code, words) for code, (_, words) in reasons("doubt").items()],
        "owners": deadlines.owners,
        "townships": summary.townships_of(found.division),
        "states": [("open", gettext("未核实")), ("passed", gettext("已核实"))],
        "query": reading.without_after(request.GET),
        "next": next_page(request, page),
    }


def _answering(
    found: PaymentRun,
    calculation: Calculation,
    staff: Staff,
    page: Page,
    counts: list[reading.Asked],
    asked: reading.Filters,
) -> dict[str, object]:
    """What this person may answer here: ticked rows, or a whole rule."""
    may = reading.may_pass(found, calculation, staff)
    mine = [one.code for one in counts if may and one.left and reading.mine(found, one, staff)]
    ticked = any(row.code in mine and not row.passed_at for row in page.rows)
    whole = next((one for one in counts if one.code == asked.why and one.code in mine), None)
    return {
        "counts": counts,
        "mine": mine,
        "may_tick": ticked,
        "whole": whole,
        "may_hold": run_page.may_hold(found, calculation, staff),
    }


@for_casework
@require_POST
def answer(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """核实无误: the ticked rows, or with ``code`` all of a rule, for one reason."""
    found = find_run(staff, pk)
    code = request.POST.get("code", "")[:32]
    ids = [int(one[:18]) for one in request.POST.getlist("doubt") if one.isdecimal()]
    try:
        count = actions.pass_doubts(
            found.pk,
            note=request.POST.get("note", ""),
            by=staff,
            at=timezone.now(),
            ids=() if code else ids,
            code=code,
        )
    except (NotAllowed, StaleState) as refusal:
        runs.note_refusal(staff, found, "核实", refusal)
        return runs.refused(request, staff, found, refusal)
    messages.success(request, gettext("已核实 {count} 条。").format(count=count))
    if code or not request.POST.get("why"):
        return redirect("run", pk=pk)
    query = urlencode({"why": request.POST["why"], "state": "open"})
    return redirect(f"{reverse('run-doubts', args=[pk])}?{query}")


def _sheet(headings: tuple[str, ...], rows: list[list[object]], name: str) -> HttpResponse:
    found = HttpResponse(as_csv(headings, rows), content_type="text/csv; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return found


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """导出需核实: the whole filtered list as CSV."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    rows = reading.listed(
        calculation,
        reading.Filters.of(request.GET),
        Deadlines(found.month, timezone.localdate()),
        territory=staff.division,
        limit=reading.ALL,
    ).rows
    note_export(by=staff, kind="payments.export", what="需核实", count=len(rows))
    name = f"doubts-{found.month:%Y%m}-{found.number}"
    return _sheet(reading.HEADINGS, [reading.cells(row) for row in rows], name)


@for_casework
@confirmed()
@require_safe
@in_chinese()
def export_held(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """导出待补与暂缓: the whole filtered list as CSV."""
    found = find_run(staff, pk)
    calculation = computed(request, found)
    rows = reading.held(
        calculation,
        reading.Filters.of(request.GET),
        Deadlines(found.month, timezone.localdate()),
        territory=staff.division,
        limit=reading.ALL,
    ).rows
    note_export(by=staff, kind="payments.export", what="待补与暂缓", count=len(rows))
    name = f"held-{found.month:%Y%m}-{found.number}"
    return _sheet(reading.HELD_HEADINGS, [reading.held_cells(row) for row in rows], name)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, staff: Staff) -> HttpResponse:
    """核查规则: what is asked, whose it is, how long they have, and where the threshold stands."""
    today, status = timezone.localdate(), 200
    month = month_of(today)
    known = in_force(month)
    posted = request.POST if request.method == "POST" else None
    form = Adopt(posted, known=known, initial={"from_month": f"{month:%Y-%m}"})
    problems: tuple[str, ...] = ()
    if posted is not None:
        if form.is_valid():
            try:
                actions.adopt(**form.cleaned_data, on=today, by=staff)
            except (NotAllowed, NotFound, StaleState) as refusal:
                problems, status = (str(refusal),), 403 if isinstance(refusal, NotAllowed) else 409
            else:
                messages.success(request, gettext("已登记，下一次计算时生效。"))
                return redirect("review-rules")
        else:
            status = 400
    book = current_book().month(month)
    rows = [
        {
            "rule": rule,
            "short": said(rule)[0],
            "words": said(rule)[1],
            "owner": owner_words(rule),
            "thresholds": [_threshold(book, key) for key in rule.standards],
        }
        for rule in known.values()
    ]
    context = {
        "rows": rows,
        "form": form if staff.role in RULERS else None,
        "problems": problems,
    }
    return render(request, "payments/review_rules.html", context, status=status)


def _threshold(book: Standards, key: str) -> tuple[str, str]:
    row = book.row(key) if book.has(key) else None
    if row is None:
        return label_of(key), gettext("未配置")
    return label_of(key), value_words(key, row.unit, row.value, row.choice)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def accounts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """工作人员账户登记: entered and taken off by the security administrator alone."""
    if staff.role not in KEEPERS_OF_ACCOUNTS:
        raise NotAllowed(gettext("工作人员账户只由安全管理员登记和查看。"))
    problems: tuple[str, ...] = ()
    status, today = 200, timezone.localdate()
    ending = request.POST.get("end", "")
    posted = request.POST if request.method == "POST" and not ending else None
    form = Account(posted, by=staff)
    try:
        if ending.isdecimal():
            actions.end_account(int(ending[:18]), on=today, by=staff)
            messages.success(request, gettext("已注销。"))
            return redirect("staff-accounts")
        if posted is not None and form.is_valid():
            about = form.cleaned_data
            actions.register_account(
                staff_id=int(about["person"]),
                number=about["number"],
                whose=about["whose"],
                on=today,
                by=staff,
            )
            messages.success(request, gettext("已登记。"))
            return redirect("staff-accounts")
        status = 400 if posted is not None else 200
    except (NotFound, StaleState) as refusal:
        problems, status = (str(refusal),), 409
    rows = StaffAccount.objects.visible_to(staff).standing().select_related("staff", "recorded_by")
    context = {
        "rows": [(one, f"…{one.number[-4:]}") for one in rows.order_by("staff__name", "pk")[:500]],
        "form": form,
        "problems": problems,
    }
    return render(request, "payments/staff_accounts.html", context, status=status)
