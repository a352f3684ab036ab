"""账: what the system holds at the end of a case, read in the terms a case speaks in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from django.db.models import Sum

from apps.casework.assess import Assessment, assess, scope_of
from apps.casework.engine import Result
from apps.casework.models import Decision
from apps.casework.outcome import pronounce
from apps.casework.programme import PROGRAMMES, Nature, Scope
from apps.destitute_support.rule import self_care_grade
from apps.households.models import Fact, Member
from apps.minimum_living.evidence import Evidence
from apps.minimum_living.models import Determination
from apps.payments.models import BankItem, PaymentLine, PaymentRun
from apps.payments.recoveries.models import Recovery
from apps.standards.models import current_book
from apps.units.ages import attained
from apps.units.money import yuan
from apps.units.months import Month, last_day, month_code, month_of, next_month
from apps.units.working import Working
from civil_affairs.casebook.cast import Cast

ZONES = {1: "urban", 2: "rural"}
# Programmes whose decisions count the members of a household.
COUNTING = ("minimum_living", "marginal_household", "rigid_expenditure_household")


class Posted(NamedTuple):
    """One line of a run as the bank sees it: programme, subject and kind, over its months."""

    programme: str
    subject: int
    kind: str
    fen: int  # handed to the bank, net of what is withheld
    offset_fen: int
    months: tuple[Month, ...]
    payee_is: str


class Overpaid(NamedTuple):
    """What was issued beyond what is owed, by programme and subject."""

    programme: str
    subject: int
    fen: int
    months: tuple[Month, ...]
    balance: int


class Ledger:
    """The amounts of a case as known now."""

    def __init__(self, cast: Cast, runs: dict[str, PaymentRun], through: Month) -> None:
        self.cast, self.runs, self.through = cast, runs, through
        self.book = current_book()

    @cached_property
    def assessment(self) -> Assessment:
        """Every month of everybody's awards through the last month anyone asks about."""
        return assess(self._everybody(), through=self.through, book=self.book)

    def _everybody(self) -> Scope:
        homes = [home.pk for home in self.cast.homes.values()]
        return scope_of(homes, [person.pk for person in self.cast.persons.values()])

    # ---- owed ----
    def results(self, month: Month, programme: str, subject: int) -> list[Result]:
        """The awards of a subject in a month, as computed."""
        found = self.assessment.results.get(month, [])
        return [r for r in found if r.card.code == programme and r.case.subject == subject]

    def owed(self, month: Month, programme: str, subject: int) -> int:
        """Fen owed; 0 where there is no award."""
        return sum(r.outcome.fen for r in self.results(month, programme, subject))

    def zone(self, month: Month, subject: int) -> str:
        """The class of the minimum-living award of a month, "" without one."""
        for result in self.results(month, "minimum_living", subject):
            return ZONES.get(result.case.facts.zone, "")
        return ""

    def everything(self, month: Month) -> list[Result]:
        """All awards of a month that come to an amount."""
        return [r for r in self.assessment.results.get(month, []) if r.outcome.fen]

    def of_household(self, month: Month, household: int) -> list[Result]:
        """What a household and those who live in it at the month's end are owed."""
        stays = Member.objects.known_now().filter(
            household_id=household, period__contains=last_day(month)
        )
        mine = {-household, *stays.values_list("person_id", flat=True)}
        return [r for r in self.everything(month) if r.case.subject in mine]

    def said(self, result: Result, month: Month) -> list[tuple[str, int]]:
        """The working of an amount, step by step, in fen."""
        working = Working()
        standards = self.book.month(month)
        pronounce(result.card, result.case.facts, result.situation, standards, working)
        return working.lines

    # ---- issued ----
    @cached_property
    def posted(self) -> dict[str, list[Posted]]:
        """The lines of every run by its name."""
        return {name: list(self._lines(run)) for name, run in self.runs.items()}

    def _lines(self, run: PaymentRun) -> list[Posted]:
        payees = {
            (i.programme, i.subject, i.kind): i.payee_is
            for i in BankItem.objects.filter(batch__run=run).exclude(batch__state="void")
        }
        grouped: dict[tuple[str, int, str], list[PaymentLine]] = defaultdict(list)
        lines = PaymentLine.objects.filter(calculation=run.calculation).order_by("month")
        for line in lines:
            grouped[line.programme, line.subject, line.kind].append(line)
        return [
            Posted(
                *key,
                fen=sum(line.fen - line.offset_fen for line in found),
                offset_fen=sum(line.offset_fen for line in found),
                months=tuple(line.month for line in found),
                payee_is=payees.get(key, ""),
            )
            for key, found in grouped.items()
        ]

    def batch(self, run: str) -> tuple[int, int]:
        """Number and sum of the items of the sealed batch of a run."""
        found = self.runs[run].batches.exclude(state="void").get()
        return found.count, found.total_fen

    def overpaid(self) -> list[Overpaid]:
        """Every recovery with something in it, and what is left of it."""
        found = []
        for recovery in Recovery.objects.order_by("pk"):
            months = {
                row["month"]: row["fen"]
                for row in recovery.entries.values("month").annotate(fen=Sum("fen"))
                if row["fen"] > 0
            }
            if not months:
                continue
            amount = sum(months.values())
            left = amount - self._given_back(recovery)
            mine = (recovery.programme, recovery.subject)
            found.append(Overpaid(*mine, amount, tuple(sorted(months)), left))
        return found

    def _given_back(self, recovery: Recovery) -> int:
        """What was repaid, and what issued runs withheld."""
        repaid = recovery.repayments.aggregate(fen=Sum("fen"))["fen"] or 0
        withheld = PaymentLine.objects.filter(
            programme=recovery.programme,
            subject=recovery.subject,
            calculation_id__in=PaymentRun.objects.issued().values("calculation_id"),
        ).aggregate(fen=Sum("offset_fen"))["fen"]
        return int(repaid) + int(withheld or 0)

    def history(self, programme: str, subject: int) -> list[str]:
        """The months of a subject in words: owed, and issued by which run."""
        issued: dict[Month, list[str]] = defaultdict(list)
        for name, run in self.runs.items():
            lines = PaymentLine.objects.filter(
                calculation=run.calculation, programme=programme, subject=subject
            )
            for line in lines.order_by("month", "kind"):
                words = f"{name} 批次 {line.kind} {yuan(line.fen)}"
                withheld = f"（其中抵扣 {yuan(line.offset_fen)}）" if line.offset_fen else ""
                issued[line.month].append(words + withheld)
        months = {m for m in self.assessment.results if self.results(m, programme, subject)}
        return [
            f"{month_code(m)} 应发 {yuan(self.owed(m, programme, subject))}，"
            f"已发 {'、'.join(issued[m]) or '无'}"
            for m in sorted(months | set(issued))
        ]

    # ---- persons ----
    def counted(self, household: int) -> int | None:
        """Persons counted in the last determination of a household, or by the facts if refused."""
        newest = (
            Determination.objects.filter(
                entitlement__household_id=household, entitlement__person__isnull=True
            )
            .order_by("pk")
            .last()
        )
        if newest is not None:
            return newest.members.filter(counted=True).count()
        return self._counted_by_facts(household)

    def _counted_by_facts(self, household: int) -> int | None:
        """Persons the last decision looked at that froze nothing: a refusal, or a status."""
        mine = Decision.objects.filter(
            programme__in=COUNTING, household_id=household, person__isnull=True
        )
        last = mine.order_by("pk").last()
        if last is None:
            return None
        month = next_month(month_of(last.decided_on))
        return len(Evidence(household).picture(last.decided_on, month).counted)

    def self_care(self, person: int) -> str:
        """The grade of the newest assessment (R-TK-08), "" when there is none."""
        mine = Fact.objects.known_now().filter(kind="self_care", person_id=person)
        newest = mine.order_by("on", "pk").last()
        return self_care_grade(newest.number or 0) if newest is not None else ""

    def attained(self, person: str, age: int) -> dt.date:
        """The day on which a person attains an age (CV-05)."""
        return attained(self.cast.persons[person].born, age)


def pays(programme: str) -> bool:
    """Whether runs ever issue money for a programme."""
    return PROGRAMMES[programme].nature in (Nature.MONTHLY, Nature.ONE_OFF)
