"""公民身份号码."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.units.id_number import BadIdNumber, check_id, make_id, masked

TODAY = date(2024, 12, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BORN = st.dates(date(1900, 1, 1), TODAY)
DIVISIONS = st.from_regex(r"[1-8][0-9]{5}", fullmatch=True).filter(str.isascii)
SERIALS = st.integers(0, 999)
NUMBERS = st.builds(make_id, DIVISIONS, BORN, SERIALS)


def check_digit(body: str) -> str:
    """The check digit by the weights and table printed in GB 11643-1999."""
    return "10X98765432"[sum(w * int(c) for w, c in zip(WEIGHTS, body, strict=True)) % 11]


@given(DIVISIONS, BORN, SERIALS)
def test_a_made_number_carries_the_check_digit_of_the_standard_and_reads_back(
    division, born, serial
):
    number = make_id(division, born, serial)
    assert number[17] == check_digit(number[:17])
    found = check_id(number, TODAY)
    assert found == (number, born, "m" if serial % 2 else "f")


def test_the_example_printed_in_the_standard_passes():
    assert check_id("11010519491231002X", TODAY) == ("11010519491231002X", date(1949, 12, 31), "f")
    assert check_id("440524188001010014", TODAY).sex == "m"


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(number, place, other):
    wrong = number[:place] + other + number[place + 1 :]
    if wrong == number:
        return
    with pytest.raises(BadIdNumber):
        check_id(wrong, TODAY)


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return
    with pytest.raises(BadIdNumber):
        check_id(swapped, TODAY)


@given(NUMBERS)
def test_full_width_lower_case_and_spaced_typing_is_taken_as_the_same_number(number):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    spaced = f" {number[:6]} {number[6:14]}\u3000{number[14:].lower()}\t"
    assert check_id(wide, TODAY).number == number
    assert check_id(wide.replace("Ｘ", "ｘ"), TODAY).number == number
    assert check_id(spaced, TODAY).number == number


@pytest.mark.parametrize(
    "division", ["810000", "820000", "830000", "110118", "500156", "330113", "330114", "653228"]
)
def test_residents_of_hong_kong_macao_taiwan_and_new_districts_are_not_turned_away(division):
    assert check_id(make_id(division, date(1980, 2, 29), 7), TODAY).born == date(1980, 2, 29)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "不能为空"),
        ("   ", "不能为空"),
        ("43048219800101001", "应为18位，现在是17位"),
        ("4304821980010100123", "应为18位，现在是19位"),
        ("430482800101001", "15位的旧号码"),
        ("43O482198001010012", "第3位应为数字，现在是“O”"),
        ("43048219800101001Y", "第18位应为数字或X，现在是“Y”"),
        ("4304821980010100X2", "第17位应为数字，现在是“X”"),
        ("43048219800101001²", "第18位应为数字或X"),
        ("٤30482198001010012", "第1位应为数字"),
        ("430482198002300012", "1980年02月30日）不是真实的日期"),
        ("430482198113010012", "不是真实的日期"),
        ("430482000001010012", "不是真实的日期"),
        ("430482190002290012", "不是真实的日期"),
        ("430482202412020012", "晚于今天"),
    ],
)
def test_a_bad_number_is_refused_by_saying_what_is_wrong_and_where(text, said):
    with pytest.raises(BadIdNumber, match=said):
        check_id(text, TODAY)


def test_a_bad_check_digit_is_told_together_with_the_right_one_but_not_the_number():
    right = make_id("430482", date(1980, 1, 1), 1)
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    with pytest.raises(BadIdNumber, match=f"末位应为{right[17]}，现在是{wrong[17]}") as refusal:
        check_id(wrong, TODAY)
    assert right[:17] not in str(refusal.value)


def test_a_child_born_today_has_a_number_and_one_born_tomorrow_has_not():
    assert check_id(make_id("430482", TODAY, 2), TODAY).sex == "f"
    with pytest.raises(BadIdNumber, match="晚于今天"):
        check_id(make_id("430482", date(2024, 12, 2), 2), TODAY)


@pytest.mark.parametrize(
    ("division", "serial"),
    [("43048", 1), ("43048a", 1), ("４３０４８２", 1), ("430482", 1000), ("430482", -1)],
)
def test_a_number_is_not_made_of_wrong_parts(division, serial):
    with pytest.raises(ValueError, match="应"):
        make_id(division, date(1980, 1, 1), serial)


@given(NUMBERS)
def test_a_masked_number_hides_the_birth_date_and_keeps_its_length(number):
    assert masked(number) == f"{number[:6]}********{number[14:]}"


@given(st.text(max_size=30).filter(lambda text: len(text) != 18))
def test_whatever_else_is_masked_shows_four_characters_at_most(text):
    shown = masked(text)
    assert len(shown) == len(text)
    assert shown[:-4] == "*" * len(text[:-4])
    assert len(text) > 8 or set(shown) <= {"*"}
