"""幸福清单: all that a household receives, how much a month, and why. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext

from apps.casework.outcome import Verdict
from apps.casework.programme import PROGRAMMES
from apps.casework.trial import documents_of
from apps.households.models import Household
from apps.households.profile import profile
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState
from apps.papers.content import Content, county, day, household, township
from apps.payments import family
from apps.payments.explaining import explain
from apps.payments.household_page import last_month
from apps.standards.models import current_book
from apps.units.money import capital, yuan_grouped
from apps.units.months import month_text


def statement(household_id: int, on: dt.date, staff: Staff) -> Content:
    """The list of the newest computed month, each amount with its working said again."""
    home = Household.objects.visible_to(staff).filter(pk=household_id).first()
    if home is None:
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    known = profile(home, on)
    names = {member.person_id: member.name for member in known.members}
    here = [member.person_id for member in known.members if not member.gone]
    paid = family.family(home, names, here, last_month(on))
    if paid.newest is None:
        raise StaleState(gettext("这一户还没有计算过发放，没有可以列出的金额。"))
    standing = [
        a
        for a in paid.awards
        if a.month == paid.newest and a.state == family.STATES[Verdict.PAYABLE]
    ]
    total = paid.month_fen
    data: dict[str, Any] = {
        "county": county(home.division),
        "township": township(home.division),
        "month": month_text(paid.newest),
        "on": day(on),
        "awards": [_award(award, names) for award in standing],
        "total": yuan_grouped(total),
        "capital": capital(total),
        "home": household(home, None, on),
    }
    return Content(f"{month_text(paid.newest)}幸福清单", home.division, home.pk, data)


def _award(award: family.Award, names: dict[int, str]) -> dict[str, Any]:
    assert award.month is not None, "only awards with a computed month are listed"
    lines = [
        (f"{one.title}：{words}" if one.title else words, fen)
        for one in explain(award.code, award.subject, award.month, names)
        for words, fen in one.lines
    ]
    return {
        "programme": award.programme,
        "name": award.who,
        "fen": yuan_grouped(award.fen or 0),
        "in_kind": award.in_kind,
        "since": month_text(award.since) if award.since else "",
        "lines": [{"what": words, "fen": yuan_grouped(fen)} for words, fen in lines],
        "documents": documents_of(PROGRAMMES[award.code], award.month, current_book()),
    }
