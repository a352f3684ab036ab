"""事实: what may be recorded, what the office knew on a day, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.households import actions
from apps.households.actions import BadFact
from apps.households.kinds import COLUMNS, KINDS
from apps.households.models import Fact, Household, Person
from apps.households.shapes import check_fact
from apps.offices.models import Change, Event
from apps.offices.moves import NotFound, StaleState
from tests.builders import date, fact, household, month, person

pytestmark = pytest.mark.django_db

ON = date("2024-01-01")
LATER = date("2024-09-01")
# One good fact of every kind; "person" and "household" stand for their owners.
GOOD: dict[str, dict[str, Any]] = {
    "income": {"person": 1, "code": "wage", "amount_fen": 100_00, "per": "month"},
    "deduction": {"household": 1, "code": "employment_cost", "amount_fen": 0, "per": "month"},
    "property": {"household": 1, "flag": True},
    "disability": {"person": 1, "code": "limb", "number": 1},
    "self_care": {"person": 1, "number": 6},
    "death": {"person": 1},
    "custody": {"person": 1, "code": "imprisoned"},
    "religious": {"person": 1, "day": ON},
    "schooling": {"person": 1, "code": "undergraduate"},
    "illness": {"person": 1, "flag": False},
    "residence": {"person": 1, "flag": True},
    "zone": {"household": 1, "code": "rural"},
    "co_residence": {"person": 1, "household": 1, "flag": True},
    "dependent_adult": {"person": 1, "flag": True},
    "parent": {"person": 1, "part": "father", "code": "dead"},
    "care_mode": {"person": 1, "code": "institutional"},
    "other_benefit": {
        "person": 1,
        "code": "other_nursing_allowance",
        "amount_fen": 100_00,
        "per": "month",
    },
    "life_certificate": {"person": 1, "code": "passed"},
    "expenditure": {"household": 1, "code": "medical", "amount_fen": 0, "per": "year"},
    "no_source_of_living": {"person": 1, "flag": True},
    "no_able_obligor": {"person": 1, "flag": True},
    "choice": {"person": 1, "code": "destitute_basic", "detail": "orphan_allowance"},
    "work_refusal": {"person": 1, "household": 1},
    "report": {"person": 1, "code": "self_care"},
    "grade": {"household": 1, "code": "a"},
    "child_register": {"person": 1, "code": "left_behind"},
    "guardian": {"person": 1, "code": "sibling", "detail": "王某"},
}
FILL: dict[str, Any] = {
    "person": 1,
    "household": 1,
    "code": "none",
    "part": "mother",
    "detail": "limb",
    "number": 1,
    "amount_fen": 100,
    "per": "month",
    "flag": True,
    "day": ON,
    "until": LATER,
}
TEXT = ("code", "part", "detail", "per")


@pytest.fixture
def grandmother() -> Person:
    return person("王秀英", born="1940-02-01")


@pytest.fixture
def home(grandmother: Person) -> Household:
    return household((grandmother, "applicant"))


def database_takes(kind: str, values: dict[str, Any], home: Household, who: Person) -> bool:
    """Whether the table itself takes such a row, put there by plain SQL."""
    row: dict[str, Any] = dict.fromkeys(TEXT, "") | {"evidence": "", "kind": kind, "on": ON}
    row |= {name: value for name, value in values.items() if name not in ("person", "household")}
    row["person_id"] = who.pk if values.get("person") else None
    row["household_id"] = home.pk if values.get("household") else None
    row |= {"recorded_on": ON, "recorded_at": "2024-01-01"}
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f"%({name})s" for name in row)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO households_fact ({names}) VALUES ({marks})", row)
    except IntegrityError:
        return False
    return True


def action_takes(kind: str, values: dict[str, Any]) -> bool:
    try:
        check_fact(kind, ON, values)
    except BadFact:
        return False
    return True


def test_every_kind_has_its_good_fact() -> None:
    assert set(GOOD) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_fact_is_taken(kind: str, home: Household, grandmother: Person) -> None:
    assert action_takes(kind, GOOD[kind])
    assert database_takes(kind, GOOD[kind], home, grandmother)


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_refuses_a_fact_without_what_it_needs(
    kind: str, home: Household, grandmother: Person
) -> None:
    for column in KINDS[kind].needs:
        less = {name: value for name, value in GOOD[kind].items() if name != column}
        assert not action_takes(kind, less), column
        assert not database_takes(kind, less, home, grandmother), column


@pytest.mark.parametrize("kind", KINDS)
def test_the_database_refuses_what_a_fact_does_not_say(
    kind: str, home: Household, grandmother: Person
) -> None:
    known = {*KINDS[kind].needs, *KINDS[kind].may}
    for column in set(COLUMNS) - known:
        more = {**GOOD[kind], column: FILL[column]}
        assert not action_takes(kind, more), column
        assert not database_takes(kind, more, home, grandmother), column


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.codes])
def test_the_database_refuses_a_word_outside_the_list(
    kind: str, home: Household, grandmother: Person
) -> None:
    strange = {**GOOD[kind], "code": "strange"}
    assert not action_takes(kind, strange)
    assert not database_takes(kind, strange, home, grandmother)


def test_a_kind_that_nobody_knows_is_refused(home: Household, grandmother: Person) -> None:
    assert not action_takes("horoscope", {"person": 1})
    assert not database_takes("horoscope", {"person": 1}, home, grandmother)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    change=st.dictionaries(
        st.sampled_from(COLUMNS), st.sampled_from([None, "", 0, 1, 7, ON, LATER, "month", "wage"])
    ),
)
@example(kind="deduction", change={"person": 1})
@example(kind="income", change={"per": ""})
@example(kind="income", change={"until": date("2023-12-31")})
def test_what_the_action_lets_pass_the_database_takes(
    kind: str, change: dict[str, Any], home: Household, grandmother: Person
) -> None:
    values = {**GOOD[kind], **{name: _fitting(name, value) for name, value in change.items()}}
    if action_takes(kind, values):
        assert database_takes(kind, values, home, grandmother)


def _fitting(name: str, value: Any) -> Any:
    """A value the column's type can hold; shape is what is tested, not typing."""
    if name in TEXT:
        return "" if value is None else str(value)[: {"part": 8, "per": 5}.get(name, 32)]
    if name in ("day", "until"):
        return value if isinstance(value, dt.date) else None
    if name in ("person", "household"):
        return 1 if value else None
    if name == "flag":
        return None if value in (None, "") else True
    return value if isinstance(value, int) else None


