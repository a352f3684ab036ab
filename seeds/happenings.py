"""一年里的变动: what befalls some of the county's households, told through the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.units.months import month_of, next_month
from seeds.desk import Desk, Story
from seeds.families import Family
from seeds.ledger import Award, Home, Individual
from seeds.singles import Case


def dies(
    desk: Desk, person: Individual, awards: Sequence[Award], died: dt.date, told: dt.date
) -> Story:
    """A death, told on time or late; every award ends after the month of death (CV-08)."""
    yield told
    desk.fact("death", person.pk, died.isoformat())
    for award in awards:
        desk.stop(award.pk, "death", next_month(month_of(died)))


def member_dies(desk: Desk, family: Family, person: Individual, told: dt.date) -> Story:
    """One of several dies: the household is determined anew without the person (R-DB-13)."""
    yield told - dt.timedelta(days=6)
    desk.fact("death", person.pk)
    yield told
    assert family.award
    desk.redetermine(family.award.pk)


def earns_too_much(desk: Desk, family: Family, told: dt.date) -> Story:
    """Somebody finds work and the household is over the line: stopped from the month after."""
    assert family.award
    yield told - dt.timedelta(days=9)
    desk.earns(family.home.head.pk, "wage", 2600 * max(1, len(family.counted)))
    yield told
    desk.redetermine(family.award.pk)


def earns_otherwise(desk: Desk, family: Family, told: dt.date, yuan_a_month: int) -> Story:
    """An income changes and so does the amount (R-DB-12)."""
    assert family.award
    yield told - dt.timedelta(days=12)
    desk.earns(family.home.head.pk, "other_income", yuan_a_month)
    yield told
    desk.redetermine(family.award.pk)


def comes_in(
    desk: Desk, programme: str, home: Home, person: Individual | None, applied: dt.date
) -> Story:
    """A new application, confirmed some three weeks later."""
    yield applied
    asked = desk.apply(programme, home.pk, person.pk if person else None)
    yield applied + dt.timedelta(days=22)
    desk.confirm(asked)


def moves_away(desk: Desk, case: Case, told: dt.date) -> Story:
    """The registration moves to another county: the last month is that of the move (R-CJ-10)."""
    yield told
    desk.fact("residence", case.person.pk, flag=True)
    for award in case.awards:
        desk.stop(award.pk, "moved_out")


def grade_rises(desk: Desk, home: Home, person: Individual, told: dt.date) -> Story:
    """A new certificate with a severe grade: the nursing subsidy from the application (R-CJ-12)."""
    yield told
    until = dt.date(told.year + 10, told.month, min(told.day, 28))
    desk.fact("disability", person.pk, code="limb", number=2, until=until)
    yield told + dt.timedelta(days=4)
    asked = desk.apply("disability_nursing", home.pk, person.pk)
    yield told + dt.timedelta(days=20)
    desk.confirm(asked)


def money_comes_back(
    desk: Desk, award: Award, payee: Individual, day: dt.date, mended: dt.date | None
) -> Story:
    """The bank returns a payment; with a new account it is paid again (R-PAY-05)."""
    yield day
    home = award.person is None
    subject = -award.home.pk if home else award.person.pk  # type: ignore[union-attr]
    desk.returned(award.programme, subject, "账户已注销")
    if mended is None:
        return
    yield mended
    owner = {"household_id": award.home.pk} if home else {"person_id": subject}
    payee_is = "head" if home else "self"
    desk.account_of(owner, payee.name, payee.id_number, payee_is, reason="原账户已注销")


def condition_ends(desk: Desk, case: Case, told: dt.date) -> Story:
    """A parent is back and able to raise the child: ends after the month (R-SW-08)."""
    yield told
    desk.fact("parent", case.person.pk, part="mother", code="able")
    for award in case.awards:
        desk.stop(award.pk, "condition_ended")


def assessed_again(desk: Desk, case: Case, told: dt.date, failed: int) -> Story:
    """自理能力 has changed: another care amount from the month after (R-TK-09)."""
    yield told
    desk.fact("report", case.person.pk, code="self_care")
    yield told + dt.timedelta(days=8)
    desk.fact("self_care", case.person.pk, number=failed)


def into_an_institution(desk: Desk, case: Case, told: dt.date) -> Story:
    """From scattered to institutional care: another amount and another payee (R-TK-12)."""
    yield told
    desk.fact("care_mode", case.person.pk, code="institutional")
    owner = {"person_id": case.person.pk}
    desk.account_of(owner, "中心敬老院", "", "institution", reason="改为集中供养")
