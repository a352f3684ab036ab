"""金额: whole fen, rounded once and by name (CV-01), and the ways money is written."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import cn2an

Fen: TypeAlias = int

_YUAN = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?")
_WHOLE_DIGITS = 12  # 千亿元; far below what a database bigint or cn2an can hold
_CAPITAL_LIMIT: Fen = 10 ** (_WHOLE_DIGITS + 2)


def yuan(fen: Fen) -> str:
    """The amount in yuan with two decimals: 123450 fen is "1234.50"."""
    return yuan_grouped(fen).replace(",", "")


def yuan_grouped(fen: Fen) -> str:
    """The amount in yuan with thousands set off: 123450 fen is "1,234.50"."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def parse_yuan(text: str) -> Fen:
    """The fen in an amount of yuan as typed, exact, never negative; full-width digits pass."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    if not plain:
        raise ValueError("金额不能为空。")
    found = _YUAN.fullmatch(plain.removeprefix("-"))
    if not found:
        raise ValueError(f"“{text}”不是金额，请写成 1234.50 的样子。")
    if plain.startswith("-"):
        raise ValueError(f"金额不能为负数，现在是“{text}”。")
    whole, decimals = found[1].replace(",", ""), found[2] or ""
    if len(decimals) > 2:
        raise ValueError(f"金额最多两位小数（到分），“{text}”有{len(decimals)}位。")
    if len(whole.lstrip("0")) > _WHOLE_DIGITS:
        raise ValueError(f"金额过大：“{text}”超过{_WHOLE_DIGITS}位整数。")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient to the nearest whole, halves away from zero (CV-01); the divisor is above 0.

    Away from zero on both sides, so that a recovery is exactly the arrears it undoes.
    """
    if denominator <= 0:
        raise ValueError("除数必须大于零。")
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def split(fen: Fen, weights: Sequence[int]) -> list[Fen]:
    """Shares in fen that follow the weights and sum to the amount, by largest remainder.

    Of equal remainders the earlier share gets the fen; an amount below 0 is split as its mirror.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("分摊权重不能为负，且合计必须大于零。")
    if fen < 0:
        return [-share for share in split(-fen, weights)]
    shares = [fen * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(fen * weights[i] % total))
    for i in by_remainder[: fen - sum(shares)]:
        shares[i] += 1
    return shares


def capital(fen: Fen) -> str:
    """大写金额: 20050 fen is "贰佰元伍角整"; 整 ends every amount without 分."""
    if fen < 0:
        return f"负{capital(-fen)}"
    if fen >= _CAPITAL_LIMIT:
        raise ValueError(f"金额过大，无法大写：{yuan_grouped(fen)}元。")
    words = str(cn2an.an2cn(yuan(fen), "rmb"))
    if 1000_00 <= fen % (10**8 * 100) < 10**4 * 100:  # cn2an forgets 零 for an empty 万 section
        words = words.replace("亿", "亿零")
    return f"{words}整" if words.endswith("角") else words
