"""底册: everybody and everything the county starts with, with ids, before it is written.

The rows are those the actions write: tests/seeds registers households again through them.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from apps.casework.models import Application, Decision, Entitlement, StepTaken
from apps.households.actions.persons import PINYIN_LENGTH
from apps.households.models import BankAccount, Fact, Household, Member, Person
from apps.minimum_living.models import Determination, DeterminationMember
from apps.offices.models import Division, Event, Staff
from apps.units.id_number import make_id
from apps.units.months import Month, month_of, next_month
from apps.units.names import compare_key, initials_all, pinyin_all
from seeds.clock import morning
from seeds.names import Names
from seeds.sheets import Sheet, keys_at_the_end, number_on, span

GO_LIVE = dt.date(2023, 12, 31)  # the day the households of the old lists were taken over
ACCOUNTS_FROM = dt.date(2024, 1, 1)
IMPORTED = "系统上线导入"
BANKS = ("中国邮政储蓄银行", "农村商业银行", "中国农业银行", "中国工商银行")
TEST_CARDS = "621799000"  # no bank gives out this run of numbers
STORY_SERIAL = 900  # 顺序码 from here on belong to the named stories
OF_APPLICATION = ("disability_living", "disability_nursing", "old_age_allowance")


class Office(NamedTuple):
    """The posts a demo needs: who prepares and decides, and the four of a payment run."""

    clerk: Staff
    supervisor: Staff
    checker: Staff
    approver: Staff
    finance: Staff


class Individual(NamedTuple):
    """Somebody of the county."""

    pk: int
    name: str
    born: dt.date
    sex: str
    id_number: str


class Home(NamedTuple):
    """A household with those who live in it and their relationship."""

    pk: int
    zone: str
    since: dt.date
    known: dt.date  # the day it was registered here
    members: tuple[tuple[Individual, str], ...]

    @property
    def head(self) -> Individual:
        return next(who for who, relationship in self.members if relationship == "applicant")


class Award(NamedTuple):
    """A taken-over award; ``person`` None: of the household."""

    pk: int
    decision: int
    programme: str
    home: Home
    person: Individual | None
    decided: dt.date
    first: Month


class IdNumbers:
    """Numbers with valid check digits, each once; odd serials are men's."""

    def __init__(self, start: int = 101) -> None:
        self._start = start
        self._given: dict[tuple[dt.date, str], int] = {}

    def next(self, born: dt.date, sex: str) -> str:
        """The next free number of a birthday and sex."""
        before = self._given.get((born, sex), self._start + (sex == "f") - 2)
        self._given[born, sex] = before + 2
        return make_id("430482", born, before + 2)


def card_number(n: int) -> str:
    """A 19-digit account number that passes the Luhn check and is plainly made up."""
    body = f"{TEST_CARDS}{n:09d}"
    return body + str(_luhn(body))


