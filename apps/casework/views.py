"""案件与项目的页面: search, applications and decisions, trials, programmes and how they relate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.casework import actions
from apps.casework.assess import ordered
from apps.casework.beginning import Terms, first_month
from apps.casework.examine import first_failed
from apps.casework.examples import examples, work
from apps.casework.forms import DecisionForm, TrialForm
from apps.casework.found import programmes_held
from apps.casework.helping import card_facts, standards_now
from apps.casework.matrix import LEGEND, matrix
from apps.casework.models import Application, Decision
from apps.casework.outcome import Test
from apps.casework.perms import may_decide, why_not_decide
from apps.casework.programme import PROGRAMMES
from apps.casework.trial import Trial, trial
from apps.casework.words import BASES
from apps.households.models import Household
from apps.households.profile import profile
from apps.households.search import LIMIT, search
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework, for_staff
from apps.standards.models import current_book
from apps.standards.saying import UNSET
from apps.units.id_number import BadIdNumber
from apps.units.months import Month, month_of

APPLICATIONS_SHOWN = 50
STATES = {
    "submitted": "已申请",
    "accepted": "已受理",
    "confirmed": "已确认",
    "rejected": "不予确认",
}


@for_casework
@require_safe
def find(request: HttpRequest, staff: Staff) -> HttpResponse:
    """查找: people by name, pinyin, ID tail or household number, inside the territory."""
    text = request.GET.get("q", "")[:60]
    found = search(text, staff)
    month = month_of(timezone.localdate())
    held = programmes_held(
        [hit.person_id for hit in found.hits], [hit.household_id for hit in found.hits], month
    )
    rows = [
        (hit, [*held.get(hit.person_id, []), *held.get(-hit.household_id, [])])
        for hit in found.hits
    ]
    context = {"text": text, "found": found, "rows": rows, "limit": LIMIT}
    return render(request, "casework/search.html", context)


@for_casework
@require_safe
def applications(request: HttpRequest, staff: Staff) -> HttpResponse:
    """申请: those being dealt with first, a page at a time by number."""
    state = request.GET.get("state", "")
    after = request.GET.get("after", "")
    mine = Application.objects.visible_to(staff).select_related("household", "person")
    mine = mine.filter(state=state) if state in STATES else mine.filter(state__in=OPEN)
    if after.isdecimal():
        mine = mine.filter(pk__gt=int(after[:18]))
    rows = list(mine.order_by("pk")[: APPLICATIONS_SHOWN + 1])
    more = len(rows) > APPLICATIONS_SHOWN
    rows = rows[:APPLICATIONS_SHOWN]
    following = f"?state={state}&after={rows[-1].pk}" if more else ""
    context = {
        "rows": [(row, PROGRAMMES[row.programme].name) for row in rows],
        "state": state,
        "states": STATES,
        "next": following,
    }
    return render(request, "casework/applications.html", context)


OPEN = ("submitted", "accepted")


@for_casework
@require_safe
def application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """审批: the tests of an application said aloud, the first month's amount, the decision."""
    return _application(request, staff, _find(staff, pk), DecisionForm())


def _find(staff: Staff, pk: int) -> Application:
    people = ("household", "person", "prepared_by")
    found = Application.objects.visible_to(staff).select_related(*people).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这份申请，或不在您的管辖范围内。")
    return found