def test_facts_as_known_on_a_day(grandmother: Person, clerk: Any) -> None:
    wage = fact("income", grandmother, "2024-01-01", known="2024-03-04", **_wage(300_00))
    actions.void(wage.pk, on=date("2024-05-06"), by=clerk, reason="录入错误")
    right = fact("income", grandmother, "2024-01-01", known="2024-05-06", **_wage(200_00))

    def known(day: str) -> list[int]:
        facts = Fact.objects.known_on(date(day)).filter(kind="income")
        return list(facts.values_list("pk", flat=True))

    assert known("2024-03-03") == []
    assert known("2024-03-04") == known("2024-05-05") == [wage.pk]
    assert known("2024-05-06") == [right.pk]
    assert list(Fact.objects.known_now().filter(kind="income")) == [right]


def _wage(fen: int) -> dict[str, Any]:
    return {"code": "wage", "amount_fen": fen, "per": "month"}


def test_a_fact_tells_the_next_run_and_the_record(home: Household, grandmother: Person) -> None:
    wage = fact("income", grandmother, "2024-02-15", known="2024-06-03", **_wage(300_00))
    change, event = Change.objects.latest("pk"), Event.objects.latest("pk")
    assert (change.person_id, change.from_month) == (grandmother.pk, month("2024-02"))
    assert (event.object_id, event.household_id, event.verb) == (wage.pk, home.pk, "登记收入")


def test_a_fact_is_voided_once_with_a_reason(grandmother: Person, clerk: Any) -> None:
    wage = fact("income", grandmother, "2024-02-15", **_wage(300_00))
    with pytest.raises(BadFact, match="理由"):
        actions.void(wage.pk, on=LATER, by=clerk, reason=" ")
    with pytest.raises(BadFact, match="早于登记日期"):
        actions.void(wage.pk, on=ON, by=clerk, reason="录入错误")
    actions.void(wage.pk, on=LATER, by=clerk, reason="录入错误")
    assert Change.objects.latest("pk").from_month == month("2024-02")
    with pytest.raises(StaleState):
        actions.void(wage.pk, on=LATER, by=clerk, reason="录入错误")
    with pytest.raises(NotFound):
        actions.void(0, on=LATER, by=clerk, reason="录入错误")


def test_a_recorded_fact_is_never_rewritten(grandmother: Person) -> None:
    wage = fact("income", grandmother, **_wage(300_00))
    with pytest.raises(IntegrityError, match="不可修改"), transaction.atomic():
        Fact.objects.filter(pk=wage.pk).update(amount_fen=0)
    with pytest.raises(IntegrityError, match="不可删除"), transaction.atomic():
        Fact.objects.filter(pk=wage.pk).delete()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"code": "restricted"}, "期限"),
        ({"code": "disabled", "number": 2}, "残疾类别"),
        ({"code": "disabled", "number": 5, "detail": "mental"}, "等级"),
        ({"code": "dead", "part": "uncle"}, "父亲或母亲"),
    ],
)
def test_a_parent_status_says_all_it_must(
    grandmother: Person, columns: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadFact, match=words):
        fact("parent", grandmother, **{"part": "father", **columns})


def test_a_person_dies_once_and_after_being_born(grandmother: Person) -> None:
    with pytest.raises(BadFact, match="早于出生日期"):
        fact("death", grandmother, "1939-12-31")
    fact("death", grandmother, "2024-05-09")
    with pytest.raises(BadFact, match="已登记于2024-05-09死亡"):
        fact("death", grandmother, "2024-05-10")


def test_net_income_is_gross_less_deduction(grandmother: Person) -> None:
    with pytest.raises(BadFact, match="净额"):
        fact("income", grandmother, **_wage(300_00), gross_fen=400_00, deduction_fen=50_00)
    fact("income", grandmother, **_wage(300_00), gross_fen=400_00, deduction_fen=100_00)
