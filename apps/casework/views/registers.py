"""登记的页面: an application of a known household, near relatives, draws."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework import actions, sampled
from apps.casework.models import CASEWORKERS, Application, Draw, NearRelative
from apps.casework.programme import PROGRAMMES
from apps.casework.register_forms import (
    SEED_BITS,
    ApplyForm,
    DrawForm,
    RelativeForm,
    sampled_programmes,
)
from apps.households.models import Household, Member
from apps.households.profile import profile
from apps.offices.models import Division, Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, clash, kept

PAGE = 50
Refusal = (NotAllowed, actions.Refused)


def home_of(staff: Staff, number: str) -> Household:
    """A household inside the territory; NotFound otherwise, without saying which."""
    found = Household.objects.visible_to(staff).filter(number=number).first()
    if found is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    return found


def _said(form: forms.Form, refusal: Exception) -> tuple[tuple[str, ...], int]:
    """A refusal put at its box, else as words of the page; the status."""
    status = 403 if isinstance(refusal, NotAllowed) else 400
    field = getattr(refusal, "field", "")
    if field in form.fields:
        form.add_error(field, str(refusal))
        return (), status
    return (str(refusal),), status


def adding(what: str, rows: Sequence[str], kind: str, pk: int) -> Record:
    """What stands where a row is only added: whoever adds one sees those of others first."""
    return Record({what: list(rows)}, kind, pk)


def done(
    form: forms.Form, act: Callable[[dict[str, Any]], object]
) -> tuple[tuple[str, ...], int] | None:
    """Do the act of a valid form; None when it is done, else what is wrong and the status."""
    if not form.is_valid():
        return (), 400
    try:
        act(form.cleaned_data)
    except Refusal as refusal:
        return _said(form, refusal)
    return None


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def apply_known(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """为已建户的家庭申请: a programme for the household or one of its members."""
    home, today = home_of(staff, number), timezone.localdate()
    known = profile(home, today)
    persons = [(member.person_id, member.name) for member in known.members if not member.gone]
    posted = request.POST if request.method == "POST" else None
    form = ApplyForm(posted, persons=persons, today=today)
    problems: tuple[str, ...] = ()
    status = 200
    if posted is not None:
        made: list[Application] = []
        outcome = done(form, lambda data: made.append(_apply(home, staff, data)))
        if outcome is None:
            messages.success(
                request,
                gettext("已登记{programme}的申请。").format(
                    programme=PROGRAMMES[made[0].programme].name
                ),
            )
            return redirect("application", pk=made[0].pk)
        problems, status = outcome
    context = {
        "home": home,
        "profile": known,
        "form": form,
        "problems": problems,
        "may_apply": staff.role in CASEWORKERS,
    }
    return render(request, "casework/apply_known.html", context, status=status)


def _apply(home: Household, by: Staff, data: dict[str, Any]) -> Application:
    return actions.apply(
        data["programme"],
        household_id=home.pk,
        person_id=data["person"],
        on=data["on"],
        by=by,
        basis=data["basis"],
        track=data["track"],
        found=data["found"],
    )


@for_casework
@require_safe
def relatives(request: HttpRequest, staff: Staff) -> HttpResponse:
    """近亲属备案: all that is registered in the territory, the newest in front."""
    rows = NearRelative.objects.visible_to(staff).select_related("person", "staff", "registered_by")
    text = request.GET.get("q", "").strip()[:60]
    if text:
        rows = rows.filter(person__name__contains=text)
    page = Paginator(rows.order_by("-on", "-pk"), PAGE).get_page(request.GET.get("page"))
    homes = _homes_of(staff, [row.person_id for row in page.object_list])
    rows_shown = [(row, homes.get(row.person_id, "")) for row in page.object_list]
    context = {"page": page, "rows": rows_shown, "text": text}
    return render(request, "casework/relatives.html", context)


def _homes_of(staff: Staff, persons: list[int]) -> dict[int, str]:
    """The number of the household in sight where each was last known to live (one query)."""
    stays = Member.objects.known_now().filter(
        person_id__in=persons, household__division__startswith=staff.division
    )
    return dict(stays.order_by("period").values_list("person_id", "household__number"))


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def relatives_of_home(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """一户的近亲属备案: what is registered of its members, and one more."""
    home, today = home_of(staff, number), timezone.localdate()
    known = profile(home, today)
    persons = [(member.person_id, member.name) for member in known.members]
    posts = Staff.objects.filter(active=True, division__startswith=staff.division[:6])
    posted = request.POST if request.method == "POST" else None
    form = RelativeForm(
        posted, persons=persons, posts=list(posts.order_by("name", "pk")), today=today
    )
    problems: tuple[str, ...] = ()
    status, at, now = 200, timezone.localtime(), {WHOLE: _related(persons)}
    met = clash(form, now, by=staff, at=at) if posted is not None else None
    if met is not None:
        status = 409
    elif posted is not None:
        outcome = done(form, lambda data: _relate(staff, data))
        if outcome is None:
            messages.success(request, gettext("已备案，这一户的申请须由县级入户核查并作决定。"))
            return redirect("relatives-of-home", number=number)
        problems, status = outcome
    mine = NearRelative.objects.filter(person_id__in=[pk for pk, _ in persons])
    context = {
        "home": home,
        "profile": known,
        "form": form,
        "problems": problems,
        "sight": met or kept(request.POST, now, at),
        "may_register": staff.role in CASEWORKERS,
        "rows": [
            (row, "")
            for row in mine.select_related("person", "staff", "registered_by").order_by(
                "-on", "-pk"
            )
        ],
    }
    return render(request, "casework/relatives_of_home.html", context, status=status)


def _related(persons: list[tuple[int, str]]) -> Record:
    """Whose relatives are on record already."""
    rows = NearRelative.objects.filter(person_id__in=[pk for pk, _ in persons]).order_by("pk")
    said = [
        f"{one.on} {one.person.name} {one.get_relation_display()} "
        f"{one.staff.name if one.staff else one.official}"
        for one in rows.select_related("person", "staff")
    ]
    last = rows.last()
    return adding(gettext("已备案"), said, "casework.nearrelative", last.pk if last else 0)


def _relate(by: Staff, data: dict[str, Any]) -> NearRelative:
    return actions.register_relative(
        person_id=data["person"],
        relation=data["relation"],
        on=data["on"],
        by=by,
        staff_id=data["staff"],
        official=data["official"],
    )


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def sampling(request: HttpRequest, staff: Staff) -> HttpResponse:
    """随机抽查: what waits to be drawn among, the draws so far, and one more (R-TK-06)."""
    today = timezone.localdate()
    townships = sampled.townships(staff)
    posted = request.POST if request.method == "POST" else None
    form = DrawForm(posted, townships=townships)
    problems: tuple[str, ...] = ()
    status = 200
    if posted is not None:
        made: list[Draw] = []
        outcome = done(form, lambda data: made.append(_draw(staff, today, data)))
        if outcome is None:
            return redirect("draw", pk=made[0].pk)
        problems, status = outcome
    names = {one.code: one.name for one in townships}
    rows = Draw.objects.visible_to(staff).select_related("by").order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "problems": problems,
        "may_draw": staff.role in sampled.COUNTY,
        "waiting": sampled.waiting_by_township(sampled_programmes(), staff, today, names),
        "page": page,
        "rows": [sampled.told(one, names) for one in page.object_list],
    }
    return render(request, "casework/sampling.html", context, status=status)


def _draw(by: Staff, today: dt.date, data: dict[str, Any]) -> Draw:
    seed = data["seed"] if data["seed"] is not None else secrets.randbits(SEED_BITS)
    return actions.draw_sample(data["programme"], data["township"], on=today, by=by, seed=seed)


@for_casework
@require_safe
def draw(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一次抽查: all that stood in the pool, who was drawn, and the proof by the seed."""
    found = Draw.objects.visible_to(staff).select_related("by").filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这次抽查，或不在您的管辖范围内。"))
    names = dict(Division.objects.filter(code=found.township).values_list("code", "name"))
    pool = sampled.pool_of(found)
    context = {
        "draw": sampled.told(found, names),
        "again": sampled.drawn_of(found.pool, found.rate, found.seed) == found.drawn,
        "pool": pool,
        "states": sorted(Counter(row.state for row in pool if row.drawn).items()),
    }
    return render(request, "casework/draw.html", context)
