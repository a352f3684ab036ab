"""并档与拆档: two files of one human being become one, and may be taken apart again.

Nothing is rewritten: the merged file keeps its facts, payments and past. It lives nowhere from the
day on, and what it knew is recorded again for the file that is kept.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.households.actions.accounts import open_account
from apps.households.actions.facts import void
from apps.households.actions.homes import admit, leave
from apps.households.actions.moving import close_household, reopen_household
from apps.households.models import (
    BankAccount,
    DistinctPair,
    Fact,
    Household,
    Member,
    Person,
    PersonMerge,
)
from apps.households.shapes import BadFact
from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.offices.moves import NotFound

KIND = "households.personmerge"
SAID = (
    "kind",
    "household_id",
    "on",
    "until",
    "code",
    "part",
    "detail",
    "number",
    "amount_fen",
    "gross_fen",
    "deduction_fen",
    "per",
    "flag",
    "day",
    "items",
)


@transaction.atomic
def merge_persons(
    *, kept_id: int, merged_id: int, on: dt.date, reason: str, by: Staff | None
) -> PersonMerge:
    """并档: from ``on`` there is only the kept one; BadFact says what stands in the way.

    Awards are not looked at here: whoever merges sees to it first that only one file has any.
    """
    kept, merged = _both(kept_id, merged_id)
    if not reason.strip():
        raise BadFact(gettext("合并须写明依据，请补填。"))
    stay = _let_go(merged, on, by)
    copied = _record_again(kept, merged, on, by)
    _take_account(kept, merged, on, by)
    made = PersonMerge.objects.create(
        kept=kept,
        merged=merged,
        on=on,
        reason=reason.strip(),
        household_id=stay.household_id if stay else None,
        relationship=stay.relationship if stay else "",
        copied=copied,
        recorded_by=by,
    )
    _told(made, "并档", on, by, f"{merged.name}并入{kept.name}：{reason.strip()}")
    return made


def _both(kept_id: int, merged_id: int) -> tuple[Person, Person]:
    """The two files, locked; neither may have been merged into another before."""
    rows = Person.objects.select_for_update(of=("self",)).filter(pk__in=(kept_id, merged_id))
    people = {person.pk: person for person in rows.order_by("pk")}
    if len(people) != 2:
        raise NotFound(gettext("没有找到要合并的两份档案。"))
    gone = PersonMerge.objects.standing().filter(merged__in=people).select_related("merged")
    for one in gone:
        raise BadFact(
            gettext("{name}的一份档案已经并入他人，请先刷新页面。").format(name=one.merged.name)
        )
    return people[kept_id], people[merged_id]


def _let_go(merged: Person, on: dt.date, by: Staff | None) -> Member | None:
    """The merged file lives nowhere from the day on; a household left empty is closed."""
    stays = Member.objects.known_now().filter(person=merged)
    found = stays.filter(period__contains=on).select_related("household")
    stay: Member | None = found.first()
    if stay is None:
        return None
    others = Member.objects.known_now().filter(household_id=stay.household_id, period__contains=on)
    others = others.exclude(person=merged)
    if stay.relationship == "applicant" and others.exists():
        raise BadFact(
            gettext("{name}是{number}户的户主，请先办理户主变更。").format(
                name=merged.name, number=stay.household.number
            )
        )
    leave(household_id=stay.household_id, person_id=merged.pk, on=on, recorded_on=on, by=by)
    if not others.exists():
        words = f"{merged.name}并档后没有成员"
        close_household(household_id=stay.household_id, on=on, by=by, reason=words)
    return stay


def _record_again(
    kept: Person, merged: Person, on: dt.date, by: Staff | None
) -> list[tuple[int, int]]:
    """What only the merged file knew, recorded for the kept one; pairs of fact ids."""
    mine = {_said(fact) for fact in Fact.objects.known_now().filter(person=kept)}
    dead = any(said[0] == "death" for said in mine)
    theirs = [
        fact
        for fact in Fact.objects.known_now().filter(person=merged).order_by("pk")
        if _said(fact) not in mine and not (dead and fact.kind == "death")
    ]
    made = Fact.objects.bulk_create(
        Fact(
            person=kept,
            evidence=fact.evidence or f"由重复档案转登（原登记日期{fact.recorded_on}）",
            recorded_on=on,
            recorded_by=by,
            **{name: getattr(fact, name) for name in SAID},
        )
        for fact in theirs
    )
    for fact in made[:1]:
        first = min(one.on for one in made)
        note_change(on=first, what="并档转登事实", person_id=fact.person_id)
    return [(old.pk, new.pk) for old, new in zip(theirs, made, strict=True)]


def _said(fact: Fact) -> tuple[Any, ...]:
    return tuple(
        str(getattr(fact, name)) if name == "items" else getattr(fact, name) for name in SAID
    )


def _take_account(kept: Person, merged: Person, on: dt.date, by: Staff | None) -> None:
    """The account of the merged file, where the kept one has none."""
    if BankAccount.objects.filter(person=kept).exists():
        return
    newest = BankAccount.objects.filter(person=merged).order_by("-version").first()
    if newest is None:
        return
    open_account(
        person_id=kept.pk,
        payee_name=newest.payee_name,
        payee_id_number=newest.payee_id_number,
        payee_is=newest.payee_is,
        bank=newest.bank,
        number=newest.number,
        reason="并档",
        recorded_on=on,
        by=by,
    )


@transaction.atomic
def part_persons(*, merge_id: int, on: dt.date, reason: str, by: Staff | None) -> None:
    """拆档: the two are two again from ``on``; the copies are voided, and nothing else changes."""
    rows = PersonMerge.objects.select_for_update(of=("self",)).filter(pk=merge_id)
    made = rows.select_related("kept", "merged", "household").first()
    if made is None or made.undone_on is not None:
        raise BadFact(gettext("该合并已经撤销，请刷新页面。"))
    if not reason.strip():
        raise BadFact(gettext("撤销合并须写明依据，请补填。"))
    PersonMerge.objects.filter(pk=merge_id).update(undone_on=on)
    standing = Fact.objects.known_now().filter(pk__in=[new for _, new in made.copied])
    for fact in standing.order_by("pk"):
        void(fact.pk, on=on, by=by, reason="撤销并档")
    if made.household is not None:
        _back_home(made, made.household, on, by)
    _told(made, "撤销并档", on, by, reason.strip())


def _back_home(made: PersonMerge, home: Household, on: dt.date, by: Staff | None) -> None:
    if home.closed_on is not None:
        reopen_household(household_id=home.pk, by=by, reason=f"{made.merged.name}撤销并档")
    relationship = made.relationship
    heads = Member.objects.known_now().filter(
        household=home, relationship="applicant", period__contains=on
    )
    if relationship == "applicant" and heads.exists():
        relationship = "other"
    admit(
        household_id=home.pk,
        person_id=made.merged_id,
        relationship=relationship,
        on=on,
        recorded_on=on,
        by=by,
    )


@transaction.atomic
def tell_apart(
    *, one_id: int, other_id: int, on: dt.date, reason: str, by: Staff | None
) -> DistinctPair:
    """不是同一人: the pair is not listed again; told twice it is told once."""
    if not reason.strip():
        raise BadFact(gettext("请写明核实的依据，如“已对照双方身份证”。"))
    first, second = sorted((one_id, other_id))
    said = {"on": on, "reason": reason.strip(), "recorded_by": by}
    made, _ = DistinctPair.objects.get_or_create(one_id=first, other_id=second, defaults=said)
    log(by=by, kind="households.person", object_id=first, verb="核实不是同一人", reason=reason)
    return made


def _told(made: PersonMerge, what: str, on: dt.date, by: Staff | None, reason: str) -> None:
    home = Member.objects.known_now().filter(person_id=made.kept_id, period__contains=on)
    for person_id in (made.kept_id, made.merged_id):
        note_change(on=on, what=what, person_id=person_id)
    log(
        by=by,
        kind=KIND,
        object_id=made.pk,
        verb=what,
        household_id=home.values_list("household_id", flat=True).first(),
        reason=reason,
    )