def _luhn(body: str) -> int:
    """The check digit of ISO/IEC 7812: every second digit from the right is doubled."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


@lru_cache(maxsize=100_000)
def keys_of(name: str) -> tuple[str, str, list[str]]:
    """What a name is compared and searched by, as new_person() stores it."""
    text = " ".join(pinyin_all(name))
    if len(text) > PINYIN_LENGTH:
        text = text[:PINYIN_LENGTH].rpartition(" ")[0]
    return compare_key(name), text, list(initials_all(name))


class Ledger:
    """The sheets of all tables; ids are given out in order, so rows may name each other."""

    def __init__(self, rng: random.Random, office: Office, moment: dt.datetime) -> None:
        self.rng, self.office = rng, office
        self.names, self.id_numbers = Names(rng), IdNumbers()
        villages = list(Division.objects.filter(kind="village").order_by("code"))
        self.villages = {z: [v for v in villages if v.zone == z] for z in ("urban", "rural")}
        self.towns = dict(Division.objects.exclude(kind="village").values_list("code", "name"))
        self._ids = {model: count(1) for model in SHEETS}
        self._cards = count(1)
        self._awards: dict[int, list[Award]] = {}
        self.sheets = {model: Sheet(model, columns, moment) for model, columns in SHEETS.items()}

    def _add(self, model: Any, *row: Any) -> int:
        pk = next(self._ids[model])
        self.sheets[model].add(pk, *row)
        return pk

    def born(self, age: int, on: dt.date) -> dt.date:
        """A birthday of somebody who is that old on a day."""
        back = dt.timedelta(days=self.rng.randrange(365))
        return dt.date(on.year - age, on.month, min(on.day, 28)) - back

    def person(self, sex: str, born: dt.date, surname: str = "") -> Individual:
        """Somebody new; the number's serial tells the sex."""
        name = self.names.full(sex, surname)
        number = self.id_numbers.next(born, sex)
        key, pinyin, initials = keys_of(name)
        phone = f"10000{self.rng.randrange(10**6):06d}" if self.rng.random() < 0.6 else ""
        pk = self._add(Person, number, name, key, pinyin, initials, sex, born, phone)
        return Individual(pk, name, born, sex, number)

    def home(
        self,
        zone: str,
        members: Sequence[tuple[Individual, str]],
        since: dt.date,
        known: dt.date = GO_LIVE,
    ) -> Home:
        """A household in a village of its zone, with its zone fact and its members."""
        village = self.rng.choice(self.villages[zone])
        pk = next(self._ids[Household])
        town = self.towns[village.code[:9]]
        address = f"{town}{village.name}{self.rng.randrange(1, 13)}组"
        number = f"{village.code}{pk:08d}"
        self.sheets[Household].add(pk, number, village.code, address, since)
        home = Home(pk, zone, since, known, tuple(members))
        self.fact("zone", home, since, code=zone)
        by = self.office.clerk.pk
        for who, relationship in members:
            self._add(Member, who.pk, pk, relationship, span(since), known, by)
        noon = morning(known)
        self.sheets[Event].add(noon, by, "households.household", pk, pk, IMPORTED)
        return home

    def fact(
        self,
        kind: str,
        owner: Individual | Home,
        on: dt.date,
        home: Home | None = None,
        **more: Any,
    ) -> None:
        """A dated fact of a person (with the household, where the kind asks for it) or a home."""
        person = owner.pk if isinstance(owner, Individual) else None
        household = owner.pk if isinstance(owner, Home) else home.pk if home else None
        known = more.pop("known", owner.known if isinstance(owner, Home) else GO_LIVE)
        known = max(known, on)
        extra = tuple(more.pop(name, "" if name in WORDS else None) for name in FACT_COLUMNS)
        assert not more, more
        self._add(
            Fact, kind, person, household, on, *extra, known, morning(known), self.office.clerk.pk
        )

    def account(
        self,
        owner: Individual | Home,
        payee: Individual,
        payee_is: str = "self",
        known: dt.date = GO_LIVE,
    ) -> None:
        """The first version of where the money of a person or a home goes."""
        mine = (owner.pk, None) if isinstance(owner, Individual) else (None, owner.pk)
        self._account(mine, payee.name, payee.id_number, payee_is, known)

    def institution(self, owner: Individual, name: str) -> None:
        """Money of somebody in institutional care goes to the institution."""
        self._account((owner.pk, None), name, "", "institution", GO_LIVE)

    def _account(
        self,
        owner: tuple[int | None, int | None],
        name: str,
        number: str,
        payee_is: str,
        known: Any,
    ) -> None:
        bank = self.rng.choices(BANKS, (5, 4, 2, 1))[0]
        card = card_number(next(self._cards))
        by = self.office.clerk.pk
        self._add(BankAccount, *owner, 1, name, number, payee_is, bank, card, known, by)

    def award(
        self, programme: str, home: Home, person: Individual | None, decided: dt.date
    ) -> Award:
        """A taken-over award: application, confirmation, and the months from ACCOUNTS_FROM on."""
        applied = decided - dt.timedelta(days=self.rng.randrange(18, 40))
        accepted = applied + dt.timedelta(days=self.rng.randrange(0, 3))
        month = month_of(applied) if programme in OF_APPLICATION else next_month(month_of(decided))
        who = person.pk if person else None
        clerk, supervisor = self.office.clerk.pk, self.office.supervisor.pk
        # Entered from the paper file: accepted, then confirmed (补录).
        ran = ("confirmed", applied, accepted, True, 2, clerk)
        asked = self._add(Application, programme, home.pk, who, *ran)
        self._step(asked, "accept", accepted, clerk, "submitted", "accepted")
        self._step(asked, "back_entry", decided, supervisor, "accepted", "confirmed")
        award = self._add(Entitlement, programme, home.pk, who, span(month), ACCOUNTS_FROM, asked)
        subject = (programme, home.pk, who, asked, award)
        made = (decided, month, True, clerk, supervisor, morning(decided))
        decision = self._add(Decision, "confirm", *subject, *made)
        made_so = Award(award, decision, programme, home, person, decided, month)
        self._awards.setdefault(home.pk, []).append(made_so)
        return made_so

    def _step(self, asked: int, code: str, on: dt.date, by: int, source: str, target: str) -> None:
        """One step of an application, as the office took it."""
        paper = code == "back_entry"
        self._add(StepTaken, asked, code, on, by, source, target, paper, morning(on))

    def holders(self, programme: str) -> set[int]:
        """The persons who have a taken-over award of a programme."""
        found = (award for awards in self._awards.values() for award in awards)
        return {a.person.pk for a in found if a.programme == programme and a.person}

    def awards_of(self, home: Home) -> list[Award]:
        """Every taken-over award of a household and its members."""
        return self._awards.get(home.pk, [])

    def determine(self, award: Award, seen: Sequence[tuple[Any, ...]]) -> None:
        """What the confirmation froze: of each member pk, why_not, and yearly fen of each kind."""
        pk = self._add(
            Determination,
            award.pk,
            award.decision,
            award.decided,
            span(award.first),
            award.home.zone,
        )
        for who, why_not, *fen in sorted(seen):
            self._add(DeterminationMember, pk, who, not why_not, why_not, *fen)

    def write(self) -> None:
        """Everything, table by table, each after those it refers to."""
        with keys_at_the_end([sheet.model for sheet in self.sheets.values()]):
            for sheet in self.sheets.values():
                sheet.write()


