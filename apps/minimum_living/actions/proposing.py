"""渐退、停发本人份额 as decisions that one proposes and another approves (reviews.proposing)."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db.backends.postgresql.psycopg_any import DateRange

from apps.casework.models import Decision, Entitlement
from apps.households.models import Member, Person
from apps.minimum_living.actions.deciding import (
    PROGRAMME,
    check_grace,
    check_sanction,
    grant_grace,
    sanction,
)
from apps.minimum_living.forms import GraceForm, SanctionForm
from apps.offices.models import Staff
from apps.reviews.proposing import Proposable, Terms, proposable
from apps.units.language import lazy as _
from apps.units.months import Month, month_of, month_text, next_month, parse_month


def _check_grace(award: Entitlement, terms: Terms, on: dt.date) -> None:
    check_grace(award, month_of(on), terms["months"], "employment")


def _grace(
    award: Entitlement, terms: Terms, *, on: dt.date, by: Staff, prepared_by: Staff
) -> Decision:
    months, note = terms["months"], terms["note"]
    return grant_grace(award.pk, on=on, by=by, prepared_by=prepared_by, months=months, note=note)


proposable(
    Proposable(
        code="grace",
        verb=_("渐退"),
        form=lambda _award: GraceForm,
        words=lambda _award, terms: f"就业后渐退{terms['months']}个月，期满终止",
        check=_check_grace,
        decide=_grace,
        programmes=(PROGRAMME,),
        hint=_("就业后收入超过标准的，在渐退期内保留原保障金额，期满终止（R-DB-14）。"),
    )
)


def _until(terms: Terms) -> Month | None:
    return parse_month(terms["until"]) if terms.get("until") else None


def _check_sanction(award: Entitlement, terms: Terms, on: dt.date) -> None:
    until = _until(terms)
    period = DateRange(next_month(month_of(on)), next_month(until) if until else None)
    check_sanction(award, int(terms["person"]), on, period)


def _sanction(
    award: Entitlement, terms: Terms, *, on: dt.date, by: Staff, prepared_by: Staff
) -> Decision:
    return sanction(
        award.pk,
        on=on,
        by=by,
        prepared_by=prepared_by,
        person_id=int(terms["person"]),
        until=_until(terms),
        note=terms["note"],
    )


def _sanction_words(_award: Entitlement, terms: Terms) -> str:
    name = Person.objects.get(pk=int(terms["person"])).name
    until = _until(terms)
    return f"自批准次月起停发{name}本人份额" + (f"，至{month_text(until)}" if until else "")


def _sanction_form(award: Entitlement) -> partial[SanctionForm]:
    stays = Member.objects.known_now().filter(household_id=award.household_id)
    people = dict(stays.order_by("pk").values_list("person_id", "person__name"))
    return partial(SanctionForm, people=list(people.items()))


proposable(
    Proposable(
        code="sanction",
        verb=_("停发本人份额"),
        form=_sanction_form,
        words=_sanction_words,
        check=_check_sanction,
        decide=_sanction,
        programmes=(PROGRAMME,),
        hint=_("三次无正当理由拒绝介绍的工作的，停发其本人份额，家庭其他成员不受影响（R-DB-15）。"),
    )
)
