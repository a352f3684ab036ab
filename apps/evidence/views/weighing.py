"""采信与评议的页面: the four figures side by side, the property test, the assessment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.casework.models import StepTaken
from apps.evidence import actions
from apps.evidence.actions import Held, Reported
from apps.evidence.forms import About, Adopt, Assess, Declare, Find, Nothing, told_of
from apps.evidence.holdings import standard
from apps.evidence.models import Assessment
from apps.evidence.on_record import figure_of, of_assessment, of_figures
from apps.evidence.panels import compare_panel, newest_verified
from apps.evidence.views.acting import Page, Way, about_application, head, in_hand, page
from apps.households.models import Fact, Household
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.units.language import lazy as _


def _declare(about: About, _thing: None, data: dict[str, Any]) -> object:
    return actions.declare(about.pk, Reported(**told_of(data)), on=about.on, by=about.staff)


def _adopt(about: About, _thing: None, data: dict[str, Any]) -> object:
    told = Reported(**told_of(data))
    return actions.adopt(about.pk, told, data["source"], on=about.on, by=about.staff)


def _find(about: About, _thing: None, data: dict[str, Any]) -> object:
    return actions.find_property(
        about.pk,
        data["line"],
        passed=data["passed"] == "yes",
        reason=data["reason"],
        on=about.on,
        by=about.staff,
    )


COMPARE_WAYS = {
    "declare": Way(Declare, _declare, _("已登记申报。"), subject=figure_of, open=in_hand),
    "adopt": Way(Adopt, _adopt, _("已采信。"), "declare", subject=figure_of, open=in_hand),
    "find": Way(
        Find,
        _find,
        _("已登记财产认定。"),
        subject=lambda typed: str(typed.get("line", "")),
        open=in_hand,
    ),
    "conclude": Way(
        Nothing,
        lambda a, _t, _d: actions.conclude_property(a.pk, on=a.on, by=a.staff),
        _("已登记财产核查结论。"),
        open=in_hand,
    ),
}


@for_casework
@require_safe
def at_home(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """申报、核对、入户、采信 for the household's page; without scripts the application's own."""
    home = Household.objects.visible_to(staff).filter(number=number).first()
    one = newest_verified(home, timezone.localdate()) if home else None
    if one is None:
        raise NotFound(gettext("这一户没有需要核对的申请，或不在您的管辖范围内。"))
    if request.headers.get("HX-Request") != "true":
        return redirect("application-compare", pk=one.pk)
    panel = compare_panel(staff, one, timezone.localdate())
    return render(request, "evidence/panel_compare.html", {"panel": panel})


def _compare(about: About, _thing: None) -> dict[str, Any]:
    assert about.application is not None
    panel = compare_panel(about.staff, about.application, about.on)
    top = head(about, "application-compare")
    facts = Fact.objects.known_now().filter(kind="property", household=about.home)
    return {
        **top,
        "panel": {**panel, "acting": top["may_act"]},
        "decided": facts.order_by("-on", "-pk").first(),
        "window": standard("income_window_months", about.on),
        "undecided": sum(line.passed is None for line in panel["property"]),
        "declare_form": Declare(about=about),
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """申报、核对、入户、采信: each line adopted by an act of its own."""
    about = about_application(staff, pk)
    whole = Page(COMPARE_WAYS, _compare, "evidence/compare.html", of_figures)
    return page(request, about, None, whole)


def _assess(about: About, _thing: None, data: dict[str, Any]) -> object:
    held = Held(**{name: data[name] for name in Held._fields})
    return actions.record_assessment(
        about.pk,
        held,
        recorded_on=about.on,
        by=about.staff,
        document_id=int(data["document"]) if data["document"] else None,
    )


def _disputed(about: About, _thing: None) -> bool:
    """Whether an objection waits for an assessment."""
    return about.application is not None and about.application.state == "disputed"


ASSESS_WAYS = {"assess": Way(Assess, _assess, _("已登记民主评议。"), open=_disputed)}


def _assessment(about: About, _thing: None) -> dict[str, Any]:
    objections = StepTaken.objects.filter(application=about.application, code="object")
    rows = Assessment.objects.filter(application=about.application)
    return {
        **head(about, "application-assessment"),
        "objection": objections.order_by("-pk").first(),
        "assessments": list(rows.select_related("recorded_by", "document").order_by("-pk")),
        "quorum": standard("assessment_quorum", about.on),
        "rate": standard("assessment_residents_rate", about.on),
        "assess_form": Assess(about=about),
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """民主评议: only after an objection (R-DB-19)."""
    about = about_application(staff, pk)
    whole = Page(ASSESS_WAYS, _assessment, "evidence/assessment.html", of_assessment)
    return page(request, about, None, whole)
