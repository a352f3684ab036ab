"""分担: parts add up to the line, in Python and, for a whole run at once, in the database."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.payments.budgets.models import FundingSource, Share, ShareSet
from apps.payments.budgets.split import Portion, split
from tests import builders

SOURCES = ("central", "province", "city", "county", "lottery")


@st.composite
def portions(draw: st.DrawFn) -> list[Portion]:
    """Shares of up to five sources that come to 10,000."""
    names = draw(st.lists(st.sampled_from(SOURCES), min_size=1, unique=True))
    cuts = draw(
        st.lists(
            st.integers(1, 9_999), min_size=len(names) - 1, max_size=len(names) - 1, unique=True
        )
    )
    edges = [0, *sorted(cuts), 10_000]
    return [
        Portion(name, SOURCES.index(name) + 1, edges[n + 1] - edges[n])
        for n, name in enumerate(names)
    ]


@given(st.integers(0, 10**13), portions())
def test_parts_add_up_and_are_within_a_fen(fen: int, given_ones: list[Portion]) -> None:
    parts = split(fen, given_ones)
    assert sum(parts.values()) == fen
    for one in given_ones:
        assert abs(parts[one.source] - Fraction(fen * one.points, 10_000)) < 1


@given(st.integers(0, 10**13), portions(), st.randoms())
def test_the_order_given_does_not_matter(
    fen: int, given_ones: list[Portion], chance: random.Random
) -> None:
    mixed = given_ones[:]
    chance.shuffle(mixed)
    assert split(fen, mixed) == split(fen, given_ones)


def test_of_equal_remainders_the_first_source_gets_the_fen() -> None:
    halves = [Portion("county", 4, 5000), Portion("central", 1, 5000)]
    assert split(101, halves) == {"central": 51, "county": 50}


@pytest.mark.django_db
def test_the_database_splits_a_whole_run_as_the_function_does() -> None:
    """4,000 random lines of four 科目, one of them without shares: equal to the fen by source."""
    chance = random.Random(20_241_204)
    shares = {
        "2081901": [("central", 3333), ("province", 3333), ("county", 3334)],
        "2081902": [("central", 6000), ("province", 2000), ("city", 500), ("county", 1500)],
        "2082001": [("county", 10_000)],
    }
    places = dict(FundingSource.objects.values_list("code", "place"))
    for code, parts in shares.items():
        held = ShareSet.objects.create(
            subject_id=code,
            from_month=builders.month("2024-06"),
            document="测试",
            recorded_on=builders.date("2024-06-01"),
        )
        for source, points in parts:
            Share.objects.create(shareset=held, source_id=source, points=points)
    codes, kinds = [*shares, "2130599"], ["regular", "one_off"]
    lines = []
    for n in range(1, 4001):
        fen = chance.randrange(1, 90_000)
        withheld = chance.choice([0, 0, 0, chance.randrange(fen), fen])
        lines.append((n, chance.choice(codes), fen, withheld, chance.choice(kinds)))
    wanted: dict[tuple[str, str], int] = defaultdict(int)
    for _, code, fen, withheld, _ in lines:
        given_ones = [Portion(s, places.get(s, 0), p) for s, p in shares.get(code, [("", 10_000)])]
        for source, part in split(fen - withheld, given_ones).items():
            wanted[code, source] += part
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_paymentline DISABLE TRIGGER USER")  # nobody's lines
        with cursor.copy(
            "COPY payments_paymentline (subject, programme, month, calculation_id, kind,"
            " entitlement_id, fen, offset_fen, budget) FROM STDIN"
        ) as copy:
            for n, code, fen, withheld, kind in lines:
                copy.write_row((n, "x", "2024-06-01", 77, kind, 1, fen, withheld, code))
        cursor.execute("ALTER TABLE payments_paymentline ENABLE TRIGGER USER")
        cursor.execute("SELECT code, source, fen FROM budget_charges(77, '2024-06-01')")
        found = {(code, source): fen for code, source, fen in cursor.fetchall()}
    assert found == dict(wanted)


@transaction.atomic
def uneven() -> None:
    """A 科目 of which a ten-thousandth is nobody's."""
    held = ShareSet.objects.create(
        subject_id="2081901",
        from_month=builders.month("2024-06"),
        document="测试",
        recorded_on=builders.date("2024-06-01"),
    )
    Share.objects.create(shareset=held, source_id="county", points=9_999)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
def test_the_database_refuses_shares_that_do_not_come_to_the_whole() -> None:
    with pytest.raises(IntegrityError, match="合计为万分之 9999"):
        uneven()
