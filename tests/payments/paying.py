"""Small words for payment stories: four people, and a month paid from draft to the bank."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from apps.households import actions as households
from apps.households.models import Household, Member, Person
from apps.offices.models import Role, Staff
from apps.payments import actions as payments
from apps.payments.models import BankBatch, BankItem, PaymentLine, PaymentRun
from apps.payments.review import actions as review
from apps.payments.review.models import Doubt
from apps.units.months import parse_month
from seeds import answers
from tests import builders


class Four(NamedTuple):
    """The four people a run needs."""

    maker: Staff
    checker: Staff
    approver: Staff
    finance: Staff


def four() -> Four:
    """A fresh set of the four."""
    return Four(
        builders.staff(Role.COUNTY_CLERK),
        builders.staff(Role.CHECKER),
        builders.staff(Role.APPROVER),
        builders.staff(Role.FINANCE),
    )


def opened(people: Four, month: str, day: int = 10) -> PaymentRun:
    """A draft of a month, as of its tenth day."""
    first = parse_month(month)
    return payments.open_run(
        month=first, cutoff=first.replace(day=day), division=builders.COUNTY, by=people.maker
    )


def computed(people: Four, month: str, day: int = 10) -> PaymentRun:
    """A computed run."""
    run = opened(people, month, day)
    payments.compute_run(run.pk)
    run.refresh_from_db()
    return run


def approved(people: Four, month: str, day: int = 10) -> PaymentRun:
    """A run whose lines count as issued."""
    run = computed(people, month, day)
    answered(run, people)
    payments.check_run(run.pk, by=people.checker)
    payments.approve_run(run.pk, by=people.approver)
    run.refresh_from_db()
    return run


def answered(run: PaymentRun, people: Four) -> None:
    """What is to be looked into is passed by its owners, rule by rule, where approval waits."""
    assert run.calculation is not None
    left = Doubt.objects.unanswered().filter(calculation=run.calculation)
    for code, owner, subject in left.values_list("code", "rule__owner", "subject"):
        if not run.calculation.gated or not left.filter(code=code).exists():
            continue
        known = {str(one.role): one for one in people}
        by = people.maker if subject == 0 else known.get(owner) or builders.staff(Role(owner))
        review.pass_doubts(run.pk, code=code, note="已核实", by=by, at=timezone.now())


def paid(people: Four, month: str, day: int = 10) -> PaymentRun:
    """A run all the way to the bank."""
    run = approved(people, month, day)
    payments.send_run(run.pk, by=people.finance)
    run.refresh_from_db()
    return run


def arrived(people: Four, month: str, day: int = 10) -> PaymentRun:
    """A run of which the bank has said that every item was paid."""
    run = paid(people, month, day)
    bank_pays(run, people)
    return run


def bank_pays(run: PaymentRun, people: Four) -> None:
    """The bank's word 成功 of all that it was sent and has not answered."""
    batch = BankBatch.objects.get(run=run, state="sent")
    answers.fill(batch, by=people.finance, on=run.cutoff)


def lines(run: PaymentRun) -> list[tuple[str, str, int]]:
    """(benefit month, kind, fen) of a run's lines, in order."""
    rows = PaymentLine.objects.filter(calculation_id=run.calculation_id)
    return sorted((f"{row.month:%Y-%m}", row.kind, row.fen) for row in rows)


def items(run: PaymentRun) -> list[tuple[str, int, int]]:
    """(kind, fen, months) of the bank items of a run's live batch."""
    rows = BankItem.objects.filter(batch__run=run).exclude(batch__state="void")
    return sorted((row.kind, row.fen, row.months) for row in rows)


def head_of(home: Household) -> str:
    """In whose name the money of a household goes."""
    return Member.objects.order_by("relationship", "pk").filter(household=home)[0].person.name


def account(owner: Person | Household, on: str = "2024-01-01") -> None:
    """A new version of the owner's account: their own, or the applicant's of a household."""
    if isinstance(owner, Person):
        key, payee, kind = "person_id", owner.name, 1
    else:
        key, payee, kind = "household_id", head_of(owner), 2
    households.open_account(
        **{key: owner.pk},
        payee_name=payee,
        bank="农村商业银行",
        number=f"621799{kind}{owner.pk:012d}",
        recorded_on=dt.date.fromisoformat(on),
        by=None,
    )
