"""养老服务的页面: the month's quotas, one elder's month, settlements with providers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework.models import Entitlement
from apps.casework.procedures import COUNTY
from apps.elderly_allowances import actions
from apps.elderly_allowances.forms import (
    CancelForm,
    OrderForm,
    PriceForm,
    ProviderForm,
    ReturnForm,
    ReverseForm,
    SettleForm,
    VisitForm,
)
from apps.elderly_allowances.models import (
    ServiceOrder,
    ServiceProvider,
    ServiceSettlement,
    Visit,
)
from apps.elderly_allowances.on_record import (
    of_month,
    of_prices,
    of_settlement,
    over,
    price_of,
)
from apps.elderly_allowances.quota import PROGRAMME, spent
from apps.elderly_allowances.settling import as_csv, visits_of
from apps.households.listing import places
from apps.offices.actions import note_export
from apps.offices.doors.gate import acts, confirmed
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.offices.sight import WHOLE, Record, Sight, chosen, clash, kept, left, settled, sight
from apps.units.language import month_words
from apps.units.months import Month, month_code, month_of, parse_month

SHOWN = 30
DONE = 302
PAGE = ("GET", "HEAD", "POST")


def _month(text: str) -> Month:
    try:
        return parse_month(text)
    except ValueError:
        return month_of(timezone.localdate())


def _tried(act: Callable[[], object]) -> tuple[str, int]:
    """What an act was refused for, with the status of the page; nothing and 200 when it is done."""
    try:
        act()
    except (NotAllowed, StaleState, ValueError) as refusal:
        return str(refusal), {NotAllowed: 403, StaleState: 409}.get(type(refusal), 400)
    return "", 200


class Came(NamedTuple):
    """What came of a POST: its form again, why it was not carried out, and the status."""

    form: Form
    problem: str = ""
    status: int = 200
    met: Sight | None = None

    @property
    def done(self) -> bool:
        """Whether the act was done."""
        return self.status == DONE


def _filed(
    request: HttpRequest,
    staff: Staff,
    make: Callable[[Any], Form],
    known: dict[str, Record],
    act: Callable[[dict[str, Any]], object],
    subject: str = WHOLE,
) -> Came:
    """Do the act of a form, unless somebody else has moved what its page showed."""
    form, now = make(request.POST), known.get(subject)
    met = clash(form, known, subject=subject, by=staff, at=timezone.localtime())
    if met is not None:
        return Came(form, "", 409, met)
    form = make(chosen(request.POST, now))
    if not form.is_valid():
        return Came(form, gettext("请检查填写的内容：缺少必填项或格式不对。"), 400)
    if settled(form, now):
        return Came(form, status=DONE)
    problem, status = _tried(lambda: act(dict(form.cleaned_data)))
    return Came(form, problem, status if problem else DONE)


def _sights(
    request: HttpRequest, known: dict[str, dict[str, Record]], act: str, came: Came | None
) -> dict[str, Sight]:
    """What the forms of a page remember, the one that was sent as it came."""
    at = timezone.localtime()
    found = {code: sight(records, at) for code, records in known.items()}
    if act in found and came is not None:
        found[act] = came.met or kept(request.POST, known[act], at)
    return found


@for_casework
@require_safe
def services(request: HttpRequest, staff: Staff) -> HttpResponse:
    """养老服务: each elder's quota of the month, used and left; by township."""
    month, township = _month(request.GET.get("month", "")), request.GET.get("township", "")
    mine = Entitlement.objects.visible_to(staff).of(PROGRAMME).payable_in(month)
    if township.isdecimal():
        mine = mine.filter(household__division__startswith=township)
    people = mine.select_related("household", "person").order_by("household__division", "pk")
    page = Paginator(people, SHOWN).get_page(request.GET.get("page"))
    context = {
        "month": month_code(month),
        "month_words": month_words(month),
        "township": township,
        "townships": places(staff, "")[0],
        "page": page,
        "rows": spent(list(page.object_list), month),
    }
    return render(request, "elderly_allowances/services.html", context)


