"""办事台: the real actions, as the offices of the county take them on the day it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, TypeAlias

from apps.casework import actions as casework
from apps.casework.beginning import Terms
from apps.casework.models import Entitlement
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.minimum_living import actions as minimum_living
from apps.payments import actions as payments
from apps.payments.models import PaymentRun
from apps.payments.recoveries import actions as recoveries
from apps.units.months import Month, month_of
from seeds import clock
from seeds.ledger import ACCOUNTS_FROM, BANKS, STORY_SERIAL, IdNumbers, Office, card_number

# A course of events, told in order: it yields the day on which it goes on.
Story: TypeAlias = Iterator[dt.date]
STORY_CARDS = 900_000_000


class Desk:
    """Every act of the year goes through here, on ``today``, by the office's two caseworkers."""

    def __init__(self, office: Office, village: dict[str, str]) -> None:
        self.office, self.village = office, village
        self.today = dt.date.min
        self.id_numbers = IdNumbers(STORY_SERIAL + 1)
        self.cards = count(STORY_CARDS)

    def person(self, name: str, sex: str, born: str) -> Person:
        """Somebody new, with a valid number."""
        day = dt.date.fromisoformat(born)
        return households.new_person(
            name=name,
            born=day,
            sex=sex,
            id_number=self.id_numbers.next(day, sex),
            by=self.office.clerk,
            recorded_on=self.today,
        )

    def household(self, zone: str, *members: tuple[Person, str]) -> Household:
        """A new household from today, with its account."""
        home = households.form_household(
            division=self.village[zone],
            zone=zone,
            since=self.today,
            members=members,
            by=self.office.clerk,
            recorded_on=self.today,
        )
        head = next(person for person, relationship in members if relationship == "applicant")
        self.account(home, head, "head")
        return home

    def account(
        self, owner: Person | Household, payee: Person, payee_is: str = "self", reason: str = ""
    ) -> None:
        """A new account for the money of a person or a household."""
        key = "person_id" if isinstance(owner, Person) else "household_id"
        self.account_of({key: owner.pk}, payee.name, payee.id_number or "", payee_is, reason=reason)

    def account_of(
        self, owner: dict[str, int], name: str, number: str, payee_is: str, reason: str = ""
    ) -> None:
        """The same by ids."""
        households.open_account(
            **owner,
            payee_name=name,
            payee_id_number=number,
            payee_is=payee_is,
            bank=BANKS[0],
            number=card_number(next(self.cards)),
            reason=reason,
            recorded_on=self.today,
            by=self.office.clerk,
        )

    def fact(self, kind: str, owner: Person | Household | int, on: str = "", **columns: Any) -> int:
        """A fact of a person (also by id) or a household; true from today unless told otherwise."""
        if isinstance(owner, Household):
            columns["household_id"] = owner.pk
        else:
            columns["person_id"] = owner if isinstance(owner, int) else owner.pk
        return households.record(
            kind,
            on=dt.date.fromisoformat(on) if on else self.today,
            recorded_on=self.today,
            by=self.office.clerk,
            **columns,
        ).pk

    def earns(self, person: Person | int, code: str, yuan_a_month: int, on: str = "") -> int:
        """An income of so many yuan a month."""
        return self.fact(
            "income", person, on, code=code, amount_fen=yuan_a_month * 100, per="month"
        )

    def leaves(self, home: Household, person: Person) -> None:
        """From today the person no longer lives there."""
        households.leave(
            household_id=home.pk,
            person_id=person.pk,
            on=self.today,
            recorded_on=self.today,
            by=self.office.clerk,
        )

    def joins(self, home: Household, person: Person, relationship: str) -> None:
        """From today the person lives there."""
        households.admit(
            household_id=home.pk,
            person_id=person.pk,
            relationship=relationship,
            on=self.today,
            recorded_on=self.today,
            by=self.office.clerk,
        )

    def apply(
        self, programme: str, home: Household | int, person: Person | int | None = None, **more: Any
    ) -> int:
        """An application of today, accepted at once."""
        asked = casework.apply(
            programme,
            household_id=home if isinstance(home, int) else home.pk,
            person_id=person.pk if isinstance(person, Person) else person,
            on=self.today,
            by=self.office.clerk,
            **more,
        )
        casework.accept(asked.pk, on=self.today, by=self.office.clerk)
        return asked.pk

    def confirm(self, application: int, **terms: Any) -> int:
        """Confirmed today; the award."""
        decision = casework.confirm(
            application, on=self.today, by=self.office.supervisor, terms=Terms(**terms)
        )
        assert decision.entitlement_id is not None
        return decision.entitlement_id

    def decide(self, application: int, **terms: Any) -> int:
        """Examined and decided today; the award, which the story counts on."""
        decision = casework.decide(
            application, on=self.today, by=self.office.supervisor, terms=Terms(**terms)
        )
        assert decision.entitlement_id is not None, (application, decision.findings)
        return decision.entitlement_id

    def grant(self, programme: str, home: Household, person: Person | None = None) -> int:
        """Applied for and confirmed today; accounted for from the county's first month on."""
        award = self.confirm(self.apply(programme, home, person))
        if self.today < ACCOUNTS_FROM:
            mine = Entitlement.objects.filter(pk=award, period__startswith__lt=ACCOUNTS_FROM)
            mine.update(accounts_from=ACCOUNTS_FROM)
        return award

    def stop(self, award: int, reason: str, effective: Month | None = None) -> None:
        """The award ends after this month, or as told."""
        casework.stop(
            award,
            on=self.today,
            by=self.office.supervisor,
            prepared_by=self.office.clerk,
            reason=reason,
            effective=effective,
        )

    def redetermine(self, award: int, effective: Month | None = None) -> None:
        """核定 anew on what is known today."""
        minimum_living.redetermine(award, effective=effective, **self._by())

    def grace(self, award: int, months: int) -> None:
        """渐退期 from next month on."""
        minimum_living.grant_grace(award, months=months, **self._by())

    def sanction(self, award: int, person: Person, until: Month) -> None:
        """停发本人份额 from next month on."""
        minimum_living.sanction(award, person_id=person.pk, until=until, **self._by())

    def _by(self) -> dict[str, Any]:
        office = self.office
        return {"on": self.today, "by": office.supervisor, "prepared_by": office.clerk}

    def repays(self, programme: str, subject: int, fen: int) -> None:
        """A family pays back part of what was paid too much."""
        recoveries.record_repayment(
            programme=programme, subject=subject, fen=fen, on=self.today, by=self.office.finance
        )

    def returned(self, programme: str, subject: int, why: str) -> None:
        """The bank returns what this month's run paid to the subject."""
        run = PaymentRun.objects.get(month=month_of(self.today), state="sent")
        payments.record_return(
            run_id=run.pk,
            programme=programme,
            subject=subject,
            reason=why,
            on=self.today,
            by=self.office.finance,
        )


def tell(desk: Desk, stories: Iterable[Story]) -> None:
    """All stories together, each going on when its day has come; ties in the order given."""
    queue = [(next(story), n, story) for n, story in enumerate(stories)]
    heapify(queue)
    while queue:
        day, n, story = heappop(queue)
        assert day >= desk.today, (day, desk.today, story)
        desk.today = day
        with clock.at(day):
            later = next(story, None)
        if later is not None:
            heappush(queue, (later, n, story))
