"""比例 and 计算过程."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.units.rates import parse_rate, rate_words
from apps.units.working import Working, silent


@given(st.integers(0, 9999_9999))
def test_a_rate_is_read_back_from_its_decimal_and_its_words_say_the_same(rate):
    assert parse_rate(f"{rate // 10000}.{rate % 10000:04d}") == rate
    assert parse_rate(f"{rate / 10000:.4f}") == rate
    assert round(float(rate_words(rate).removesuffix("%")) * 100) == rate


@pytest.mark.parametrize(
    ("text", "rate", "words"),
    [
        ("0.30", 3000, "30%"),
        ("1.5", 15000, "150%"),
        ("2", 20000, "200%"),
        ("0.3333", 3333, "33.33%"),
        ("0.0010", 10, "0.1%"),
        ("0", 0, "0%"),
        ("10", 100000, "1000%"),
    ],
)
def test_rates_of_the_rule_book(text, rate, words):
    assert parse_rate(text) == rate
    assert rate_words(rate) == words


@pytest.mark.parametrize(
    "text", ["", "30%", "0.33333", "-0.3", ".3", "3.", "1e-1", "０．３", "三成"]
)
def test_what_is_not_a_rate_is_refused_with_the_form_wanted(text):
    with pytest.raises(ValueError, match=r"请写成 0\.30 的样子"):
        parse_rate(text)


@given(st.lists(st.tuples(st.text(), st.integers())))
def test_a_rule_reckons_the_same_whether_anyone_listens(steps):
    working = Working()
    heard = [working(words, amount) for words, amount in steps]
    assert heard == [silent(words, amount) for words, amount in steps]
    assert working.lines == steps