@for_casework
@require_http_methods(PAGE)
def elder(request: HttpRequest, staff: Staff, pk: int, code: str) -> HttpResponse:
    """一位老人的一个月: order, record a visit, put a mistake right."""
    month, today = _month(code), timezone.localdate()
    mine = Entitlement.objects.visible_to(staff).of(PROGRAMME).filter(pk=pk)
    award = mine.select_related("household", "person").first()
    if award is None:
        raise NotFound(gettext("没有找到这项养老服务补贴，或不在您的管辖范围内。"))
    orders, act = _orders(award, month), request.POST.get("act", "")
    first = {"day": today} if month == month_of(today) else {}
    make: dict[str, Callable[[Any], Form]] = {
        "order": OrderForm,
        "visit": partial(VisitForm, orders=orders, initial=first),
        "reverse": ReverseForm,
        "cancel": CancelForm,
    }
    shown = _shown(award, month, orders)
    known = of_month(award, orders, shown["visits"])
    came = gone = None
    if act in make:

        def do(data: dict[str, Any]) -> None:
            _act(act, data | {"row": _row(request)}, award, month, staff, today)

        gone = over(act, _row(request))
        came = _gone(make[act], request) if gone else None
        came = came or _filed(request, staff, make[act], known.get(act, {}), do)
        if came.done:
            messages.success(request, gettext("已登记。"))
            return redirect(request.path)
    context = {
        **shown,
        **{
            f"{code}_form": came.form if came and act == code else make[code](None)
            for code in known
        },
        "may_order": staff.role in actions.ORDERERS,
        "may_record": staff.role in actions.RECORDERS,
        **_told(request, staff, known, came, gone),
    }
    status = came.status if came else 400 if request.method == "POST" else 200
    return render(request, "elderly_allowances/elder.html", context, status=status)


def _row(request: HttpRequest) -> int:
    """The order or the visit a form is about."""
    text = request.POST.get("visit", "") or request.POST.get("order", "")
    return int(text[:18]) if text.isdecimal() else 0


def _gone(make: Callable[[Any], Form], request: HttpRequest) -> Came:
    return Came(make(request.POST), gettext("刚刚被他人办理，请看过现在的情况。"), 409)


def _told(
    request: HttpRequest,
    staff: Staff,
    known: dict[str, dict[str, Record]],
    came: Came | None,
    gone: Record | None = None,
) -> dict[str, Any]:
    """What a page says of a POST: why not, what its forms remember, what was typed in vain."""
    typed = left(came.form, gone, by=staff, at=timezone.localtime()) if came and gone else None
    return {
        "sights": _sights(request, known, request.POST.get("act", ""), came),
        "left": typed,
        "problems": [came.problem] if came and came.problem else [],
    }


def _orders(award: Entitlement, month: Month) -> list[ServiceOrder]:
    rows = ServiceOrder.objects.filter(quota__entitlement=award, quota__month=month)
    return list(rows.select_related("provider").prefetch_related("items__price").order_by("pk"))


def _shown(award: Entitlement, month: Month, orders: list[ServiceOrder]) -> dict[str, Any]:
    """What the elder's page says besides its forms."""
    visits = Visit.objects.filter(quota__entitlement=award, quota__month=month)
    undone = Exists(Visit.objects.filter(reverses=OuterRef("pk")))
    return {
        "award": award,
        "month": month_code(month),
        "month_words": month_words(month),
        "spent": spent([award], month)[0],
        "orders": orders,
        "visits": visits.annotate(undone=undone).select_related("price").order_by("day", "pk"),
    }


def _act(
    act: str, data: dict[str, Any], award: Entitlement, month: Month, by: Staff, on: dt.date
) -> None:
    """The one action a form of the elder's page asks for."""
    if act == "order":
        provider, item = data["price"].split("|", 1)
        actions.place_order(
            award.pk,
            month=month,
            provider_id=int(provider),
            items={item: data["times"]},
            on=on,
            by=by,
        )
    elif act == "visit":
        order, item = data.pop("line").split("|", 1)
        data.pop("row")
        actions.record_visit(int(order), item=item, on=on, by=by, **data)
    elif act == "cancel":
        actions.cancel_order(data["row"], reason=data["reason"], by=by)
    else:
        actions.reverse_visit(data["row"], reason=data["reason"], on=on, by=by)