WORDS = ("code", "part", "detail", "per")
FACT_COLUMNS = ("until", "code", "part", "detail", "number", "amount_fen", "per", "flag", "day")
SHEETS: dict[Any, str] = {
    Person: "id id_number name name_key pinyin initials sex born phone",
    Household: "id number division address since",
    Member: "id person_id household_id relationship period recorded_on recorded_by_id",
    Fact: "id kind person_id household_id on "
    + " ".join(FACT_COLUMNS)
    + " recorded_on recorded_at recorded_by_id",
    BankAccount: "id person_id household_id version payee_name payee_id_number payee_is bank number"
    " recorded_on recorded_by_id",
    Application: "id programme household_id person_id state applied_on accepted_on back_entry"
    " version prepared_by_id",
    StepTaken: "id application_id code on by_id source target back_entry at",
    Entitlement: "id programme household_id person_id period accounts_from application_id",
    Decision: "id kind programme household_id person_id application_id entitlement_id decided_on"
    " effective back_entry prepared_by_id decided_by_id at",
    Determination: "id entitlement_id decision_id as_of period zone",
    DeterminationMember: "id determination_id person_id counted why_not wage_fen base_pension_fen"
    " other_fen deduction_fen",
    Event: "at by_id kind object_id household_id verb",
}


def number_all() -> None:
    """Numbers of every table go on after its last row, whatever was tried and undone before."""
    from django.apps import apps  # noqa: PLC0415

    names = (
        "households",
        "casework",
        "minimum_living",
        "payments",
        "offices",
        "standards",
        "registers",
        "evidence",
        "publicity",
        "reviews",
        "changes",
    )
    for name in names:
        number_on([m for m in apps.get_app_config(name).get_models() if m._meta.managed])
