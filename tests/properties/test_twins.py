"""The same story told two ways owes the same: reordered, split, richer, known late or in time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.casework.programme import PROGRAMMES, waits_for
from civil_affairs.casebook.cast import Posts
from tests.properties.corrections import corrections, late_facts
from tests.properties.effort import examples
from tests.properties.happenings import quiet_stories, stories
from tests.properties.playing import Amounts, Pair, Teller, overpaid, owed, posted, told
from tests.properties.stories import AMOUNTS, Case
from tests.properties.twins import in_time, reordered, richer, split, splittable

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ON_MEANS = ("minimum_living", "minimum_living_supplement")


def means_matter(code: str) -> bool:
    """Whether an amount may rest on the household's minimum living, directly or through others."""
    card = PROGRAMMES[code]
    rest_on = waits_for(card) | {card.awarded_with or ""}
    if card.slot:
        others = [c for c in PROGRAMMES.values() if c.slot and c.slot.name == card.slot.name]
        rest_on |= set().union(*(waits_for(c) for c in others))
    return bool(rest_on & {"minimum_living", "disability_living"})


@given(case=stories(paid=False, once_asked=True), dice=st.randoms(), more=st.sampled_from(AMOUNTS))
@examples(12)
def test_more_income_never_pays_more(case: Case, dice: Random, more: str, posts: Posts) -> None:
    with told(case, posts) as teller:
        poor = owed(teller)
    with told(richer(case, dice.choice(list(case["persons"])), more), posts) as teller:
        rich = owed(teller)
    for key in {*poor, *rich}:
        _month, code, _subject = key
        was, now = poor.get(key, 0), rich.get(key, 0)
        if code in ON_MEANS:
            assert now <= was, f"{key}: {was} -> {now}"
        elif not means_matter(code):
            assert now == was, f"{key}: {was} -> {now}: income is not asked"


@given(case=quiet_stories(), dice=st.randoms(), more=st.sampled_from(AMOUNTS))
@examples(12)
def test_more_income_never_gives_the_household_more(
    case: Case, dice: Random, more: str, posts: Posts
) -> None:
    """All programmes together, services in kind included; each top-up may round up by one fen."""
    with told(case, posts) as teller:
        poor = owed(teller)
    with told(richer(case, dice.choice(list(case["persons"])), more), posts) as teller:
        rich = owed(teller)
    for month in {key[0] for key in {*poor, *rich}}:
        was, now = _of_month(poor, month), _of_month(rich, month)
        topped = sum(key[1] == "unattended_child_allowance" for key in rich if key[0] == month)
        assert now <= was + topped, f"{month}: {was} -> {now}"


def _of_month(found: Amounts, month: str) -> int:
    return sum(fen for key, fen in found.items() if key[0] == month)


@given(case=stories(paid=False), dice=st.randoms())
@examples(15)
def test_the_order_of_members_and_of_recording_is_irrelevant(
    case: Case, dice: Random, posts: Posts
) -> None:
    with told(case, posts) as teller:
        one, refused = owed(teller), len(teller.refused)
    with told(reordered(case, dice), posts) as teller:
        assert (owed(teller), len(teller.refused)) == (one, refused)


@given(case=stories(paid=False), dice=st.randoms())
@examples(15)
def test_splitting_a_period_changes_nothing(case: Case, dice: Random, posts: Posts) -> None:
    places = splittable(case)
    assume(places)
    with told(case, posts) as teller:
        one = owed(teller)
    with told(split(case, dice.choice(places), dice), posts) as teller:
        assert owed(teller) == one


@given(case=late_facts())
@examples(12)
def test_a_fact_known_late_comes_to_the_same_as_known_in_time(case: Case, posts: Posts) -> None:
    with told(case, posts) as teller:
        late = net(teller)
    with told(in_time(case), posts) as teller:
        assert net(teller) == late


@given(pair=corrections())
@examples(10)
def test_a_correction_comes_to_the_same_as_deciding_in_time(
    pair: tuple[Case, Case], posts: Posts
) -> None:
    found = []
    for case in pair:
        with told(case, posts) as teller:
            assert teller.refused == []
            found.append(net(teller))
    assert found[0] == found[1]


def net(teller: Teller) -> dict[tuple[str, str, str], int]:
    """Σ lines − Σ recorded overpayment by month, programme and key; zeros left out."""
    sent, over = posted(), overpaid()
    pairs: set[Pair] = {*sent, *over}
    found = {
        (f"{month:%Y-%m}", code, teller.cast.key_of(subject)): sent.get((month, code, subject), 0)
        - over.get((month, code, subject), 0)
        for month, code, subject in pairs
    }
    return {key: fen for key, fen in found.items() if fen}
