"""动态管理的页面: reviews, endings, custody, and the pages on which one act is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.casework.listing import heads_of
from apps.casework.models import CASEWORKERS, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.households.models import Household, Member
from apps.offices.doors.gate import acts, confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Sight, chosen, clash, lost, settled, sight
from apps.reviews import actions, award_page, pages
from apps.reviews.actions.naming import BINDING, act_of
from apps.reviews.forms import NewCustody
from apps.reviews.models import Custody, Review, Termination
from apps.reviews.on_record import recorded

SHOWN = 50
Build = Callable[[Staff, int, dt.date], pages.Page]


def _page(request: HttpRequest, staff: Staff, pk: int, build: Build) -> HttpResponse:
    """A page with its acts; a POST does one of them, and says on the page what was refused."""
    today = timezone.localdate()
    page = build(staff, pk, today)
    if request.method != "POST":
        return _shown(request, page)
    code, at = request.POST.get("act", ""), timezone.localtime()
    offer = next((one for one in page.offers if one.code == code), None)
    record = recorded(page, code)
    if offer is None:
        words = (gettext("这一步现在不能办理，请刷新页面后再看。"),)
        typed = lost(request.POST, code, record, by=staff, at=at)
        return _shown(request, page, problems=words, status=409, gone=typed)
    form = offer.form(request.POST, prefix=code)
    met = clash(form, {WHOLE: record}, by=staff, at=at)
    if met is not None:
        return _shown(request, page, form, code, status=409, met=met)
    form = offer.form(chosen(request.POST, record, code), prefix=code)
    if not form.is_valid():
        return _shown(request, page, form, code, status=400)
    if settled(form, record):
        messages.info(request, gettext("与现在的登记一样，没有再登记一次。"))
        return redirect(request.path)
    return _done(request, staff, page, form, code)


def _done(
    request: HttpRequest, staff: Staff, page: pages.Page, form: forms.Form, code: str
) -> HttpResponse:
    do, done = act_of(code)
    try:
        do(page.pk, staff, timezone.localdate(), form.cleaned_data)
    except (NotAllowed, StaleState, ValueError) as refusal:
        status = {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
        return _shown(request, page, form, code, (str(refusal),), status)
    messages.success(request, done)
    return redirect(request.path)


def _shown(
    request: HttpRequest,
    page: pages.Page,
    bound: forms.Form | None = None,
    code: str = "",
    problems: tuple[str, ...] = (),
    status: int = 200,
    met: Sight | None = None,
    gone: Sight | None = None,
) -> HttpResponse:
    offers = []
    for one in page.offers:
        mine = bound is not None and one.code == code
        asks = bound if bound is not None and mine else one.form(prefix=one.code)
        offers.append((one, asks, met if mine and met else _seen(page, one, asks)))
    form = None if met else bound
    context = {"page": page, "offers": offers, "form": form, "problems": problems, **page.lists}
    return render(request, "reviews/page.html", context | {"gone": gone}, status=status)


def _seen(page: pages.Page, offer: pages.Offer, asks: forms.Form) -> Sight | None:
    """What the form of an act remembers of the page; none where this post does not have it."""
    if offer.why_not:
        return None
    return sight({WHOLE: recorded(page, offer.code)}, timezone.localtime(), asks)


def _single(build: Build) -> Callable[..., HttpResponse]:
    """The view of a page about one thing."""

    @for_casework
    @confirmed(acts(*BINDING))
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
        return _page(request, staff, pk, build)

    return view


award = _single(award_page.award)
review = _single(pages.review)
termination = _single(pages.termination)
life = _single(pages.life)
remind = _single(pages.remind)
serve = _single(pages.serve)
screen = _single(pages.screen)
custody_one = _single(pages.custody)
application_clocks = _single(pages.application_clocks)


@for_casework
@require_POST
def certify(request: HttpRequest, staff: Staff) -> HttpResponse:
    """批量登记认证: the ticked rows of the worklist, all or none."""
    keys = request.POST.getlist("task")
    wanted = [key.removeprefix("life-") for key in keys if key.startswith("life-")]
    try:
        if len(wanted) != len(keys):
            raise actions.Refused(gettext("勾选的事项不是同一类，请在“生存认证”一栏中勾选。"))
        numbers = [int(text[:18]) for text in wanted if text.isdecimal()]
        count = actions.certify(numbers, on=timezone.localdate(), by=staff)
    except (NotAllowed, NotFound, actions.Refused) as refusal:
        messages.error(request, str(refusal))
        return redirect("/?queue=life")
    messages.success(request, gettext("已登记{count}人今日认证。").format(count=count))
    return redirect("/?queue=life")


@for_casework
@require_safe
def reviews(request: HttpRequest, staff: Staff) -> HttpResponse:
    """定期核查: those that are open, the first due in front, a page at a time by key."""
    rows = Review.objects.visible_to(staff).filter(state="open")
    due, _, last = request.GET.get("after", "").partition("~")
    if last.isdecimal() and (day := parse_date(due)):
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=int(last[:18])))
    people = ("entitlement__household", "entitlement__person")
    found = list(rows.select_related(*people).order_by("due_on", "pk")[: SHOWN + 1])
    more = found[SHOWN - 1] if len(found) > SHOWN else None
    heads = heads_of({one.entitlement.household_id for one in found})
    context = {
        "rows": [
            (one, PROGRAMMES[one.entitlement.programme].short, _called(one.entitlement, heads))
            for one in found[:SHOWN]
        ],
        "today": timezone.localdate(),
        "next": f"?after={more.due_on}~{more.pk}" if more else "",
    }
    return render(request, "reviews/reviews.html", context)


def _called(award: Entitlement, heads: dict[int, str]) -> str:
    """Whom a review is about: the person, or the household by its applicant."""
    return (
        award.person.name
        if award.person
        else gettext("{head}户").format(head=heads.get(award.household_id, ""))
    )


@for_casework
@require_safe
def terminations(request: HttpRequest, staff: Staff) -> HttpResponse:
    """终止: announced endings that are running, and the newest that are over."""
    people = ("entitlement__household", "entitlement__person", "prepared_by")
    rows = Termination.objects.visible_to(staff).select_related(*people)
    context = {
        "running": rows.filter(state="noticed").order_by("notice_ends")[:SHOWN],
        "over": rows.filter(state__in=("stopped", "dropped")).order_by("-pk")[:SHOWN],
        "today": timezone.localdate(),
    }
    return render(request, "reviews/terminations.html", context)


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def custody(request: HttpRequest, staff: Staff) -> HttpResponse:
    """代管登记: the register, and the form for one more."""
    if request.method != "POST":
        return _custody(request, staff, NewCustody())
    form = NewCustody(request.POST)
    if not form.is_valid():
        return _custody(request, staff, form, status=400)
    data = dict(form.cleaned_data)
    try:
        home, person = _holder(staff, data.pop("number"), data.pop("name"))
        made = actions.record_custody(
            household_id=home, person_id=person, on=timezone.localdate(), by=staff, **data
        )
    except (NotAllowed, actions.Refused) as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 400
        return _custody(request, staff, form, (str(refusal),), status)
    messages.success(request, gettext("已登记代管，待县级备案。"))
    return redirect("custody-one", pk=made.pk)


def _holder(staff: Staff, number: str, name: str) -> tuple[int, int]:
    """The household of a number and its member of a name; Refused in words otherwise."""
    home = Household.objects.visible_to(staff).filter(number=number.strip()).first()
    if home is None:
        raise actions.Refused(gettext("没有这个户编号，或不在您的管辖范围内，请核对。"))
    members = Member.objects.known_now().filter(household=home, person__name=name.strip())
    found = members.values_list("person_id", flat=True).first()
    if found is None:
        raise actions.Refused(
            gettext("该户没有名叫“{name}”的成员，请核对。").format(name=name.strip())
        )
    return home.pk, found


def _custody(
    request: HttpRequest,
    staff: Staff,
    form: NewCustody,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    rows = Custody.objects.visible_to(staff).select_related("household", "person")
    ended = request.GET.get("ended") == "1"
    after = request.GET.get("after", "")
    rows = rows.filter(ended_on__isnull=not ended)
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after[:18]))
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    more = found[SHOWN - 1].pk if len(found) > SHOWN else None
    context = {
        "rows": found[:SHOWN],
        "ended": ended,
        "form": form,
        "problems": problems,
        "may_record": staff.role in CASEWORKERS,
        "next": f"?ended={int(ended)}&after={more}" if more else "",
    }
    return render(request, "reviews/custody.html", context, status=status)
