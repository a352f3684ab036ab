"""家庭情况: who of a household counts and with what, on a day, from the facts as recorded.

The facts are read once; a picture of any day up to then is drawn from them without the database,
so that a correction of many months costs no more reading than a decision of today.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext

from apps.casework.models import Entitlement
from apps.households.kinds import COUNTED_INCOME
from apps.households.models import Fact, Member, Person
from apps.households.shapes import BadFact
from apps.minimum_living.rule import GRADE_CODES, UNKNOWN_GRADE, ZONE_CODES, MinimumLiving
from apps.units.ages import age_on, anniversary
from apps.units.months import Month, month_of
from apps.units.periods import Period, contains, span

KINDS = (
    "income",
    "deduction",
    "property",
    "disability",
    "death",
    "custody",
    "religious",
    "schooling",
    "illness",
    "zone",
    "co_residence",
    "dependent_adult",
    "expenditure",
    "work_refusal",
    "grade",
)
AWAY = ("imprisoned", "compulsory_rehabilitation", "declared_missing")
STUDYING = (
    "compulsory",
    "senior_high",
    "secondary_vocational",
    "junior_college",
    "undergraduate",
)
EXCLUSIVE = ("destitute_basic", "orphan_allowance", "minimum_living")


class Seen(NamedTuple):
    """One member on a day: counted, or why not; amounts in fen a year."""

    person: int
    why_not: str
    wage: int
    base_pension: int
    other: int
    deduction: int


class Picture(NamedTuple):
    """A household (or a single-person entry) on a day, as a determination freezes it."""

    zone: str
    grade: str
    household_deduction: int  # fen a year
    members: tuple[Seen, ...]

    @property
    def counted(self) -> list[Seen]:
        return [m for m in self.members if not m.why_not]

    def facts(self) -> MinimumLiving:
        """What the rule would be told of a month that rests on this picture alone."""
        counted = self.counted
        return MinimumLiving(
            zone=ZONE_CODES[self.zone],
            heads=len(counted),
            wage=sum(m.wage for m in counted),
            base_pension=sum(m.base_pension for m in counted),
            other=sum(m.other for m in counted),
            deductions=self.household_deduction + sum(m.deduction for m in counted),
            grade=GRADE_CODES.get(self.grade, UNKNOWN_GRADE),
        )


class Living(NamedTuple):
    """A person in the household, with the relationship and the days of it."""

    person: Person
    relationship: str
    period: Period


Award = tuple[int, str, Period]  # person, programme, period


class Records:
    """What is recorded about some households and single persons, read once for all of them."""

    def __init__(self, subjects: Collection[tuple[int, int | None]]) -> None:
        homes = {home for home, person in subjects if person is None}
        singles = {person for _, person in subjects if person is not None}
        self.living: dict[int, list[Living]] = defaultdict(list)  # by household
        stays = Member.objects.known_now().filter(household__in=homes) if homes else ()
        for row in stays and stays.select_related("person").order_by("id"):
            stay = Living(row.person, row.relationship, row.period)
            self.living[row.household_id].append(stay)
        self.singles = Person.objects.in_bulk(singles) if singles else {}
        people = {*singles, *(one.person.pk for rows in self.living.values() for one in rows)}
        mine = Q(person__in=people) | Q(
            household__in={home for home, _ in subjects}, person__isnull=True
        )
        self.facts: dict[int, list[Fact]] = defaultdict(list)  # by person, or minus the household
        for fact in Fact.objects.known_now().filter(mine, kind__in=KINDS).order_by("on", "id"):
            self.facts[fact.person_id or -(fact.household_id or 0)].append(fact)
        self.awards: dict[int, list[Award]] = defaultdict(list)  # by person
        held = Entitlement.objects.filter(
            person__in=people, programme__in=EXCLUSIVE, period__isempty=False
        )
        for award in held.values_list("person_id", "programme", "period"):
            self.awards[award[0]].append(award)


class Evidence:
    """Everything recorded so far about a household, or about one person of it (单人户).

    ``records``: what has been read for several of them.
    """

    def __init__(
        self, household_id: int, person_id: int | None = None, records: Records | None = None
    ) -> None:
        self.household_id, self.single = household_id, person_id is not None
        records = records or Records([(household_id, person_id)])
        self.living = records.living[household_id]
        if person_id is not None:
            single = records.singles[person_id]
            self.living = [Living(single, "applicant", (dt.date.min, None))]
        self.people = {row.person.pk: row.person for row in self.living}
        self._facts: dict[tuple[str, int], list[Fact]] = defaultdict(list)
        for owner in (-household_id, *self.people):
            for fact in records.facts[owner]:
                self._facts[fact.kind, owner].append(fact)
        self._awards = [award for who in self.people for award in records.awards[who]]

    def facts(self, kind: str, day: dt.date, person: int | None = None) -> list[Fact]:
        """Facts of a kind true by ``day``, oldest first; of the household without a person."""
        owner = -self.household_id if person is None else person
        return [f for f in self._facts.get((kind, owner), ()) if f.on <= day]

    def newest(self, kind: str, day: dt.date, person: int | None = None) -> Fact | None:
        """The newest by ``on``, then by order of recording."""
        found = self.facts(kind, day, person)
        return found[-1] if found else None

    def by_code(self, kind: str, day: dt.date, person: int | None = None) -> dict[str, int]:
        """Fen a year in force on the day by code: a newer fact of a code replaces the older."""
        newest = {f.code: f for f in self.facts(kind, day, person)}
        return {
            code: (f.amount_fen or 0) * (12 if f.per == "month" else 1)
            for code, f in newest.items()
            if f.until is None or f.until >= day
        }

    def flag(self, kind: str, day: dt.date, person: int | None = None) -> bool | None:
        """What the newest fact says; None when there is none or it leaves the matter open."""
        found = self.newest(kind, day, person)
        return found.flag if found else None

    def zone(self, day: dt.date) -> str:
        """The class of the household on the day; before the first record, that of the first."""
        known = self._facts["zone", -self.household_id]
        if not known:
            raise BadFact(gettext("该户没有城乡类别的登记，请先登记城乡类别。"))
        return (self.newest("zone", day) or known[0]).code

    def picture(self, as_of: dt.date, month: Month) -> Picture:
        """The household on ``as_of``, other awards as they stand in ``month`` (FORMAT §4, §6)."""
        grade = self.newest("grade", as_of)
        deductions = {} if self.single else self.by_code("deduction", as_of)
        there = [row for row in self.living if contains(row.period, as_of)]
        return Picture(
            self.zone(as_of),
            grade.code if grade else "",
            sum(deductions.values()),
            tuple(sorted(self._seen(row, as_of, month) for row in there)),
        )

    def _seen(self, row: Living, as_of: dt.date, month: Month) -> Seen:
        person = row.person.pk
        incomes = self.by_code("income", as_of, person)
        return Seen(
            person,
            self._why_not(row, as_of, month),
            incomes.get("wage", 0),
            incomes.get("central_base_pension", 0),
            sum(fen for code, fen in incomes.items() if code in COUNTED_INCOME and code != "wage"),
            sum(self.by_code("deduction", as_of, person).values()),
        )

    def _why_not(self, row: Living, as_of: dt.date, month: Month) -> str:
        """Empty when the member counts, else the first reason of rule.WHY_NOT (R-DB-01, 02)."""
        return (
            self._gone(row.person.pk, as_of)
            or self._elsewhere(row.person.pk, month)
            or ("" if self.single else self._apart(row, as_of))
        )

    def _gone(self, person: int, as_of: dt.date) -> str:
        """Dead, away by R-DB-02, or (of a family) three full years in a temple."""
        if self.facts("death", as_of, person):
            return "dead"
        custody = self.newest("custody", as_of, person)
        if custody and custody.code in AWAY:
            return custody.code
        return "religious" if not self.single and self.in_temple(person, as_of) else ""

    def in_temple(self, person: int, day: dt.date) -> bool:
        """Three full years (inclusive) in a place of worship by the day (R-DB-02, 03)."""
        found = self.newest("religious", day, person)
        return bool(found and found.day and anniversary(found.day, 3) <= day)

    def _elsewhere(self, person: int, month: Month) -> str:
        """Cared for by another award in the month: destitute, orphan, or an entry of one's own."""
        held = {code for who, code, period in self._awards if who == person and _in(period, month)}
        for code in ("destitute_basic", "orphan_allowance"):
            if code in held:
                return code
        return "single_entry" if "minimum_living" in held and not self.single else ""

    def _apart(self, row: Living, as_of: dt.date) -> str:
        """Related closely enough, or living together for long (R-DB-01)."""
        if row.relationship in ("applicant", "spouse"):
            return ""
        together = self.lives_together(row.person.pk, as_of)
        if row.relationship != "child":
            return "" if together else "not_co_resident"
        if together or age_on(row.person.born, as_of) < 18:
            return ""
        dependent = self.studies(row.person.pk, as_of) or self.flag(
            "dependent_adult", as_of, row.person.pk
        )
        return "" if dependent else "adult_child"

    def lives_together(self, person: int, day: dt.date) -> bool:
        """The newest finding of long co-residence with this very household (R-DB-01 (4))."""
        here = [
            f
            for f in self.facts("co_residence", day, person)
            if f.household_id == self.household_id
        ]
        return bool(here and here[-1].flag)

    def studies(self, person: int, day: dt.date) -> bool:
        """Full-time study up to bachelor; the month of its last day still counts (R-DB-01)."""
        found = self.newest("schooling", day, person)
        if found is None or found.code not in STUDYING:
            return False
        return found.until is None or month_of(found.until) >= month_of(day)


def _in(period: Period, month: Month) -> bool:
    """Whether a month lies in the period of an award."""
    first, end = span(period)
    return first <= month and (end is None or month < end)
