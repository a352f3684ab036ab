"""比例: a rate is a whole number of ten-thousandths (万分比), so 0.30 is 3000."""

import re
from typing import TypeAlias

Rate: TypeAlias = int

ONE: Rate = 10_000

_RATE = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?")


def parse_rate(text: str) -> Rate:
    """The rate written as a plain decimal, exact: "0.30" is 3000, "1.5" is 15000."""
    found = _RATE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}”不是比例，请写成 0.30 的样子，不带百分号，最多四位小数。")
    whole, decimals = found.groups(default="")
    return int(whole) * ONE + int(decimals.ljust(4, "0"))


def rate_words(rate: Rate) -> str:
    """The rate in words for notices, without idle zeros: 3000 is "30%", 3333 is "33.33%"."""
    sign = "-" if rate < 0 else ""
    whole, hundredths = divmod(abs(rate), 100)
    decimals = f".{hundredths:02d}".rstrip("0").rstrip(".")
    return f"{sign}{whole}{decimals}%"
