"""核对的页面: the authorisations and requests of an application; one request with its answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.casework.models import CASEWORKERS
from apps.evidence import actions, comparing
from apps.evidence.actions import Reported
from apps.evidence.actions.checks import departments, unfinished
from apps.evidence.catalogue import DEPARTMENTS
from apps.evidence.forms import About, Answer, Authorise, Explain, Nothing, Recheck
from apps.evidence.models import Authorisation, CheckRequest
from apps.evidence.needs import authorised
from apps.evidence.on_record import of_authorisations, of_check
from apps.evidence.people import adults
from apps.evidence.views.acting import Page, Way, about_application, head, in_hand, page
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.units.language import lazy as _

# ---- the application's page: 授权与提请 --------------------------------------------------------


def _authorise(about: About, _thing: None, data: dict[str, Any]) -> object:
    return actions.authorise(
        household_id=about.home.pk,
        person_id=int(data["person"]),
        signed_on=data["signed_on"],
        until=data["until"],
        document_id=int(data["document"]),
        on=about.on,
        by=about.staff,
    )


APPLICATION_WAYS = {
    "authorise": Way(
        Authorise,
        _authorise,
        _("已登记核对授权。"),
        subject=lambda typed: str(typed.get("person", "")),
        open=in_hand,
    ),
    "request": Way(
        Nothing,
        lambda a, _t, _d: actions.request_check(a.pk, on=a.on, by=a.staff),
        _("已提请核对，待县级发起。"),
    ),
}


def _application(about: About, _thing: None) -> dict[str, Any]:
    signed = Authorisation.objects.filter(household=about.home).order_by("until")
    newest = {row.person_id: row for row in signed}
    requests = CheckRequest.objects.filter(application=about.application).order_by("-pk")
    return {
        **head(about, "application-check"),
        "adults": [(one, newest.get(one.pk)) for one in adults(about.home, about.on)],
        "on": about.on,
        "lacking": authorised(about.application, about.on),
        "requests": list(requests.select_related("prepared_by")),
        "running": requests.filter(state__in=("requested", "sent")).exists(),
        "authorise_form": Authorise(about=about),
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def of_application(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """授权与核对: who has signed and until when; asking for the verification."""
    about = about_application(staff, pk)
    template = "evidence/application_check.html"
    whole = Page(APPLICATION_WAYS, _application, template, of_authorisations)
    return page(request, about, None, whole)


EXPLAINED = ("sent", "concluded")  # what a check may be in when a difference is explained


# ---- one request -------------------------------------------------------------------------------


def _answer(about: About, check: CheckRequest, data: dict[str, Any]) -> object:
    return actions.answer(
        check.pk,
        data["department"],
        result=data["result"],
        figures=[Reported(**one) for one in data["told"]],
        note=data["note"],
        on=about.on,
        by=about.staff,
    )


def _may_be_asked_again(about: About, check: CheckRequest) -> bool:
    """Whether a result stands that may be objected to."""
    newest = comparing.newest_check(check.application)
    return check.state == "concluded" and newest == check and in_hand(about, check)


class AnswerForm(Answer):
    """The answer with its lines gathered, as the action wants them."""

    def clean(self) -> dict[str, Any]:
        """The cleaned data, with ``told``."""
        data = super().clean() or self.cleaned_data
        return {**data, "told": self.told()}


CHECK_WAYS = {
    "send": Way(
        Nothing,
        lambda a, check, _d: actions.send_check(check.pk, on=a.on, by=a.staff),
        _("已发起核对。"),
    ),
    "answer": Way(
        AnswerForm,
        _answer,
        _("已登记部门答复。"),
        subject=lambda typed: str(typed.get("department", "")),
        open=lambda _a, check: check.state == "sent",
    ),
    "rest": Way(
        Nothing,
        lambda a, check, _d: actions.answer_the_rest(check.pk, on=a.on, by=a.staff),
        _("其余部门已登记为一致。"),
    ),
    "explain": Way(
        Explain,
        lambda a, _c, d: actions.explain(d["figure"], words=d["words"], on=a.on, by=a.staff),
        _("已登记差异说明。"),
        subject=lambda typed: str(typed.get("figure", "")),
        open=lambda _a, check: check.state in EXPLAINED,
    ),
    "conclude": Way(
        Nothing,
        lambda a, check, _d: actions.conclude_check(check.pk, on=a.on, by=a.staff),
        _("已出具核对结果。"),
    ),
    "recheck": Way(
        Recheck,
        lambda a, check, d: actions.recheck(check.pk, on=a.on, by=a.staff, **d),
        _("已登记异议并提请复查，请从核对页打开新的核对。"),
        open=_may_be_asked_again,
    ),
}


def _check(about: About, check: CheckRequest) -> dict[str, Any]:
    newest = comparing.newest_check(check.application)
    lines = comparing.lines(check.application, about.staff) if newest == check else []
    answers = comparing.answers_of(check)
    verifies = head(about, "")["verifies"]
    return {
        **head(about, "application-check"),
        "check": check,
        "newest": newest,
        "departments": [
            (
                DEPARTMENTS[code].label,
                answers.get(code),
                verifies or not DEPARTMENTS[code].raw,
            )
            for code in dict.fromkeys([*departments(about.on), *answers])
        ],
        "lines": [line for line in lines if line.checked],
        "lacking": unfinished(check, about.on) if check.state == "sent" else [],
        "may_explain": about.staff.role in CASEWORKERS and check.state in EXPLAINED,
        "may_recheck": about.staff.role in CASEWORKERS and _may_be_asked_again(about, check),
        "on": about.on,
        "answer_form": AnswerForm(about=about),
        "recheck_form": Recheck(about=about),
    }


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """经济核对: each department's answer, the differences with their explanations, the result."""
    rows = CheckRequest.objects.visible_to(staff).select_related("application__household")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这次核对，或不在您的管辖范围内。"))
    about = about_application(staff, found.application_id)
    whole = Page(CHECK_WAYS, _check, "evidence/check.html", of_check)
    return page(request, about, found, whole)
