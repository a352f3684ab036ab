"""The loop a plain Django application would write: household after household, all by the ORM.

For every award: its facts, its standards and whatever else the rule asks by queries of their
own, the same pure rules, save() of the due and of the line. One transaction, which flatters it.
The amounts must be those of the run.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection, transaction

from apps.casework.models import Entitlement
from apps.casework.outcome import Outcome, Situation, Verdict, pronounce
from apps.casework.programme import PROGRAMMES
from apps.child_welfare.rule import Orphan, Unattended
from apps.destitute_support.rule import Basic, Care
from apps.disability_subsidies.rule import Living, Nursing
from apps.elderly_allowances.rule import ElderService, OldAge
from apps.households.models import BankAccount, Fact, Person
from apps.minimum_living.models import Determination, Sanction
from apps.minimum_living.rule import MinimumLiving
from apps.payments.models import Calculation, Due, PaymentLine
from apps.standards.book import Standards
from apps.standards.models import Standard, book_of
from apps.units.ages import age_in_month
from apps.units.months import last_day

IN_PROGRAMMES = (
    *("minimum_living", "destitute_basic", "disability_living", "disability_nursing"),
    *("old_age_allowance", "elder_service_subsidy", "orphan_allowance"),
    "unattended_child_allowance",
)
OUTSIDE = {"other_nursing_allowance": 1, "retired_cadre_allowance": 2}


class Loop(NamedTuple):
    """What the loop took and whether it agreed with the run."""

    seconds: float
    cases: int
    lines: int
    different: int
    queries: int


def measure(month: dt.date, cases: int) -> Loop:
    """The first so many awards by number (their numbers are shuffled), rolled back at the end."""
    calculation = Calculation.objects.latest("pk")
    written = {
        (due.programme, due.subject): due.fen
        for due in Due.objects.filter(calculation=calculation, month=month)
    }
    awards = Entitlement.objects.payable_in(month).filter(programme__in=IN_PROGRAMMES)
    counted = {"queries": 0, "lines": 0, "different": 0}

    def count(run: Any, *more: Any) -> Any:
        counted["queries"] += 1
        return run(*more)

    with transaction.atomic(), connection.execute_wrapper(count):
        naive = Naive(month, calculation)
        started = time.perf_counter()
        for award in awards.order_by("pk")[:cases]:
            for code, fen in naive.pay(award):
                counted["lines"] += fen > 0
                counted["different"] += fen != written[code, award.subject]
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return Loop(seconds, cases, counted["lines"], counted["different"], counted["queries"])


class Naive:
    """One award at a time."""

    def __init__(self, month: dt.date, calculation: Calculation) -> None:
        self.month, self.end = month, last_day(month)
        self.computed = calculation
        self.calculation = Calculation.objects.create(
            run=calculation.run,
            version=calculation.version + 1,
            first_month=month,
            horizon=0,
            book=[],
        )

    def pay(self, award: Entitlement) -> list[tuple[str, int]]:
        """Due and line of the award, and of what is awarded with it."""
        codes = [award.programme]
        if award.programme == "destitute_basic":
            codes.append("destitute_care")
        return [(code, self.save(award, code)) for code in codes]

    def save(self, award: Entitlement, code: str) -> int:
        facts = FACTS[code](self, award)
        situation, outcome = self.judged(award, code, facts)
        card = PROGRAMMES[code]
        common = {
            "subject": award.subject,
            "programme": code,
            "month": self.month,
            "calculation": self.calculation,
            "entitlement": award,
            "fen": outcome.fen,
            "budget": card.budget_of(facts),
        }
        Due(
            **common,
            base_fen=outcome.base,
            verdict=outcome.verdict,
            rule=card.rule_of(self.month).number,
            facts=[*situation, *facts],
        ).save(force_insert=True)
        accounts = BankAccount.objects.filter(person=award.person) | BankAccount.objects.filter(
            household=award.household
        )
        if outcome.fen and accounts.exists():
            PaymentLine(**common, kind="regular").save(force_insert=True)
        return outcome.fen

    def judged(self, award: Entitlement, code: str, facts: Any) -> tuple[Situation, Outcome]:
        """The rule, then exclusions and the slot as the other dues of the person stand."""
        card = PROGRAMMES[code]
        standing = Situation(standing=0 if award.period.lower == self.month else 1)
        if not card.lapses:
            standing = Situation()
        for exclusion in card.excluded_by:
            due = self.due(exclusion.programme, award.subject)
            if due and due.verdict in (Verdict.PAYABLE, Verdict.HELD):
                standing = standing._replace(barred_by=PROGRAMMES[exclusion.programme].number)
                break
        outcome = self.pronounced(card, facts, standing)
        rivals = [c for c in PROGRAMMES.values() if c.slot and card.slot and c is not card]
        for rival in (r for r in rivals if r.slot.name == card.slot.name):  # type: ignore[union-attr]
            due = self.due(rival.code, award.subject)
            if due and outcome.fen and due.fen > outcome.fen:
                standing = standing._replace(rival=rival.number, rival_fen=due.fen)
                outcome = self.pronounced(card, facts, standing)
        return standing, outcome

    def pronounced(self, card: Any, facts: Any, situation: Situation) -> Outcome:
        return pronounce(card, facts, situation, self.standards(card.code), lambda _w, fen: fen)

    def standards(self, code: str) -> Standards:
        """The standards of the card's month, asked of the database for every case."""
        keys = {key.split(".")[0] for key in PROGRAMMES[code].standards} | {code, "minimum_living"}
        return book_of(Standard.objects.in_force().filter(programme__in=keys)).month(self.month)

    def due(self, programme: str, subject: int) -> Due | None:
        """What the run found for another programme: one query where the loop would compute it."""
        return Due.objects.filter(
            subject=subject, programme=programme, month=self.month, calculation=self.computed
        ).first()

    def newest(self, award: Entitlement, kind: str, *, before: bool = True, **more: Any) -> Any:
        """The newest fact of a kind about the person."""
        limit = {"on__lt": self.month} if before else {"on__lte": self.end}
        known = Fact.objects.known_now().filter(person=award.person, kind=kind, **limit, **more)
        return known.order_by("-on", "-id").first()

    def gone(self, award: Entitlement) -> int:
        """1 dead, 2 moved out, 3 missing."""
        moved, custody = self.newest(award, "residence"), self.newest(award, "custody")
        if self.newest(award, "death"):
            return 1
        if moved and moved.flag:
            return 2
        return 3 if custody and custody.code == "declared_missing" else 0

    def outside(self, award: Entitlement) -> dict[str, int]:
        """Benefits outside this system, fen a month."""
        facts = Fact.objects.known_now().filter(
            person=award.person, kind="other_benefit", on__lt=self.month
        )
        return {
            fact.code: fact.amount_fen
            for fact in facts.order_by("on", "id")
            if fact.until is None or fact.until >= self.month
        }

    def grade(self, award: Entitlement) -> tuple[int, int]:
        """Best grade of the certificates that count, and whether one is 智力、精神三级."""
        certificates = Fact.objects.known_now().filter(
            person=award.person, kind="disability", on__lte=self.end
        )
        counting = list(certificates.order_by("-on", "-id")[:2])
        if counting and counting[0].on < self.month:
            counting = counting[:1]
        valid = [f for f in counting if f.until is None or f.until >= self.month]
        mind = [f for f in valid if f.number == 3 and f.code in ("intellectual", "mental")]
        return min((f.number for f in valid), default=0), int(bool(mind))

    def share(self, award: Entitlement) -> tuple[int, int, int]:
        """(poor, household's fen before sanction, heads) of the person's minimum living."""
        homes = Determination.objects.filter(
            members__person=award.person, members__counted=True, period__contains=self.month
        )
        for determination in homes.select_related("entitlement"):
            due = self.due("minimum_living", determination.entitlement.subject)
            if due and due.verdict == Verdict.HELD:
                return 2, 0, 1
            if due and due.base_fen:
                return 1, due.base_fen, due.facts[6]
        return 0, 0, 1

    def zone(self, award: Entitlement) -> int:
        fact = Fact.objects.known_now().filter(household=award.household, kind="zone").first()
        return {"urban": 1, "rural": 2}[fact.code] if fact else 0

    def mode(self, award: Entitlement) -> int:
        fact = self.newest(award, "care_mode")
        return 2 if fact and fact.code == "institutional" else 1

    def studies(self, award: Entitlement) -> bool:
        fact = self.newest(award, "schooling", before=False)
        return bool(fact and (fact.until is None or fact.until >= self.month))