@for_casework
@require_http_methods(PAGE)
def providers(request: HttpRequest, staff: Staff) -> HttpResponse:
    """服务机构与价格: under which contract who delivers, and what each item costs from when."""
    act = request.POST.get("act", "")
    make: dict[str, Callable[[Any], Form]] = {"provider": ProviderForm, "price": PriceForm}
    known = {"price": of_prices()}
    came: Came | None = None
    if act in make:
        came = _filed(
            request,
            staff,
            make[act],
            known.get(act, {}),
            lambda data: _provide(act, data, staff),
            price_of(request.POST) if act == "price" else WHOLE,
        )
    if came is not None and came.done:
        messages.success(request, gettext("已登记。"))
        return redirect("elder-providers")
    rows = ServiceProvider.objects.prefetch_related("prices").order_by("name")
    context = {
        "rows": [(one, sorted(one.prices.all(), key=lambda p: (p.item, p.since))) for one in rows],
        "provider_form": came.form if came and act == "provider" else ProviderForm(),
        "price_form": came.form if came and act == "price" else PriceForm(),
        "may_record": staff.role in COUNTY,
        **_told(request, staff, known, came),
    }
    status = came.status if came else 400 if request.method == "POST" else 200
    return render(request, "elderly_allowances/providers.html", context, status=status)


def _provide(act: str, data: dict[str, Any], by: Staff) -> object:
    if act == "provider":
        return actions.add_provider(by=by, **data)
    provider, fen = data.pop("provider"), data.pop("yuan")
    return actions.set_price(provider.pk, fen=fen, by=by, **data)


@for_casework
@require_http_methods(PAGE)
def settlements(request: HttpRequest, staff: Staff) -> HttpResponse:
    """机构结算: what was submitted, and submitting another."""
    form = SettleForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        problem, status = gettext("请选择服务机构和月份。"), 400
        if form.is_valid():
            data, today = form.cleaned_data, timezone.localdate()
            problem, status = _tried(
                lambda: actions.prepare_settlement(
                    data["provider"].pk, month=data["month"], on=today, by=staff
                )
            )
        if not problem:
            messages.success(request, gettext("已提交，待另一人审批。"))
            return redirect("elder-settlements")
    rows = ServiceSettlement.objects.visible_to(staff).select_related("provider", "prepared_by")
    page = Paginator(rows.order_by("-month", "-pk"), SHOWN).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "problems": [problem] if problem else []}
    return render(request, "elderly_allowances/settlements.html", context, status=status)


def _settlement(staff: Staff, pk: int) -> ServiceSettlement:
    mine = ServiceSettlement.objects.visible_to(staff).filter(pk=pk)
    found = mine.select_related("provider", "prepared_by", "decided_by").first()
    if found is None:
        raise NotFound(gettext("没有找到这份结算单，或不在您的管辖范围内。"))
    return found


@for_casework
@confirmed(acts("approve"))
@require_http_methods(PAGE)
def settlement(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一份结算单: its visits, and 审批 or 退回 by another person."""
    found, problem, status = _settlement(staff, pk), "", 200
    form, now, at = ReturnForm(request.POST or None), of_settlement(found), timezone.localtime()
    met = clash(form, {WHOLE: now}, by=staff, at=at) if request.method == "POST" else None
    gone = found.state != "prepared" and request.method == "POST"
    if gone:
        problem, status = gettext("这份结算单已经办理，请看过现在的情况。"), 409
    elif met is not None:
        status = 409
    elif request.method == "POST":
        problem, status = _tried(lambda: _decide(request.POST, pk, staff))
        if not problem:
            messages.success(request, gettext("已办理。"))
            return redirect("elder-settlement", pk=pk)
    context = {
        "settlement": found,
        "month_words": month_words(found.month),
        "visits": visits_of(found),
        "form": form,
        "sight": met or kept(request.POST, {WHOLE: now}, at),
        "left": left(form, now, by=staff, at=at) if gone else None,
        "problems": [problem] if problem else [],
    }
    return render(request, "elderly_allowances/settlement.html", context, status=status)


def _decide(asked: Any, pk: int, by: Staff) -> object:
    """审批, or 退回 with the reason."""
    today = timezone.localdate()
    if asked.get("act") == "approve":
        return actions.approve_settlement(pk, on=today, by=by)
    return actions.return_settlement(pk, reason=asked.get("reason", ""), on=today, by=by)


@for_casework
@confirmed()
@require_safe
def download(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """结算清单 as CSV."""
    found = _settlement(staff, pk)
    note_export(by=staff, kind="elderly.export", what="结算清单", count=len(visits_of(found)))
    answer = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    name = f"elder-service-{found.pk}-{month_code(found.month)}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
