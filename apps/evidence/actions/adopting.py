"""申报与采信: what is declared anew, what is adopted line by line, and the property test."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions import Missing, Refused
from apps.casework.models import CASEWORKERS, Application
from apps.evidence import comparing, property_lines
from apps.evidence.actions.checks import Reported, check_reported, write_figure
from apps.evidence.actions.guarding import logged, need_role, open_application
from apps.evidence.catalogue import ITEMS
from apps.evidence.models import VERIFIERS, Figure, PropertyFinding
from apps.households.actions import record
from apps.households.models import Fact
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed
from apps.units.language import chinese
from apps.units.language import lazy as _

OTHER = "other"


@transaction.atomic
def declare(application_id: int, told: Reported, *, on: dt.date, by: Staff) -> Figure:
    """登记申报: what the household itself says about a line."""
    need_role(by, CASEWORKERS, _("登记申报"))
    application = open_application(application_id, by)
    check_reported(told, application.household_id)
    made = write_figure(application, told, Figure.Source.DECLARED, on=on, by=by)
    logged(by, made, f"登记申报：{chinese(ITEMS[told.item].label)}", application.household_id)
    return made


@transaction.atomic
def adopt(
    application_id: int,
    told: Reported,
    source: str,
    *,
    on: dt.date,
    by: Staff,
) -> Figure:
    """采信: one line's figure is taken as true, from one of the three sources or otherwise.

    ``told`` names the line; with source "other" it brings the figure itself and, as words, why.
    An adopted income or deduction becomes a fact of the day, unless the same is already known.
    """
    need_role(by, CASEWORKERS, _("采信"))
    application = open_application(application_id, by)
    if told.item not in ITEMS:
        raise Refused(gettext("核查项目不在清单中，请从清单中选择。"))
    if ITEMS[told.item].raw and by.role not in VERIFIERS:
        raise NotAllowed(gettext("金融类项目的数据只向县级核对岗位提供，由县级经办采信。"))
    taken = _taken(application, told, source)
    check_reported(taken, application.household_id)
    fact = _fact(application, taken, on, by)
    made = write_figure(
        application, taken, Figure.Source.ADOPTED, on=on, by=by, chosen=source, fact=fact
    )
    verb = f"采信{chinese(comparing.CHOSEN[source])}：{chinese(ITEMS[told.item].label)}"
    why = told.words.strip() if source == OTHER else ""
    logged(by, made, verb, application.household_id, why)
    return made


def _taken(application: Application, told: Reported, source: str) -> Reported:
    """The figure of the line from that source; Refused where it says nothing."""
    if source not in comparing.CHOSEN:
        raise Refused(gettext("请选择采信的来源：申报、核对、入户或另行认定。"))
    key = (told.person_id or 0, told.item)
    found = next(
        (one for one in comparing.lines(application) if (one.person_id, one.item) == key), None
    )
    if found is not None and found.open:
        raise Refused(
            gettext("“{label}”核对与申报不一致，请先说明差异，再采信。").format(label=found.label)
        )
    if source == OTHER:
        if told.fen is None and told.number is None:
            raise Refused(gettext("另行认定的，请填写认定的金额或数量。"))
        if not told.words.strip():
            raise Refused(gettext("另行认定的，请说明理由和依据。"))
        return told
    amount = getattr(found, source) if found is not None else None
    if amount is None:
        words = comparing.CHOSEN[source]
        raise Refused(
            gettext("“{label}”没有{words}的数据，请改选其他来源。").format(
                label=ITEMS[told.item].label, words=words
            )
        )
    return Reported(told.person_id, told.item, amount.fen, amount.per, amount.number, amount.words)


def _fact(application: Application, taken: Reported, on: dt.date, by: Staff) -> Fact | None:
    """The fact an adopted figure is: the known one if it says the same, else a new one."""
    kind = ITEMS[taken.item].fact
    if not kind or taken.fen is None:
        return None
    code = taken.item.partition(".")[2]
    person = taken.person_id or None
    home = None if person else application.household_id
    known = Fact.objects.known_now().filter(
        kind=kind, code=code, person_id=person, household_id=home, on__lte=on
    )
    newest: Fact | None = known.order_by("-on", "-pk").first()
    same = newest is not None and (newest.amount_fen, newest.per) == (taken.fen, taken.per)
    if newest is not None and same and (newest.until is None or newest.until >= on):
        return newest
    return record(
        kind,
        on=on,
        recorded_on=on,
        by=by,
        person_id=person,
        household_id=home,
        code=code,
        amount_fen=taken.fen,
        per=taken.per,
        evidence=f"申请{application.pk}采信",
    )


@transaction.atomic
def find_property(
    application_id: int, line: str, *, passed: bool, reason: str, on: dt.date, by: Staff
) -> PropertyFinding:
    """认定财产 (R-DB-08): the officer decides a line, with the reason."""
    need_role(by, CASEWORKERS, _("认定财产"))
    application = open_application(application_id, by)
    if line not in property_lines.RULES:
        raise Refused(gettext("财产项目不在清单中，请从清单中选择。"))
    if not reason.strip():
        raise Refused(gettext("请填写认定的理由和依据。"))
    made = PropertyFinding.objects.create(
        application=application,
        line=line,
        passed=passed,
        reason=reason.strip()[:300],
        on=on,
        by=by,
    )
    words = "符合" if passed else "不符合"
    verb = f"认定{chinese(property_lines.RULES[line].label)}{words}"
    logged(by, made, verb, application.household_id, reason)
    return made


@transaction.atomic
def conclude_property(application_id: int, *, on: dt.date, by: Staff) -> Fact:
    """财产核查结论: the fact that the tests of a decision read; every line has been decided."""
    need_role(by, CASEWORKERS, _("财产核查结论"))
    application = open_application(application_id, by)
    lines = property_lines.judged(application, on)
    waiting = [f"“{one.label}”{property_lines.UNSET}" for one in lines if one.passed is None]
    if waiting:
        raise Missing(gettext("财产核查结论"), waiting)
    return record(
        "property",
        on=on,
        recorded_on=on,
        by=by,
        household_id=application.household_id,
        flag=all(one.passed for one in lines),
        evidence=f"申请{application.pk}财产核查",
    )