def _minimum_living(naive: Naive, award: Entitlement) -> MinimumLiving:
    month = naive.month
    held = award.determinations.filter(period__contains=month).first()
    if held is None:
        return MinimumLiving(determined=0)
    alive, sanctioned = [], 0
    for member in held.members.filter(counted=True):
        deaths = Fact.objects.known_now().filter(kind="death", person=member.person, on__lt=month)
        if deaths.exists():
            continue
        alive.append(member)
        sanctioned += Sanction.objects.filter(
            entitlement=award, person=member.person, period__contains=month
        ).exists()
    deductions = held.household_deduction_fen + sum(m.deduction_fen for m in alive)
    grace = award.graces.filter(period__contains=month).first()
    return MinimumLiving(
        1,
        {"urban": 1, "rural": 2}[held.zone],
        len(alive),
        sum(m.wage_fen for m in alive),
        sum(m.base_pension_fen for m in alive),
        sum(m.other_fen for m in alive),
        deductions,
        sanctioned,
        -2 if grace else -1,  # nothing was paid before the first month
        0,
    )


def _basic(naive: Naive, award: Entitlement) -> Basic:
    """The born after 2005 are minors or at school here, as an old-age home's children are not."""
    born = Person.objects.get(pk=award.person_id).born
    grown = 0
    if age_in_month(born, award.period.lower) < 18 <= age_in_month(born, naive.month):
        grown = 1 if naive.studies(award) else 3
    return Basic(
        naive.zone(award), naive.mode(award), int(bool(naive.newest(award, "death"))), grown
    )


