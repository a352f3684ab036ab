"""特困人员救助供养: what a decision on an application asks."""

from __future__ import annotations

from apps.casework.models import Entitlement
from apps.casework.outcome import Test
from apps.casework.programme import Examination
from apps.destitute_support import rule
from apps.households.models import Fact, Known
from apps.units.ages import age_on
from apps.units.months import month_of, next_month

# Programmes a child may choose instead (R-TK-05, R-TK-16): held, they rule this one out.
CHOSEN = {
    "orphan_allowance": "孤儿基本生活费",
    "unattended_child_allowance": "事实无人抚养儿童基本生活补贴",
}


def examine_basic(x: Examination) -> list[Test]:
    """The three conditions, and no choice for child welfare (43号 Art.4 to 9, R-TK-01 to 05)."""
    person = x.application.person
    assert person is not None
    due = x.computed(next_month(month_of(x.day)))
    return [
        rule.working_capacity(age_on(person.born, x.day), _certificates(x)),
        _finding(x, "no_source_of_living", "source_of_living", "无生活来源"),
        _finding(x, "no_able_obligor", "able_obligor", "无有履行能力的义务人"),
        *(
            Test("excluded", False, f"已纳入{name}保障，不再认定为特困人员")
            for code, name in CHOSEN.items()
            if due.holds(code, person.pk)
        ),
        _alive(x),
    ]


def _finding(x: Examination, kind: str, code: str, name: str) -> Test:
    newest = _known(x, kind).first()
    return rule.finding(code, name, newest.flag if newest else None)


def _alive(x: Examination) -> Test:
    dead = _known(x, "death").exists()
    return Test("dead", not dead, "已死亡" if dead else "没有死亡登记")


def examine_funeral(x: Examination) -> list[Test]:
    """A recorded death in a month of support, and no earlier funeral money (R-TK-15)."""
    person = x.application.person
    assert person is not None
    death = _known(x, "death").first()
    if death is None:
        return [Test("death", False, "死亡日期未登记")]
    supported = x.computed(month_of(death.on)).holds("destitute_basic", person.pk)
    given = Entitlement.objects.of("destitute_funeral").filter(person=person, period__isempty=False)
    again = given.exists()
    return [
        Test("death", True, f"已登记死亡日期{death.on:%Y-%m-%d}"),
        Test("destitute", supported, f"死亡当月{'享受' if supported else '不享受'}特困供养"),
        Test("given", not again, "已发放过丧葬费" if again else "未发放过丧葬费"),
    ]


def _known(x: Examination, kind: str) -> Known:
    """What was known of the applicant on the day of the decision, newest first."""
    facts: Known = Fact.objects.known_on(x.day)
    return facts.filter(kind=kind, person_id=x.application.person_id, on__lte=x.day).order_by(
        "-on", "-id"
    )


def _certificates(x: Examination) -> list[tuple[str, int]]:
    """The certificates valid on the day: the newest, and one it replaced this month (R-CJ-12)."""
    found = list(_known(x, "disability")[:2])
    if len(found) == 2 and month_of(found[0].on) < month_of(x.day):
        found.pop()
    return [(f.code, f.number) for f in found if f.until is None or f.until >= x.day]
