"""试算: what a household or person would be owed in a month, and why; nothing stays written.

Everything hypothetical (facts, members, awards) is recorded by the real actions inside a
transaction that is always rolled back, so a trial and a payment can never differ in their rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from apps.casework import actions
from apps.casework.assess import assess, scope_of
from apps.casework.engine import Result
from apps.casework.examine import examine, first_failed
from apps.casework.models import Application, Entitlement
from apps.casework.outcome import Test, Verdict, pronounce
from apps.casework.programme import PROGRAMMES, Programme, Start, Subject
from apps.households.actions import form_household, new_person, record
from apps.households.kinds import KINDS
from apps.households.models import Household, Member
from apps.offices.actions import appoint
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound
from apps.standards.book import Book, Standards, Value
from apps.standards.models import current_book
from apps.units.months import Month, last_day, next_month
from apps.units.periods import contains
from apps.units.working import Working

Columns = Mapping[str, Any]


class HypotheticalPerson(NamedTuple):
    """Someone who need not exist. ``facts``: columns of record(), kind and on among them."""

    born: dt.date
    sex: str = ""
    relationship: str = "applicant"
    name: str = "试算人员"
    facts: tuple[Columns, ...] = ()


class HypotheticalHousehold(NamedTuple):
    """A household that need not exist; the first of ``members`` is the applicant."""

    zone: str
    members: tuple[HypotheticalPerson, ...]
    facts: tuple[Columns, ...] = ()
    division: str = ""  # default: the first village of the one who tries


class Trial(NamedTuple):
    """The answer of a trial. ``verdict`` None: the programme has no monthly amount (身份、实物)."""

    programme: str
    month: Month
    fen: int
    verdict: Verdict | None
    why: str
    lines: list[tuple[str, int]]  # the working: words, fen
    documents: list[str]  # of the standards it rests on
    findings: list[Test]  # the tests of a decision; empty where an award exists already

    @property
    def refused_by(self) -> Test | None:
        """The test that would refuse the application: the amount is then only what-if."""
        return first_failed(self.findings)


class _Undone(Exception):
    """Raised to roll back whatever a trial has recorded."""


class _Subject(NamedTuple):
    household_id: int
    person_id: int | None

    @property
    def number(self) -> int:
        return self.person_id if self.person_id is not None else -self.household_id


def trial(
    *,
    programme: str,
    month: Month,
    household_id: int | None = None,
    person_id: int | None = None,
    household: HypotheticalHousehold | None = None,
    facts: Sequence[Columns] = (),
    standards: Sequence[Value] = (),
    awards: Sequence[str] = (),
    basis: str = "",
    by: Staff,
) -> Trial:
    """What ``programme`` would pay in ``month``.

    ``facts`` are added (record()'s columns; the owner defaults to the subject), ``standards``
    are drafts (Book.with_value), ``awards`` other programmes taken as granted. For a
    hypothetical household ``person_id`` is the place of the person among its members.
    """
    card = PROGRAMMES[programme]
    book = current_book()
    for draft in standards:
        book = book.with_value(draft)
    found: list[Trial] = []
    with rolled_back():
        subject = _subject(card, household_id, person_id, household, by, month)
        for columns in facts:
            _record(columns, subject, month)
        for code in awards:
            _grant(PROGRAMMES[code], subject, month, book)
        findings = _grant(card, subject, month, book, basis, again=bool(facts))
        found.append(_answer(card, subject, month, book, findings))
    return found[0]


def amounts(
    card: Programme, applications: Sequence[Application], *, month: Month, by: Staff
) -> dict[int, int | None]:
    """What each application to ``card`` would be paid in ``month``: fen by its id.

    As ``trial`` finds it; None where there is no amount. One trial for all, unless somebody has
    an award of the card already; a second application of one household makes another round.
    """
    held = _holders(card, applications)
    found: dict[int, int | None] = {}
    for one in applications:
        if one.pk in held:
            tried = trial(
                programme=card.code,
                month=month,
                household_id=one.household_id,
                person_id=one.person_id,
                basis=one.basis,
                by=by,
            )
            found[one.pk] = None if tried.verdict is None else tried.fen
    left = [one for one in applications if one.pk not in held]
    while left:
        batch = list({one.household_id: one for one in reversed(left)}.values())
        found |= _amounts_of(card, batch, month)
        left = [one for one in left if one.pk not in found]
    return found


def _holders(card: Programme, applications: Sequence[Application]) -> set[int]:
    """The applications whose subject has or had an award of the card (one query)."""
    homes = {one.household_id for one in applications if one.person_id is None}
    persons = {one.person_id for one in applications if one.person_id is not None}
    mine = Q(household_id__in=homes, person__isnull=True) | Q(person_id__in=persons)
    rows = Entitlement.objects.of(card.code).filter(mine, period__isempty=False)
    subjects = set(rows.values_list("subject", flat=True))
    return {one.pk for one in applications if _subject_of(one).number in subjects}


def _subject_of(one: Application) -> _Subject:
    return _Subject(one.household_id, one.person_id)


def _amounts_of(
    card: Programme, batch: Sequence[Application], month: Month
) -> dict[int, int | None]:
    """One trial of applications of different households."""
    fen: dict[int, int] = {}
    with rolled_back():
        clerk, decider = imagined_post(Role.COUNTY_CLERK), imagined_post(Role.COUNTY_SUPERVISOR)
        actions.imagine_all(card, batch, on=in_time_for(card, month), prepared_by=clerk, by=decider)
        persons = [one.person_id for one in batch if one.person_id is not None]
        scope = scope_of([one.household_id for one in batch], persons)
        for result in assess(scope, through=month, book=current_book()).results.get(month, []):
            if result.card.code == card.code:
                fen.setdefault(result.case.subject, result.outcome.fen)
    return {one.pk: fen.get(_subject_of(one).number) for one in batch}


def in_time_for(card: Programme, month: Month) -> dt.date:
    """The day on which a decision is in time for the month."""
    return last_day(next_month(month, -1) if card.start is Start.AFTER_DECISION else month)


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction of which nothing remains."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        return


def _subject(
    card: Programme,
    household_id: int | None,
    person_id: int | None,
    household: HypotheticalHousehold | None,
    by: Staff,
    month: Month,
) -> _Subject:
    """Whose trial it is; a household out of sight is not found."""
    if household is not None:
        home, people = _imagined(household, by, month)
        one = people[person_id or 0] if card.subject is not Subject.HOUSEHOLD else None
        return _Subject(home, None if card.subject is Subject.EITHER and person_id is None else one)
    if household_id is None and person_id is not None:
        stays = Member.objects.known_now().filter(person_id=person_id).order_by("-period")
        household_id = stays.values_list("household_id", flat=True).first()
    if not Household.objects.visible_to(by).filter(pk=household_id or 0).exists():
        raise NotFound(gettext("没有找到这一户，或不在您的管辖范围内。"))
    assert household_id is not None, "found above"
    return _Subject(household_id, None if card.subject is Subject.HOUSEHOLD else person_id)


def _imagined(wanted: HypotheticalHousehold, by: Staff, month: Month) -> tuple[int, list[int]]:
    """The household and its persons, recorded as if they had lived there for a long time."""
    since = next_month(month, -36)
    people = [
        new_person(name=one.name, born=one.born, sex=one.sex, by=None, recorded_on=since)
        for one in wanted.members
    ]
    home = form_household(
        division=wanted.division or by.division.ljust(12, "0"),
        zone=wanted.zone,
        since=since,
        members=[
            (person, one.relationship) for person, one in zip(people, wanted.members, strict=True)
        ],
        by=None,
        recorded_on=since,
    )
    for columns in wanted.facts:
        _record({"household_id": home.pk, **columns}, _Subject(home.pk, None), month)
    for person, one in zip(people, wanted.members, strict=True):
        for columns in one.facts:
            owner = {"person_id": person.pk}
            if "household" in KINDS[columns["kind"]].needs:
                owner["household_id"] = home.pk  # a finding about the person in this household
            _record({**owner, **columns}, _Subject(home.pk, person.pk), month)
    return home.pk, [person.pk for person in people]


def _record(columns: Columns, subject: _Subject, month: Month) -> None:
    """One hypothetical fact; without a day it has long been true."""
    given = dict(columns)
    on = given.pop("on", next_month(month, -12))
    if "person_id" not in given and "household_id" not in given:
        owner = "household_id" if subject.person_id is None else "person_id"
        given[owner] = subject.person_id or subject.household_id
    record(given.pop("kind"), on=on, recorded_on=on, by=None, **given)


def _grant(
    card: Programme,
    subject: _Subject,
    month: Month,
    book: Book,
    basis: str = "",
    *,
    again: bool = False,
) -> list[Test]:
    """Give the award as if decided in time for the month; its tests, if it was not held.

    ``again``: an award whose decision froze the facts (on_confirm) is decided anew on them.
    """
    card = PROGRAMMES[card.awarded_with] if card.awarded_with else card
    mine = subject._replace(person_id=None) if card.subject is Subject.HOUSEHOLD else subject
    held = _held(card, mine, month)
    if held is not None and not (again and card.on_confirm):
        return []
    day = in_time_for(card, month)
    clerk, decider = imagined_post(Role.COUNTY_CLERK), imagined_post(Role.COUNTY_SUPERVISOR)
    if held is not None:
        actions.stop(
            held.pk, on=day, by=decider, prepared_by=clerk, reason="other", effective=month
        )
    asked = _apply(card, mine, day, basis or (held.basis if held else ""), clerk)
    tests = examine(asked, day=day, book=book)
    actions.imagine(asked.pk, on=day, by=decider, findings=tests)
    return tests


def _held(card: Programme, subject: _Subject, month: Month) -> Entitlement | None:
    mine = Entitlement.objects.of(card.code).payable_in(month)
    if subject.person_id is None:
        return mine.filter(household_id=subject.household_id, person__isnull=True).first()
    return mine.filter(person_id=subject.person_id).first()


def _apply(
    card: Programme, subject: _Subject, day: dt.date, basis: str, clerk: Staff
) -> Application:
    """The subject's open application, filed anew, or a hypothetical one of that day."""
    waiting = Application.objects.open().filter(programme=card.code)
    owner: dict[str, Any] = {"household_id": subject.household_id, "person__isnull": True}
    if subject.person_id is not None:
        owner = {"person_id": subject.person_id}
    asked = waiting.filter(**owner).first()
    if asked is not None and asked.applied_on <= day:
        if asked.state == "submitted":
            return asked
        day, basis = asked.applied_on, basis or asked.basis
    if asked is not None:
        last = max([asked.applied_on, *asked.steps.values_list("on", flat=True)])
        actions.withdraw(asked.pk, on=last, by=clerk)
    return actions.apply(
        card.code,
        household_id=subject.household_id,
        person_id=subject.person_id,
        on=day,
        by=clerk,
        basis=basis,
    )


def imagined_post(role: Role) -> Staff:
    """A post that exists only for the trial: whoever tries need not be allowed to decide."""
    return appoint(name="试算", role=role, division="")


def _answer(
    card: Programme, subject: _Subject, month: Month, book: Book, findings: list[Test]
) -> Trial:
    persons = [subject.person_id] if subject.person_id else []
    found = assess(scope_of([subject.household_id], persons), through=month, book=book)
    for result in found.results.get(month, []):
        if result.card.code == card.code and result.case.subject == subject.number:
            outcome = result.outcome
            return Trial(
                card.code,
                month,
                outcome.fen,
                outcome.verdict,
                outcome.why,
                say_result(result, book.month(month)).lines,
                documents_of(card, month, book),
                findings,
            )
    return Trial(card.code, month, 0, None, "", [], documents_of(card, month, book), findings)


def say_result(result: Result, standards: Standards) -> Working:
    """The working of a result, said again from the very facts it was found from."""
    working = Working()
    again = pronounce(result.card, result.case.facts, result.situation, standards, working)
    assert again == result.outcome, (result, again)
    return working


def documents_of(card: Programme, month: Month, book: Book) -> list[str]:
    """The documents of the standards a card reads in a month, each once, in the card's order."""
    rows = [
        row
        for row in book
        if row.key in card.standards and contains((row.since, row.until), month) and row.document
    ]
    rows.sort(key=lambda row: card.standards.index(row.key))
    return list(dict.fromkeys(row.document for row in rows))
