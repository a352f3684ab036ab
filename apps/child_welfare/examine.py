"""儿童福利: what a decision on an application asks."""

from __future__ import annotations

import datetime as dt

from apps.casework.models import Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import Examination
from apps.child_welfare import rule
from apps.child_welfare.facts import first_year
from apps.child_welfare.rule import Parent
from apps.households.models import Fact, Known
from apps.units.ages import add_months, age_on


def examine_orphan(x: Examination) -> list[Test]:
    """Under 18 and both parents dead or declared missing, on the day of the decision (R-GE-01)."""
    return [rule.minor(_age(x, x.day)), *rule.orphan_test(*_parents(x, x.day)), _alive(x)]


def examine_unattended(x: Examination) -> list[Test]:
    """Under 18 and the truth table, both on the day of the application (R-SW-01 to 03)."""
    day = x.application.applied_on
    return [rule.minor(_age(x, day)), *rule.unattended_test(*_parents(x, day)), _alive(x)]


def examine_study_grant(x: Examination) -> list[Test]:
    """An orphan of 18 or more in one of the schools of the grant, on the day (R-GE-05)."""
    age = _age(x, x.day)
    school = _known(x, "schooling", x.day).first()
    valid = school and (school.until is None or school.until >= x.day)
    words = rule.GRANT_SCHOOLS.get(school.code) if school and valid else None
    return [
        Test("age", age >= rule.ADULT, f"年满{age}周岁，须年满18周岁"),
        Test("schooling", words is not None, f"就读{words}" if words else "不在中专至硕士阶段就读"),
        *rule.orphan_test(*_parents(x, x.day)),
    ]


def require_school_year(entitlement: Entitlement, _decision: object, _terms: object) -> None:
    """A study grant names its school year: it is given once for each (R-GE-05)."""
    if not first_year(entitlement.school_year):
        raise ValueError("孤儿助学须填写学年（如 2024-2025），每学年一次。")


def _alive(x: Examination) -> Test:
    dead = _known(x, "death", x.day).exists()
    return Test("dead", not dead, "已死亡" if dead else "没有死亡登记")


def _age(x: Examination, day: dt.date) -> int:
    assert x.application.person is not None
    return age_on(x.application.person.born, day)


def _parents(x: Examination, day: dt.date) -> tuple[Parent | None, Parent | None]:
    """Father and mother as they were on ``day``, as known on the day of the decision."""
    found = [_known(x, "parent", day).filter(part=part).first() for part in ("father", "mother")]
    father, mother = (
        Parent(f.code, f.number or 0, f.detail, add_months(f.on, rule.MONTHS_AWAY) <= day)
        if f
        else None
        for f in found
    )
    return father, mother


def _known(x: Examination, kind: str, day: dt.date) -> Known:
    """Facts true by ``day``, as known on the day of the decision, newest first."""
    facts: Known = Fact.objects.known_on(x.day)
    return facts.filter(kind=kind, person_id=x.application.person_id, on__lte=day).order_by(
        "-on", "-id"
    )
