"""低保家庭: who lives in a poor household, what they earn, and what its determination froze."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from apps.units.ages import age_on
from apps.units.money import split
from seeds.ledger import GO_LIVE, Award, Home, Individual, Ledger
from seeds.names import surname_of

FIRST_DECIDED, LAST_DECIDED = dt.date(2021, 2, 1), dt.date(2023, 11, 20)
BASE_PENSION = 103_00  # 中央基础养老金 fen a month in 2023: not counted as income
PENSION_AGE = 60
COUNTED_BY_FINDING = ("parent", "grandchild", "grandparent", "sibling")


class Part(NamedTuple):
    """One member of a family to be: relationship, years, sex ("" either), dependent adult."""

    relationship: str
    age: tuple[int, int]
    sex: str = ""
    dependent: bool = False


class Plan(NamedTuple):
    """One minimum living household to be: zone, counted persons, income, and who must be in it."""

    zone: str
    size: int
    income: int  # counted fen a head a year
    born: dt.date | None = None  # of the applicant, where a list of ages says so
    child: bool = False  # a child nobody in fact raises lives with a grandparent
    joins: dt.date | None = None  # the day of an application still to come


class Family(NamedTuple):
    """What became of a plan."""

    home: Home
    award: Award | None  # None: the award is still to come
    counted: tuple[Individual, ...]


ELDER = Part("applicant", (60, 75))
ADULT = Part("applicant", (32, 58))
CHILD = Part("child", (2, 15))
MOTHER_IN_LAW = Part("parent", (62, 75))
SPOUSE = Part("spouse", (30, 57))
SHAPES: dict[int, tuple[tuple[int, tuple[Part, ...]], ...]] = {
    1: ((13, (ELDER,)), (7, (ADULT,))),
    2: (
        (9, (ELDER, Part("spouse", (60, 75)))),
        (6, (ADULT, CHILD)),
        (3, (ELDER, Part("child", (25, 50), dependent=True))),
        (2, (ADULT, MOTHER_IN_LAW)),
    ),
    3: (
        (5, (ADULT, SPOUSE, CHILD)),
        (3, (ADULT, CHILD, CHILD)),
        (2, (ELDER, Part("spouse", (60, 75)), Part("grandchild", (3, 14)))),
    ),
    4: ((3, (ADULT, SPOUSE, CHILD, CHILD)), (2, (ADULT, SPOUSE, CHILD, MOTHER_IN_LAW))),
    5: ((1, (ADULT, SPOUSE, CHILD, CHILD, MOTHER_IN_LAW)),),
}
GRANDCHILD = (ELDER, Part("grandchild", (3, 13)))


def build(ledger: Ledger, plan: Plan) -> Family:
    """The household of a plan with its facts; its award too, unless that is still to come."""
    rng = ledger.rng
    days = (LAST_DECIDED - FIRST_DECIDED).days
    decided = plan.joins or FIRST_DECIDED + dt.timedelta(days=rng.randrange(days))
    known = plan.joins or GO_LIVE
    members = _members(ledger, plan, decided)
    counted = tuple(who for who, part in members)
    lodger = _lodger(ledger, decided) if plan.size > 1 and rng.random() < 0.05 else None
    living = [(who, part.relationship) for who, part in members]
    if lodger:
        living.append((lodger, "child"))
    since = decided - dt.timedelta(days=rng.randrange(200, 4000))
    since = max(since, *(who.born for who, _ in living))
    home = ledger.home(plan.zone, living, since, known)
    ledger.account(home, home.head, "head", known)
    for who, part in members:
        _findings(ledger, home, who, part, decided, known)
    seen = _incomes(ledger, plan, counted, decided, known)
    if lodger:
        seen.append(_lodger_earns(ledger, lodger, decided, known))
    if plan.joins:
        return Family(home, None, counted)
    award = ledger.award("minimum_living", home, None, decided)
    ledger.determine(award, seen)
    return Family(home, award, counted)


def _members(ledger: Ledger, plan: Plan, decided: dt.date) -> list[tuple[Individual, Part]]:
    """Those who count, the applicant first; a family has one surname, a spouse another."""
    parts = _shape(ledger, plan)
    found: list[tuple[Individual, Part]] = []
    surname = ledger.names.surname()
    for part in parts:
        sex = part.sex or ledger.rng.choice("mf")
        if part.relationship == "spouse":
            sex = "f" if found[0][0].sex == "m" else "m"
        born = plan.born if plan.born and not found else None
        if born is None:
            born = ledger.born(ledger.rng.randint(*part.age), decided)
        kin = "" if part.relationship in ("spouse", "parent") else surname
        found.append((ledger.person(sex, born, kin), part))
        surname = surname_of(found[0][0].name)
    return found


def _shape(ledger: Ledger, plan: Plan) -> tuple[Part, ...]:
    if plan.child:
        return GRANDCHILD
    if plan.born:
        return (ELDER,)
    weights, shapes = zip(*SHAPES[min(plan.size, 5)], strict=True)
    parts: tuple[Part, ...] = ledger.rng.choices(shapes, weights)[0]
    return (*parts, *[CHILD] * (plan.size - len(parts)))


def _lodger(ledger: Ledger, decided: dt.date) -> Individual:
    """A grown child who earns a living at home: a member of the household who does not count."""
    sex = ledger.rng.choice("mf")
    return ledger.person(sex, ledger.born(ledger.rng.randint(20, 29), decided))


def _findings(
    ledger: Ledger, home: Home, who: Individual, part: Part, decided: dt.date, known: dt.date
) -> None:
    """What lets a member count who would not count by relationship alone (R-DB-01)."""
    on = decided - dt.timedelta(days=12)
    if part.relationship in COUNTED_BY_FINDING:
        ledger.fact("co_residence", who, on, home, flag=True, known=known)
    if part.dependent:
        ledger.fact("dependent_adult", who, on, flag=True, known=known)
    if part.relationship == "child" and not part.dependent and age_on(who.born, on) >= 6:
        ledger.fact("schooling", who, on, code="compulsory", known=known)


def _incomes(
    ledger: Ledger, plan: Plan, counted: Sequence[Individual], decided: dt.date, known: dt.date
) -> list[tuple[int, str, int, int, int, int]]:
    """Income facts of the household; what each member's come to a year, as a picture shows it."""
    on = decided - dt.timedelta(days=10)
    earners = [who for who in counted if age_on(who.born, on) >= 18]
    monthly = plan.income * plan.size // 12 // 1_00 * 1_00
    shares = split(monthly, [ledger.rng.randint(2, 5) for _ in earners])
    earned = dict(zip(earners, shares, strict=True))
    seen = []
    for who in counted:
        wage, other = _earns(ledger, who, earned.get(who, 0), on, known)
        base = 0
        if age_on(who.born, on) >= PENSION_AGE:
            base = BASE_PENSION
            ledger.fact(
                "income", who, on, code="central_base_pension", amount_fen=base, per="month",
                known=known,
            )  # fmt: skip
        seen.append((who.pk, "", 12 * wage, 12 * base, 12 * other, 0))
    return seen


def _earns(
    ledger: Ledger, who: Individual, monthly: int, on: dt.date, known: dt.date
) -> tuple[int, int]:
    """The one counted source of a member: (wage, other) in fen a month."""
    if not monthly:
        return 0, 0
    if age_on(who.born, on) >= PENSION_AGE:
        code = ledger.rng.choices(
            ("child_support", "resident_pension_other", "property_rent"), (6, 3, 1)
        )[0]
    else:
        code = ledger.rng.choices(("wage", "business_net"), (2, 3))[0]
    yearly = code in ("business_net", "property_rent")
    amount, per = (12 * monthly, "year") if yearly else (monthly, "month")
    ledger.fact("income", who, on, code=code, amount_fen=amount, per=per, known=known)
    return (monthly, 0) if code == "wage" else (0, monthly)


def _lodger_earns(
    ledger: Ledger, who: Individual, decided: dt.date, known: dt.date
) -> tuple[int, str, int, int, int, int]:
    on = decided - dt.timedelta(days=10)
    wage = ledger.rng.randrange(1800, 3500) * 100
    ledger.fact("income", who, on, code="wage", amount_fen=wage, per="month", known=known)
    return who.pk, "adult_child", 12 * wage, 0, 0, 0
