"""查找、试算与项目的页面: search, trials, programmes and how they relate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.casework.assess import ordered
from apps.casework.drafts import searched
from apps.casework.examples import examples, work
from apps.casework.forms import TrialForm
from apps.casework.found import programmes_held
from apps.casework.helping import card_facts, standards_now
from apps.casework.matrix import LEGEND, matrix
from apps.casework.models import CASEWORKERS
from apps.casework.programme import PROGRAMMES
from apps.casework.trial import trial
from apps.households.models import Household
from apps.households.profile import profile
from apps.households.search import LIMIT, search
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework, for_staff
from apps.standards.models import current_book
from apps.standards.saying import UNSET
from apps.units.id_number import BadIdNumber
from apps.units.months import month_of

PALETTE = 8  # people shown below the search box


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
    palette = request.headers.get("HX-Request") == "true"
    rows = [
        (hit, [*held.get(hit.person_id, []), *held.get(-hit.household_id, [])])
        for hit in (found.hits[:PALETTE] if palette else found.hits)
    ]
    context = {
        "text": text,
        "found": found,
        "rows": rows,
        "limit": LIMIT,
        "may_register": staff.role in CASEWORKERS,
        "brings": bool(searched(text)),
    }
    name = "casework/search_palette.html" if palette else "casework/search.html"
    return render(request, name, context)


@for_casework
@require_safe
def household_trial(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """试算: any programme and month for this household, nothing written."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
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
        raise NotFound(gettext("没有这个项目。"))
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
