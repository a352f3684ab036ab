"""办理条件: what materials, verification and visits answer for (casework.procedure.need)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.clocks import Ids, acts_by, met
from apps.casework.models import Application, StepTaken
from apps.casework.procedure import among, investigated_by, need
from apps.evidence.comparing import checked_until, lines, newest_check
from apps.evidence.holdings import holdings
from apps.evidence.models import VERIFIERS, Assessment, Authorisation, CheckRequest, Survey
from apps.evidence.people import adults


def _page(name: str) -> Callable[[Application], str]:
    """The address of a page of the application."""
    return lambda application: reverse(name, args=[application.pk])


@need("documents", at=_page("application-documents"))
def documents(application: Application, on: dt.date) -> list[str]:
    """材料: every required document is there and has not expired."""
    said = []
    for one in holdings(application, on):
        if one.state == "missing":
            said.append(gettext("缺少“{title}”，请在“材料”页上传。").format(title=one.title))
        elif one.state == "late" and one.document is not None and one.required:
            said.append(
                gettext("“{title}”已于{expires_on}到期，请上传新的。").format(
                    title=one.title, expires_on=one.document.expires_on
                )
            )
    return said


@need("authorised", at=_page("application-check"))
def authorised(application: Application, on: dt.date) -> list[str]:
    """核对授权 (R-HD-01): every adult member has signed, and it still holds."""
    home = application.household
    rows = Authorisation.objects.filter(household=home, signed_on__lte=on).order_by("until")
    until = dict(rows.values_list("person_id", "until"))
    said = []
    for person in adults(home, on):
        end = until.get(person.pk)
        if end is None:
            said.append(
                gettext("{name}尚未签署核对授权书，请在“核对”页登记。").format(name=person.name)
            )
        elif end < on:
            said.append(
                gettext("{name}的核对授权已于{end}到期，请重新签署后登记。").format(
                    name=person.name, end=end
                )
            )
    return said


@need("checked", at=_page("application-check"))
def checked(application: Application, on: dt.date) -> list[str]:
    """核对 (R-HD-01): answered, every difference explained, and the result has not expired."""
    why_not = checked_until(newest_check(application), on)
    if why_not:
        return [why_not]
    return [
        gettext("{who}的“{label}”核对与申报不一致，尚未说明原因。").format(
            who=line.who, label=line.label
        )
        for line in lines(application)
        if line.open
    ]


@need("surveyed", at=_page("application-visits"))
def surveyed(application: Application, on: dt.date) -> list[str]:
    """入户调查 (R-DB-22): a visit by two investigators, signed by both."""
    rows = Survey.objects.filter(application=application)
    if rows.filter(state="completed", visited_on__lte=on).exists():
        return []
    waiting = rows.exclude(state="completed").first()
    if waiting is None:
        return [gettext("还没有入户调查，请登记入户调查表，由两名调查人签字。")]
    return [
        gettext("入户调查表{state}，请两名调查人填写完整并签字。").format(
            state=waiting.get_state_display()
        )
    ]


@need("reassessed", at=_page("application-assessment"))
def reassessed(application: Application, on: dt.date) -> list[str]:
    """再查或民主评议 (R-DB-19): recorded since the newest objection."""
    rows = StepTaken.objects.filter(application=application, code="object")
    since = rows.order_by("-pk").values_list("on", flat=True).first()
    if since is None:
        return [gettext("没有登记异议，不需要再查或评议。")]
    days = {"on__gte": since, "on__lte": on}
    if Assessment.objects.filter(application=application, **days).exists():
        return []
    again = Survey.objects.filter(
        application=application,
        purpose=Survey.Purpose.RESURVEY,
        state="completed",
        visited_on__gte=since,
        visited_on__lte=on,
    )
    return (
        []
        if again.exists()
        else [gettext("{since}收到异议后，还没有再次入户调查或民主评议。").format(since=since)]
    )


@need("county_visit", at=_page("application-visits"))
def county_visit(application: Application, on: dt.date) -> list[str]:
    """县级入户 (R-DB-21): a visit led by the county, since the newest complaint if there is one."""
    if county_visited([application.pk], on):
        return []
    return [gettext("县级民政部门尚未入户核查，请县级经办登记“县级入户核查”并签字。")]


@among("county_visit")
def county_visited(applications: Collection[int], on: dt.date) -> set[int]:
    """Those visited by the county as ``county_visit`` asks (one query)."""
    rows = Survey.objects.filter(
        application_id__in=applications,
        purpose=Survey.Purpose.COUNTY,
        state="completed",
        first__role__in=VERIFIERS,
        visited_on__lte=on,
    ).annotate(complained=Max("application__complaints__on"))
    since = Q(complained=None) | Q(visited_on__gte=F("complained"))
    return set(rows.filter(since).values_list("application_id", flat=True))


@investigated_by("evidence")
def investigators(application: Application) -> list[int]:
    """调查人: who has signed a completed visit, the newest visit in front."""
    rows = Survey.objects.filter(application=application, state="completed").order_by("-pk")
    return [pk for pair in rows.values_list("first_id", "second_id") for pk in pair]


@acts_by("evidence")
def acts(applications: Ids) -> QuerySet[CheckRequest, dict[str, Any]]:
    """收到核对提请: the day of the newest request (R-DB-18)."""
    rows = CheckRequest.objects.filter(application_id__in=applications).order_by("pk")
    received = Value("check_request_received")
    return rows.values(of=F("application_id"), act=received, day=F("requested_on"))


@met("information_check_start_by")
def check_started(applications: Ids) -> QuerySet[CheckRequest, dict[str, Any]]:
    """启动信息核对: the newest request has been sent to the departments."""
    mine = CheckRequest.objects.filter(application_id=OuterRef("application_id"))
    newer = Exists(mine.filter(pk__gt=OuterRef("pk")))
    rows = CheckRequest.objects.filter(application_id__in=applications, sent_on__isnull=False)
    return rows.filter(~newer).values(of=F("application_id"))


@met("survey_start_by")
def survey_started(applications: Ids) -> QuerySet[Any, dict[str, Any]]:
    """启动家庭经济状况调查: the check has been asked for, or a visit opened (57号 Art.15)."""
    asked = CheckRequest.objects.filter(application_id__in=applications)
    opened = Survey.objects.filter(application_id__in=applications)
    of = F("application_id")
    return asked.values(of=of).union(opened.values(of=of))
