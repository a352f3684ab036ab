"""养老服务的页面: the month's quotas, one elder's month, settlements with providers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

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
from apps.elderly_allowances.quota import PROGRAMME, spent
from apps.elderly_allowances.settling import as_csv, visits_of
from apps.households.listing import places
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound, StaleState
from apps.offices.perms import for_casework
from apps.units.language import month_words
from apps.units.months import Month, month_code, month_of, parse_month

SHOWN = 30
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
    orders = _orders(award, month)
    act = request.POST.get("act", "")
    first = {"day": today} if month == month_of(today) else {}
    forms: dict[str, Form] = {
        "order": OrderForm(request.POST if act == "order" else None),
        "visit": VisitForm(request.POST if act == "visit" else None, orders=orders, initial=first),
        "reverse": ReverseForm(request.POST if act == "reverse" else None),
        "cancel": CancelForm(request.POST if act == "cancel" else None),
    }
    problem, status = "", 200
    if request.method == "POST":
        problem, status = gettext("请检查填写的内容：缺少必填项或格式不对。"), 400
        if act in forms and forms[act].is_valid():
            row = request.POST.get("visit", "") or request.POST.get("order", "")
            data = {**forms[act].cleaned_data, "row": int(row) if row.isdecimal() else 0}
            problem, status = _tried(lambda: _act(act, data, award, month, staff, today))
        if not problem:
            messages.success(request, gettext("已登记。"))
            return redirect(request.path)
    context = {
        **_shown(award, month, orders),
        "order_form": forms["order"],
        "visit_form": forms["visit"],
        "may_order": staff.role in actions.ORDERERS,
        "may_record": staff.role in actions.RECORDERS,
        "problems": [problem] if problem else [],
    }
    return render(request, "elderly_allowances/elder.html", context, status=status)


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
    forms: dict[str, Form] = {
        "provider": ProviderForm(request.POST if act == "provider" else None),
        "price": PriceForm(request.POST if act == "price" else None),
    }
    problem, status = "", 200
    if request.method == "POST":
        problem, status = gettext("请检查填写的内容：缺少必填项或格式不对。"), 400
        if act in forms and forms[act].is_valid():
            data = dict(forms[act].cleaned_data)
            problem, status = _tried(lambda: _provide(act, data, staff))
        if not problem:
            messages.success(request, gettext("已登记。"))
            return redirect("elder-providers")
    rows = ServiceProvider.objects.prefetch_related("prices").order_by("name")
    context = {
        "rows": [(one, sorted(one.prices.all(), key=lambda p: (p.item, p.since))) for one in rows],
        "provider_form": forms["provider"],
        "price_form": forms["price"],
        "may_record": staff.role in COUNTY,
        "problems": [problem] if problem else [],
    }
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
@require_http_methods(PAGE)
def settlement(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """一份结算单: its visits, and 审批 or 退回 by another person."""
    found, problem, status = _settlement(staff, pk), "", 200
    if request.method == "POST":
        today, why = timezone.localdate(), request.POST.get("reason", "")
        problem, status = _tried(
            (lambda: actions.approve_settlement(pk, on=today, by=staff))
            if request.POST.get("act") == "approve"
            else (lambda: actions.return_settlement(pk, reason=why, on=today, by=staff))
        )
        if not problem:
            messages.success(request, gettext("已办理。"))
            return redirect("elder-settlement", pk=pk)
    context = {
        "settlement": found,
        "month_words": month_words(found.month),
        "visits": visits_of(found),
        "form": ReturnForm(),
        "problems": [problem] if problem else [],
    }
    return render(request, "elderly_allowances/settlement.html", context, status=status)


@for_casework
@require_safe
def download(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """结算清单 as CSV."""
    found = _settlement(staff, pk)
    answer = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    name = f"elder-service-{found.pk}-{month_code(found.month)}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