def _care(naive: Naive, award: Entitlement) -> Care:
    assessed = naive.newest(award, "self_care")
    basic = naive.due("destitute_basic", award.subject)
    assert basic is not None
    return Care(naive.zone(award), assessed.number if assessed else -1, basic.verdict)


def _living(naive: Naive, award: Entitlement) -> Living:
    outside, (grade, _) = naive.outside(award), naive.grade(award)
    poor = naive.share(award)[0]
    injured = int("work_injury_nursing" in outside)
    cadre = int("retired_cadre_allowance" in outside)
    return Living(naive.gone(award), grade, poor, 0, injured, cadre)


def _nursing(naive: Naive, award: Entitlement) -> Nursing:
    outside, (grade, mind) = naive.outside(award), naive.grade(award)
    injured = int("work_injury_nursing" in outside)
    return Nursing(naive.gone(award), grade, mind, injured, *_highest(outside))


def _highest(outside: dict[str, int]) -> tuple[int, int]:
    bids = [(fen, -OUTSIDE[code]) for code, fen in outside.items() if code in OUTSIDE]
    fen, number = max(bids, default=(0, 0))
    return -number, fen


def _old_age(naive: Naive, award: Entitlement) -> OldAge:
    born = Person.objects.get(pk=award.person_id).born
    return OldAge(age_in_month(born, naive.month), min(naive.gone(award), 2))


def _elder(naive: Naive, award: Entitlement) -> ElderService:
    born = Person.objects.get(pk=award.person_id).born
    assessed, gone = naive.newest(award, "self_care"), naive.gone(award)
    failed = assessed.number if assessed else -1
    poor = naive.share(award)[0]
    age = age_in_month(born, naive.month)
    return ElderService(age, gone % 3, poor, failed, *_highest(naive.outside(award)))


def _child(naive: Naive, award: Entitlement) -> tuple[int, int, int, int, int]:
    """Both parents as the decision found them: in this county nothing changed since."""
    person = Person.objects.get(pk=award.person_id)
    grown = 0
    if age_in_month(person.born, naive.month) >= 19:
        grown = 1 if naive.studies(award) else 2
    for part in ("father", "mother"):
        naive.newest(award, "parent", part=part)
        award.decisions.filter(kind="confirm").first()
    return naive.mode(award), int(bool(naive.newest(award, "death"))), grown, 0, 0


def _orphan(naive: Naive, award: Entitlement) -> Orphan:
    return Orphan(*_child(naive, award))


def _unattended(naive: Naive, award: Entitlement) -> Unattended:
    own = naive.due("disability_living", award.subject)
    poor, fen, heads = naive.share(award)
    held = 2 if poor == 2 else int(own is not None and own.verdict == Verdict.HELD)
    return Unattended(*_child(naive, award), held, fen, heads, own.base_fen if own else 0)


FACTS: dict[str, Callable[[Naive, Entitlement], Any]] = {
    "minimum_living": _minimum_living,
    "destitute_basic": _basic,
    "destitute_care": _care,
    "disability_living": _living,
    "disability_nursing": _nursing,
    "old_age_allowance": _old_age,
    "elder_service_subsidy": _elder,
    "orphan_allowance": _orphan,
    "unattended_child_allowance": _unattended,
}
