"""文书种类: what can be printed, about what, by whom, and where its content comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext

from apps.casework.models import CASEWORKERS
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound
from apps.papers import awards, cases, closings, decisions, posters
from apps.papers.content import Content
from apps.units.language import in_chinese, plain
from apps.units.language import lazy as _

# Who may hold a sheet with whole ID numbers in their hands.
FULL_ID = CASEWORKERS
FIELD = (*CASEWORKERS, Role.VILLAGE_HELPER)
MONEY = (Role.FINANCE, Role.APPROVER, Role.CHECKER, Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
Build = Callable[[int, dt.date, Staff], Content]


class Kind(NamedTuple):
    """One kind of paper. ``official``: carries whole ID numbers when a permitted post prints it."""

    name: str
    build: Build
    makers: tuple[Role, ...]
    official: bool = False


KINDS: dict[str, Kind] = {
    "application-form": Kind(_("救助申请书"), cases.application_form, CASEWORKERS, official=True),
    "check-authorisation": Kind(
        _("家庭经济状况核对授权书"), cases.check_authorisation, CASEWORKERS, official=True
    ),
    "correction-notice": Kind(_("一次性告知书"), cases.correction_notice, CASEWORKERS),
    "acceptance-notice": Kind(_("受理通知书"), cases.acceptance_notice, CASEWORKERS),
    "survey-form": Kind(_("入户调查表"), cases.survey_form, FIELD),
    "approval-form": Kind(_("审核确认表"), decisions.approval_form, CASEWORKERS, official=True),
    "decision-notice": Kind(_("决定告知书"), decisions.decision_notice, CASEWORKERS),
    "notice-poster": Kind(_("公示单"), posters.poster, FIELD),
    "benefit-statement": Kind(_("幸福清单"), awards.statement, FIELD),
    "month-certificate": Kind(_("月结凭据"), closings.certificate, MONEY),
}


def kind_of(slug: str) -> Kind:
    """The kind of a name; NotFound when there is none such."""
    if slug not in KINDS:
        raise NotFound(gettext("没有这种文书。"))
    return KINDS[slug]


@in_chinese()
def content_of(slug: str, object_id: int, on: dt.date, staff: Staff) -> Content:
    """What the paper would say today; NotFound outside the territory."""
    found = kind_of(slug).build(object_id, on, staff)
    return found._replace(data=plain(found.data))


def shows_full_id(slug: str, staff: Staff) -> bool:
    """Whether this person's printing of such a paper carries whole ID numbers."""
    return kind_of(slug).official and staff.role in FULL_ID


def fields_of(data: Any) -> set[str]:
    """Every key in a paper's data, for tests of what it may hold."""
    if isinstance(data, dict):
        return set(data).union(*(fields_of(value) for value in data.values()))
    if isinstance(data, list):
        return set().union(*(fields_of(value) for value in data))
    return set()
