"""公民身份号码 (GB 11643-1999): read, check, make and mask; never through a list of divisions.

Division codes change each year and residents of 港澳台 hold 81, 82 and 83, so a code that a list
does not know proves nothing; the check digit and the birth date do.
"""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext
from stdnum.iso7064 import mod_11_2

LENGTH = 18
_OLD_LENGTH = 15
MALE = "m"
FEMALE = "f"

_AS_TYPED = str.maketrans("０１２３４５６７８９ＸｘＸx", "0123456789XXXX", " \t\u00a0\u3000")


class BadIdNumber(ValueError):
    """公民身份号码有误; the message says what is wrong, where, and what to do."""


class IdNumber(NamedTuple):
    """公民身份号码 that has been checked, with what it says of its holder."""

    number: str  # 18 characters, the last maybe X
    born: date
    sex: str  # m or f, as in the casebook


def normalized(text: str) -> str:
    """The number with half-width digits, a capital X and no spaces; nothing is checked."""
    return text.translate(_AS_TYPED)


def check_id(text: str, today: date) -> IdNumber:
    """The number as it should be stored, with birth date and sex; BadIdNumber when it is wrong."""
    number = normalized(text)
    _check_shape(number)
    born = _birth_date(number, today)
    expected = mod_11_2.calc_check_digit(number[:17])
    if number[17] != expected:
        raise BadIdNumber(
            gettext(
                "公民身份号码校验不符：按前17位推算，末位应为{expected}，现在是{number}，请对照证件逐位核对。"
            ).format(expected=expected, number=number[17])
        )
    return IdNumber(number, born, MALE if int(number[16]) % 2 else FEMALE)


def _check_shape(number: str) -> None:
    if not number:
        raise BadIdNumber(gettext("公民身份号码不能为空。"))
    if len(number) == _OLD_LENGTH and number.isdecimal():
        raise BadIdNumber(
            gettext("这是15位的旧号码，2013年起已停止使用，请按本人现持证件录入18位公民身份号码。")
        )
    if len(number) != LENGTH:
        raise BadIdNumber(
            gettext("公民身份号码应为{LENGTH}位，现在是{count}位。").format(
                LENGTH=LENGTH, count=len(number)
            )
        )
    for place, character in enumerate(number, 1):
        if place == LENGTH and character not in "0123456789X":
            raise BadIdNumber(
                gettext("公民身份号码第18位应为数字或X，现在是“{character}”。").format(
                    character=character
                )
            )
        if place < LENGTH and character not in "0123456789":
            raise BadIdNumber(
                gettext("公民身份号码第{place}位应为数字，现在是“{character}”。").format(
                    place=place, character=character
                )
            )


def _birth_date(number: str, today: date) -> date:
    year, month, day = number[6:10], number[10:12], number[12:14]
    words = gettext("公民身份号码第7至14位（出生日期{year}年{month}月{day}日）").format(
        year=year, month=month, day=day
    )
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        raise BadIdNumber(gettext("{words}不是真实的日期，请核对。").format(words=words)) from None
    if born > today:
        raise BadIdNumber(gettext("{words}晚于今天，请核对。").format(words=words))
    return born


def make_id(division6: str, born: date, serial: int) -> str:
    """A number with a valid check digit, for made-up people; an odd serial (0 to 999) is male."""
    if len(division6) != 6 or not division6.isascii() or not division6.isdecimal():
        raise ValueError(f"行政区划代码应为6位数字，现在是“{division6}”。")
    if not 0 <= serial <= 999:
        raise ValueError(f"顺序码应在0到999之间，现在是{serial}。")
    body = f"{division6}{born.year:04d}{born.month:02d}{born.day:02d}{serial:03d}"
    return body + str(mod_11_2.calc_check_digit(body))


def masked(number: str) -> str:
    """The number for screens: birth date starred; of anything else at most four characters."""
    if len(number) == LENGTH:
        return f"{number[:6]}********{number[-4:]}"
    shown = 4 if len(number) > 8 else 0
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def grouped(number: str) -> str:
    """The whole number as people read it aloud, 6-8-4; anything else as it is."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if len(number) == LENGTH else number