def _application(
    request: HttpRequest,
    staff: Staff,
    found: Application,
    form: DecisionForm,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    deciding = found.state in OPEN
    terms = form.terms() if form.is_bound and form.is_valid() else Terms()
    tests = actions.examine(found.pk, on=today, terms=terms) if deciding else []
    decided = Decision.objects.filter(application=found).select_related("decided_by").first()
    card = PROGRAMMES[found.programme]
    context = {
        "application": found,
        "card": card,
        "basis": BASES.get(found.basis, found.basis),
        "profile": profile(found.household, today),
        "tests": [Test(*test) for test in decided.findings] if decided else tests,
        "failed": first_failed(tests),
        "tried": _tried(found, staff, first_month(card, found, terms, today)) if deciding else None,
        "decided": decided,
        "why_not": why_not_decide(found, staff),
        "may_decide": may_decide(staff),
        "form": form,
        "boxes": [form[name] for name in form.fields_for(found.programme)],
        "problems": problems,
    }
    return render(request, "casework/application.html", context, status=status)


def _tried(found: Application, staff: Staff, month: Month) -> Trial | None:
    """What the award would come to in its first month; None when that cannot be tried."""
    if not PROGRAMMES[found.programme].rules:
        return None
    try:
        return trial(
            programme=found.programme,
            month=month,
            household_id=found.household_id,
            person_id=found.person_id,
            by=staff,
        )
    except ValueError:
        return None


@for_casework
@require_POST
def decide(request: HttpRequest, staff: Staff, pk: int, verb: str) -> HttpResponse:
    """确认 or 不予确认; what is refused is said on the page, with nothing changed."""
    found = _find(staff, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _application(request, staff, found, form, status=400)
    today = timezone.localdate()
    tests = actions.examine(pk, on=today, terms=form.terms())
    try:
        if verb == "confirm":
            actions.confirm(pk, on=today, by=staff, terms=form.terms(), findings=tests)
        else:
            failed = first_failed(tests)
            reason = form.cleaned_data["reason"] or (failed.code if failed else "")
            actions.reject(pk, on=today, by=staff, reason=reason, findings=tests)
    except (NotAllowed, StaleState, actions.Refused) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        return _application(request, staff, _find(staff, pk), form, (str(refusal),), status)
    messages.success(request, "已确认。" if verb == "confirm" else "已作出不予确认的决定。")
    return redirect("application", pk=pk)


@for_casework
@require_safe
def household_trial(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """试算: any programme and month for this household, nothing written."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    if home is None:
        raise NotFound("没有找到这一户，或不在您的管辖范围内。")
    known = profile(home, timezone.localdate())
    persons = [(member.person_id, member.name) for member in known.members]
    form = TrialForm(request.GET, persons=persons)
    tried, problems = None, []
    if form.is_valid():
        data = form.cleaned_data
        try:
            tried = trial(
                programme=data["programme"],
                month=data["month"],
                household_id=home.pk,
                person_id=data["person"],
                standards=data["drafts"],
                by=staff,
            )
        except (ValueError, BadIdNumber) as fault:
            problems = [str(fault)]
    context = {
        "home": home,
        "profile": known,
        "form": form,
        "tried": tried,
        "card": PROGRAMMES[tried.programme] if tried else None,
        "problems": problems,
    }
    part = request.headers.get("HX-Request") == "true"
    name = "casework/trial_part.html" if part else "casework/trial.html"
    return render(request, name, context)


@for_staff
@require_safe
def programmes(request: HttpRequest, _staff: Staff) -> HttpResponse:
    """项目与关系: every programme, and the matrix read off the cards."""
    cards = ordered(PROGRAMMES.values())
    context = {"cards": cards, "rows": matrix(cards), "legend": LEGEND}
    return render(request, "casework/programmes.html", context)


@for_staff
@require_safe
def programme(request: HttpRequest, _staff: Staff, code: str) -> HttpResponse:
    """一个项目: its law, when it starts and stops, its standards now, its examples worked."""
    card = PROGRAMMES.get(code)
    if card is None:
        raise NotFound("没有这个项目。")
    month = month_of(timezone.localdate())
    cards = ordered(PROGRAMMES.values())
    row = next(row for row in matrix(cards) if row.card.code == code)
    standards = standards_now(card, current_book(), month)
    context = {
        "card": card,
        "facts": card_facts(card),
        "standards": [one for one in standards if one.words != UNSET],
        "unset": list(dict.fromkeys(one.label for one in standards if one.words == UNSET)),
        "month": month,
        "relations": [
            (other, cell)
            for other, cell in zip(cards, row.cells, strict=True)
            if other.code != code and cell.signs not in (("∥",), ("st",))
        ],
        "worked": [
            (one.example, one.working.lines, one.outcome.fen, one.agrees)
            for one in map(work, examples())
            if one.example.programme == code
        ],
    }
    return render(request, "casework/programme.html", context)
