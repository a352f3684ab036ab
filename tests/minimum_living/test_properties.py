"""What holds of the minimum-living rule whatever the household: against an oracle of its own."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from apps.casework.outcome import Outcome, Verdict
from apps.minimum_living.evidence import Picture, Seen
from apps.minimum_living.rule import MinimumLiving, Supplement
from apps.minimum_living.rule import minimum_living as rule
from apps.minimum_living.rule import minimum_living_supplement as supplement
from apps.standards.book import Standards, Value
from apps.units.months import month
from apps.units.working import silent

JUNE = month(2024, 6)
FEN = st.integers(0, 4_000_000)
YEARLY = st.integers(1, 1_000_000)


def standards(**numbers: Any) -> Standards:
    """Standards of June 2024: names with their numbers; ``mode`` and bands as they are."""
    found: dict[str, dict[str, Value]] = {}
    for name, number in {"mode": "gap", "exempt": 202512, **numbers}.items():
        name = {"exempt": "central_base_pension_exempt_until"}.get(name, name)
        bands = number if isinstance(number, dict) else {"": number}
        for band, one in bands.items():
            word = one if isinstance(one, str) else ""
            fen = None if isinstance(one, str) else one
            value = Value(f"minimum_living.{name}", band, JUNE, None, fen, word, "", "", False)
            found.setdefault(value.key, {})[band] = value
    return Standards(JUNE, found)


@st.composite
def cases(draw: Any) -> MinimumLiving:
    """Any household of one to nine, urban or rural, some of them sanctioned."""
    heads = draw(st.integers(1, 9))
    return MinimumLiving(
        zone=draw(st.sampled_from([1, 2])),
        heads=heads,
        wage=draw(FEN),
        base_pension=draw(st.integers(0, 500_000)),
        other=draw(FEN),
        deductions=draw(FEN),
        sanctioned=draw(st.integers(0, heads)),
    )


@st.composite
def figures(draw: Any) -> Standards:
    return standards(
        urban_monthly=draw(st.integers(1, 100_000)),
        rural_annual=draw(YEARLY),
        employment_cost_rate=draw(st.one_of(st.none(), st.integers(0, 10_000))),
        min_payment=draw(st.one_of(st.none(), st.integers(0, 5_000))),
        exempt=draw(st.sampled_from([202405, 202406, 202512])),
    )


def compute(case: MinimumLiving, values: Standards) -> Outcome:
    return rule(case, values, silent)


def half_up(value: Fraction) -> int:
    """To the nearest whole; a half goes up. Written apart from the code under test."""
    whole = value.numerator // value.denominator
    return whole + (value - whole >= Fraction(1, 2))


def oracle(case: MinimumLiving, values: Standards) -> tuple[int, int]:
    """(base, paid) in fen, in fractions and in months instead of ten-thousandths and years."""
    urban = case.zone == 1
    line = (
        Fraction(values.amount("minimum_living.urban_monthly"))
        if urban
        else Fraction(values.amount("minimum_living.rural_annual"), 12)
    )
    rate = Fraction(values.optional("minimum_living.employment_cost_rate") or 0, 10_000)
    exempt = values.amount("minimum_living.central_base_pension_exempt_until") >= 202406
    income = Fraction(case.wage, 12) * (1 - rate) + Fraction(case.other, 12)
    income += 0 if exempt else Fraction(case.base_pension, 12)
    income = max(Fraction(0), income - Fraction(case.deductions, 12))
    gap = line * case.heads - income
    if gap <= 0:
        return 0, 0
    gap = max(gap, Fraction(values.optional("minimum_living.min_payment") or 0))
    return half_up(gap), half_up(gap * (case.heads - case.sanctioned) / case.heads)


@given(cases(), figures())
def test_rounded_once_and_equal_to_the_oracle(case: MinimumLiving, values: Standards) -> None:
    found = compute(case, values)
    base, paid = oracle(case, values)
    assert (found.base, found.fen) == (base, paid)
    assert found.fen >= 0
    assert (found.verdict is Verdict.PAYABLE) == (found.fen > 0)
    assert found.fen or found.why


@given(cases(), figures(), st.integers(1, 2_000_000), st.sampled_from(["wage", "other"]))
def test_more_income_never_pays_more(
    case: MinimumLiving, values: Standards, more: int, where: str
) -> None:
    richer = case._replace(**{where: getattr(case, where) + more})
    assert compute(richer, values).base <= compute(case, values).base
    assert compute(richer, values).fen <= compute(case, values).fen


@given(cases(), figures(), st.integers(1, 2_000_000))
def test_more_deduction_never_pays_less_and_never_above_the_full_standard(
    case: MinimumLiving, values: Standards, more: int
) -> None:
    eased = compute(case._replace(deductions=case.deductions + more), values)
    assert eased.base >= compute(case, values).base
    full = compute(case._replace(wage=0, other=0, base_pension=0, deductions=0), values)
    assert eased.base <= full.base


SEEN = st.builds(
    Seen,
    person=st.integers(1, 99),
    why_not=st.sampled_from(["", "", "dead"]),
    wage=FEN,
    base_pension=FEN,
    other=FEN,
    deduction=FEN,
)


@given(st.lists(SEEN, min_size=1, max_size=6), st.randoms())
def test_the_order_of_members_is_irrelevant(members: list[Seen], chance: Random) -> None:
    mixed = list(members)
    chance.shuffle(mixed)
    one, two = (Picture("urban", "A", 100, tuple(rows)).facts() for rows in (members, mixed))
    assert one == two
    assert one.heads == sum(not m.why_not for m in members)


@given(cases(), figures())
def test_a_share_and_the_rest_make_the_whole(case: MinimumLiving, values: Standards) -> None:
    """Share withheld plus amount paid is the base, to the fen that one rounding may cost."""
    found = compute(case, values)
    mirror = compute(case._replace(sanctioned=case.heads - case.sanctioned), values)
    assert abs(found.fen + mirror.fen - found.base) <= 1
    assert compute(case._replace(sanctioned=case.heads), values).fen == 0


@given(cases(), figures(), st.integers(0, 500_000))
def test_grace_keeps_the_amount_up_to_the_standard(
    case: MinimumLiving, values: Standards, kept: int
) -> None:
    """Income is not asked in a grace period; the cap is the full standard of those present."""
    found = compute(case._replace(kept=kept, sanctioned=0), values)
    full = compute(
        case._replace(wage=0, other=0, base_pension=0, deductions=0, sanctioned=0),
        standards(
            urban_monthly=values.amount("minimum_living.urban_monthly"),
            rural_annual=values.amount("minimum_living.rural_annual"),
        ),
    )
    assert found.base == min(kept, full.base)


@given(cases(), YEARLY, st.integers(1, 3))
def test_grades_ask_no_income(case: MinimumLiving, amount: int, grade: int) -> None:
    bands = {f"{zone}_{letter}": amount for zone in ("urban", "rural") for letter in "ABC"}
    found = compute(
        case._replace(grade=grade, sanctioned=0), standards(mode="grade", grade_amounts=bands)
    )
    assert found.fen == amount * case.heads


FLAG = st.integers(0, 1)
RATES = st.dictionaries(
    st.sampled_from(["minor", "elder_70", "severe_disability", "serious_illness"]),
    st.integers(0, 10_000),
)


@given(st.sampled_from([1, 2]), FLAG, FLAG, FLAG, FLAG, RATES, st.integers(1, 100_000))
def test_the_supplement_is_the_highest_rate_rounded_once(
    zone: int, minor: int, elder: int, severe: int, illness: int, rates: dict[str, int], fen: int
) -> None:
    assume(rates)
    values = standards(urban_monthly=fen, rural_annual=fen, supplement=rates)
    found = supplement(Supplement(zone, minor, elder, severe, illness), values, silent)
    held = {
        "minor": minor,
        "elder_70": elder,
        "severe_disability": severe,
        "serious_illness": illness,
    }
    best = max((rates[code] for code in rates if held[code]), default=0)
    line = Fraction(fen) if zone == 1 else Fraction(fen, 12)
    assert found.fen == half_up(line * Fraction(best, 10_000))
