"""报告的数字: what the county's report for 2024 says of its assistance, to be compared with.

Source: 2024年度常宁市民政局部门整体支出绩效自评报告. Persons and households are those of the end
of the year; sums are 万元 of the year.
"""

from __future__ import annotations

from typing import NamedTuple


class Counts(NamedTuple):
    """Households and persons entitled in December, by programme."""

    urban_homes: int = 1515
    urban_persons: int = 2489
    rural_homes: int = 10799
    rural_persons: int = 21343
    destitute: int = 5520
    old_age: int = 2098
    elder_service: int = 1300
    disability: int = 19862  # persons with at least one of the two subsidies
    orphans: int = 116
    unattended: int = 775
    in_difficulty: int = 57
    left_behind: int = 3454


class Paid(NamedTuple):
    """Sums of the year in fen."""

    urban: int = 1_553_990_000
    rural: int = 7_366_230_000
    old_age: int = 225_610_000
    disability: int = 2_180_980_000


FULL = Counts()
PAID = Paid()
SMALL = 40  # a small county is one fortieth of the full one


def counts(county: str) -> Counts:
    """The counts of a full or a small county; a small one has somebody of every kind."""
    if county == "full":
        return FULL
    return Counts(*(max(1, round(n / SMALL)) for n in FULL))


def paid(county: str) -> Paid:
    """The sums to compare with, scaled like the counts."""
    if county == "full":
        return PAID
    small = counts(county)
    return Paid(
        PAID.urban * small.urban_persons // FULL.urban_persons,
        PAID.rural * small.rural_persons // FULL.rural_persons,
        PAID.old_age * small.old_age // FULL.old_age,
        PAID.disability * small.disability // FULL.disability,
    )
