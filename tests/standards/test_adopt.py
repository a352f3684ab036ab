"""标准调整: which value a month has, whatever was adopted in whatever order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.offices.models import Change
from apps.standards import actions, loading
from apps.standards.actions import BadStandard, adopt
from apps.standards.book import Book
from apps.standards.models import Standard, book_of, current_book
from apps.units.months import months_between
from tests.builders import date, month

pytestmark = pytest.mark.django_db

CATALOGUE = """
trial.monthly: {label: 月标准, unit: fen_month}
trial.bands: {label: 年龄档, unit: fen_month, bands: any}
trial.switch: {label: 开关, unit: switch}
trial.rate: {label: 比例, unit: rate}
trial.mode: {label: 方式, unit: choice, choices: {gap: 补差, grade: 分档}}
trial.until: {label: 截止, unit: month}
trial.days: {label: 天数, unit: count}
"""
KNOWN = date("2024-05-06")


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "standards.yaml"
    file.write_text(CATALOGUE, encoding="utf-8")
    found = loading.read([file])
    monkeypatch.setattr(loading, "catalogue", lambda: found)


def take(key: str, since: str, value: Any, known: Any = KNOWN) -> list[Standard]:
    return adopt(f"trial.{key}", from_month=month(since), value=value, recorded_on=known, by=None)


def in_month(text: str) -> Any:
    return current_book().month(month(text))


def test_a_value_holds_until_the_next() -> None:
    take("monthly", "2023-01", "650.00")
    take("monthly", "2024-01", "700.00")
    amounts = {m: in_month(m).amount("trial.monthly") for m in ("2023-12", "2024-01", "2030-01")}
    assert amounts == {"2023-12": 650_00, "2024-01": 700_00, "2030-01": 700_00}
    assert Change.objects.latest("pk").from_month == month("2024-01")
    assert Change.objects.latest("pk").household_id is None


def test_of_the_same_month_the_later_adopted_holds() -> None:
    take("monthly", "2024-01", "700.00")
    take("monthly", "2024-01", "720.00")
    assert in_month("2024-06").amount("trial.monthly") == 720_00


def test_an_earlier_entry_is_put_before_the_first() -> None:
    take("monthly", "2024-01", "700.00")
    take("monthly", "2023-01", "650.00")
    assert in_month("2023-06").amount("trial.monthly") == 650_00
    assert in_month("2024-06").amount("trial.monthly") == 700_00


def test_a_map_replaces_the_whole_map() -> None:
    take("bands", "2023-01", {"80": "50.00", "90": "100.00"})
    take("bands", "2024-01", {"80": "60.00", "100": "600.00"})
    assert in_month("2023-06").bands("trial.bands") == {"80": 50_00, "90": 100_00}
    assert in_month("2024-06").bands("trial.bands") == {"80": 60_00, "100": 600_00}
    take("bands", "2022-01", {"70": "20.00"})
    assert in_month("2022-06").bands("trial.bands") == {"70": 20_00}
    assert in_month("2023-06").bands("trial.bands") == {"80": 50_00, "90": 100_00}
    take("bands", "2025-01", None)
    assert in_month("2025-06").bands("trial.bands") == {}


def test_what_was_known_on_a_day_stays_answerable() -> None:
    take("monthly", "2023-01", "650.00", known=date("2023-01-05"))
    take("monthly", "2024-01", "700.00", known=date("2024-04-02"))

    def then(day: str) -> Book:
        return book_of(Standard.objects.known_on(date(day)))

    assert then("2024-04-01").month(month("2024-03")).amount("trial.monthly") == 650_00
    assert then("2024-04-02").month(month("2024-03")).amount("trial.monthly") == 700_00


@pytest.mark.parametrize(
    ("key", "value", "number", "choice"),
    [
        ("monthly", "550.00", 550_00, ""),
        ("monthly", None, None, ""),
        ("switch", True, 1, ""),
        ("switch", False, 0, ""),
        ("rate", "0.30", 3000, ""),
        ("rate", "1.5", 15000, ""),
        ("mode", "gap", None, "gap"),
        ("until", "2025-12", 202512, ""),
        ("days", 10, 10, ""),
    ],
)
def test_a_value_is_read_exactly(key: str, value: Any, number: int | None, choice: str) -> None:
    (made,) = take(key, "2024-01", value)
    assert (made.value, made.choice) == (number, choice)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("monthly", 550),
        ("monthly", 550.0),
        ("monthly", "550.001"),
        ("monthly", {"80": "50.00"}),
        ("bands", "50.00"),
        ("switch", 1),
        ("rate", "30%"),
        ("rate", 0.3),
        ("mode", "whim"),
        ("until", "2025-13"),
        ("days", True),
        ("days", -1),
        ("nothing_such", "1.00"),
    ],
)
def test_a_value_that_is_not_exact_is_refused(key: str, value: Any) -> None:
    with pytest.raises(BadStandard):
        take(key, "2024-01", value)
    assert not Standard.objects.filter(programme="trial").exists()


def test_the_database_refuses_overlap_gap_and_end() -> None:
    (made,) = take("monthly", "2024-01", "700.00")

    def put(first: str, until: str | None) -> None:
        with transaction.atomic():
            Standard.objects.create(
                programme="trial",
                name="monthly",
                unit="fen_month",
                value=1,
                period=DateRange(month(first), month(until) if until else None),
                recorded_on=KNOWN,
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="one_standard_a_month"):
        put("2024-06", None)
    with pytest.raises(IntegrityError, match="空档"):
        put("2023-01", "2023-06")
    Standard.objects.filter(pk=made.pk).update(superseded_on=KNOWN)
    with pytest.raises(IntegrityError, match="没有取值"):
        put("2023-01", "2023-06")


MONTHS = months_between(month("2023-01"), month("2024-06"))
ENTRIES = st.lists(st.tuples(st.sampled_from(MONTHS), st.integers(0, 999)), max_size=7)
MAPS = st.dictionaries(st.sampled_from(["70", "80", "90"]), st.integers(0, 999))


def oracle(entries: list[tuple[Any, Any]], asked: Any) -> Any:
    """The greatest ``from`` not after the month; of equals the one adopted later."""
    best = None
    for since, value in entries:
        if since <= asked and (best is None or since >= best[0]):
            best = (since, value)
    return best[1] if best else None


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=ENTRIES)
def test_any_order_of_adoption_answers_as_the_rule_says(entries: list[tuple[Any, int]]) -> None:
    with undone():
        for since, yuan in entries:
            adopt("trial.monthly", from_month=since, value=f"{yuan}.00", recorded_on=KNOWN, by=None)
        book = current_book()
        for asked in MONTHS:
            expected = oracle(entries, asked)
            found = book.month(asked).optional("trial.monthly")
            assert found == (None if expected is None else expected * 100)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=st.lists(st.tuples(st.sampled_from(MONTHS), st.none() | MAPS), max_size=6))
def test_any_order_of_maps_answers_as_the_rule_says(entries: list[tuple[Any, Any]]) -> None:
    with undone():
        for since, bands in entries:
            value = bands and {band: f"{yuan}.00" for band, yuan in bands.items()}
            adopt("trial.bands", from_month=since, value=value, recorded_on=KNOWN, by=None)
        book = current_book()
        for asked in MONTHS:
            expected = oracle(entries, asked) or {}
            found = book.month(asked).bands("trial.bands")
            assert found == {band: yuan * 100 for band, yuan in expected.items()}


class undone:  # noqa: N801 - read as a word
    """Whatever happens inside is checked against the deferred rules and taken back."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *failure: Any) -> None:
        try:
            if failure[0] is None:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(*failure)


def test_a_list_replaces_all_a_key_holds() -> None:
    take("monthly", "2022-01", "600.00")
    take("monthly", "2024-01", "700.00")
    actions.replace_all("trial.monthly", [(month("2023-01"), "650.00")], recorded_on=KNOWN, by=None)
    assert in_month("2022-06").optional("trial.monthly") is None
    assert in_month("2024-06").amount("trial.monthly") == 650_00
