"""What holds of every story: families, awards, corrections, decisions, moves, and their runs."""

from __future__ import annotations

import pytest
from hypothesis import given

from civil_affairs.casebook.cast import Posts
from tests.properties import checks
from tests.properties.effort import examples
from tests.properties.happenings import stories
from tests.properties.playing import told
from tests.properties.stories import Case

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@given(case=stories())
@examples(40)
def test_a_story_paid_month_by_month(case: Case, posts: Posts) -> None:
    with told(case, posts) as teller:
        checks.lines_are_owed_plus_overpaid(teller)
        checks.the_books_tie(teller)
        checks.twice_is_once(teller)
        checks.the_books_tie(teller)
        checks.nothing_beside_what_excludes_it(teller)
        checks.amounts_are_sane(teller)
        checks.no_month_after_death(teller)


@given(case=stories(paid=False))
@examples(40)
def test_two_ways_one_answer(case: Case, posts: Posts) -> None:
    with told(case, posts) as teller:
        checks.both_ways_agree(teller)
