"""金额: writing, reading, rounding, sharing and 大写."""

import itertools
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.units.money import capital, divide_half_up, parse_yuan, split, yuan, yuan_grouped

FEN = st.integers(0, 10**14 - 1)
DIGITS = "零壹贰叁肆伍陆柒捌玖"


@given(FEN)
def test_an_amount_written_either_way_is_read_back_to_the_fen(fen):
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(yuan_grouped(fen)) == fen
    assert parse_yuan(f" ￥{yuan_grouped(fen)} 元") == fen


@given(FEN.filter(bool))
def test_an_amount_below_zero_is_written_with_one_sign_in_front(fen):
    assert yuan(-fen) == "-" + yuan(fen)
    assert yuan_grouped(-fen) == "-" + yuan_grouped(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1234.5", 1234_50),
        ("１，２３４．５０", 1234_50),
        ("007.01", 7_01),
        ("700元", 700_00),
    ],
)
def test_amounts_are_read_as_clerks_type_them(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "不能为空"),
        (" 元", "不能为空"),
        ("1.999", "最多两位小数"),
        ("0.005", "有3位"),
        ("-5", "不能为负数"),
        ("-1,000.00", "不能为负数"),
        ("1,23", "不是金额"),
        ("12,34.00", "不是金额"),
        ("1e3", "不是金额"),
        ("1.", "不是金额"),
        (".5", "不是金额"),
        ("--5", "不是金额"),
        ("1.2.3", "不是金额"),
        ("٣", "不是金额"),
        ("五百", "不是金额"),
        ("nan", "不是金额"),
        ("Infinity", "不是金额"),
        ("1_000", "不是金额"),
        ("1\n000", "不是金额"),
        ("1000000000000", "过大"),
    ],
)
def test_what_is_not_an_amount_is_refused_in_words(text, said):
    with pytest.raises(ValueError, match=said):
        parse_yuan(text)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_division_is_to_the_nearest_fen_with_halves_away_from_zero(numerator, denominator):
    exact = Fraction(numerator, denominator)
    rounded = divide_half_up(numerator, denominator)
    assert abs(rounded - exact) <= Fraction(1, 2)
    if abs(rounded - exact) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert divide_half_up(-numerator, denominator) == -rounded


def test_halves_go_away_from_zero_and_not_to_the_even_neighbour():
    assert [divide_half_up(n, 2) for n in (-5, -3, -1, 0, 1, 3, 5)] == [-3, -2, -1, 0, 1, 2, 3]


def test_an_annual_rural_standard_becomes_months_without_a_lost_fen():
    # CV-02: (5400 yuan a year × 3 − 1000.01 yuan of income) ÷ 12
    assert divide_half_up(5400_00 * 3 - 1000_01, 12) == 1266_67
    # EX-05: per-capita rounding would have paid 1101
    assert divide_half_up(700_00 * 3 - 1000_00, 1) == 1100_00


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_divisor_that_is_not_above_zero_is_refused(denominator):
    with pytest.raises(ValueError, match="除数"):
        divide_half_up(1, denominator)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
)
def test_shares_sum_to_the_amount_and_miss_their_exact_part_by_less_than_a_fen(fen, weights):
    shares = split(fen, weights)
    assert sum(shares) == fen
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(fen * weight, sum(weights))) < 1
        assert weight or share == 0
    assert split(-fen, weights) == [-share for share in shares]


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_equal_weights_differ_by_one_fen_at_most_and_the_earlier_get_it(fen, people):
    shares = split(fen, [7] * people)
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("weights", [[], [0, 0], [3, -1]])
def test_shares_without_usable_weights_are_refused(weights):
    with pytest.raises(ValueError, match="权重"):
        split(100, weights)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (6_139_054_00, "陆佰壹拾叁万玖仟零伍拾肆元整"),
        (1005_07, "壹仟零伍元零柒分"),
        (200_50, "贰佰元伍角整"),
        (100_010_000_00, "壹亿零壹万元整"),
        (100_001_000_00, "壹亿零壹仟元整"),
        (0, "零元整"),
        (7, "柒分"),
        (50, "伍角整"),
        (10_00, "壹拾元整"),
        # 《支付结算办法》附件一 的例子
        (1409_50, "壹仟肆佰零玖元伍角整"),
        (6007_14, "陆仟零柒元壹角肆分"),
        (107_000_53, "壹拾万柒仟元伍角叁分"),
        (16_409_02, "壹万陆仟肆佰零玖元零贰分"),
        (325_04, "叁佰贰拾伍元零肆分"),
        (-200_50, "负贰佰元伍角整"),
    ],
)
def test_capitals_follow_the_payment_and_settlement_rules(fen, words):
    assert capital(fen) == words


def section_by_the_rules(number: int) -> str:
    """Up to four digits in capitals; zeros between digits are one 零, zeros at the end none."""
    places = zip(f"{number:04d}", ("仟", "佰", "拾", ""), strict=True)
    words = "".join(DIGITS[int(d)] + place if d != "0" else "零" for d, place in places)
    return re.sub("零+", "零", words).strip("零")


def by_the_rules(fen: int) -> str:
    """大写 worked section by section, apart from the library."""
    whole, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    words, gap = "", False
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = whole // size % 10**4
        if section:
            # 上一节末位是0而本节千位不是0时，零可以不写
            needs_zero = words and (gap or section < 1000)
            words += ("零" if needs_zero else "") + section_by_the_rules(section) + name
        gap = bool(words) and not section
    words += "元" if words else ""
    if not jiao and not cents:
        return f"{words or '零元'}整"
    if jiao:
        return words + DIGITS[jiao] + "角" + (f"{DIGITS[cents]}分" if cents else "整")
    return words + ("零" if words else "") + f"{DIGITS[cents]}分"


SPARSE = st.lists(st.sampled_from("000001209"), min_size=1, max_size=14).map("".join).map(int)


@given(st.one_of(FEN, SPARSE))
def test_capitals_agree_with_the_rules_worked_digit_by_digit(fen):
    assert capital(fen) == by_the_rules(fen)


def test_no_two_amounts_share_their_capitals():
    tried = [
        *range(3000),
        *(a * 10**n for a, n in itertools.product(range(3000, 3100), range(11))),
    ]
    assert len({capital(fen) for fen in set(tried)}) == len(set(tried))


def test_an_amount_too_large_for_capitals_is_refused_rather_than_cut():
    assert capital(10**14 - 1).endswith("玖元玖角玖分")
    with pytest.raises(ValueError, match="过大"):
        capital(10**14)
