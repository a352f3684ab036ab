"""临时救助: arithmetic and words, nothing else. 流浪救助 is given in kind and has no arithmetic."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Verdict
from apps.standards.book import Standards
from apps.units.money import yuan
from apps.units.working import Say

NOT_ASSESSED = -1


class Relief(NamedTuple):
    """What the temporary relief rule may know about one decision."""

    assessed_fen: int  # amount assessed by the officer (核定金额), NOT_ASSESSED when there is none
    over_cap: int  # 1: approved above the cap (一事一议)


def temporary_relief(case: Relief, standards: Standards, say: Say) -> Outcome:
    """临时救助: the assessed amount, up to the cap unless 一事一议 lifted it (R-LZ-03)."""
    if case.assessed_fen == NOT_ASSESSED:
        say("待补：没有核定金额", 0)
        return Outcome(0, Verdict.HELD, why="not_assessed")
    if case.assessed_fen == 0:
        say("核定金额为0元，不予发放", 0)
        return Outcome(0, Verdict.NOTHING, why="assessed_zero")
    say("经办核定金额", case.assessed_fen)
    limit = cap(standards)
    if limit is None:
        say("本地未规定封顶，按核定金额发放", case.assessed_fen)
        return Outcome(case.assessed_fen)
    words = cap_words(standards, limit)
    if case.assessed_fen <= limit:
        say(f"未超过{words}，按核定金额发放", case.assessed_fen)
        return Outcome(case.assessed_fen)
    if case.over_cap:
        say(f"超过{words}，经一事一议批准，按核定金额发放（R-LZ-03）", case.assessed_fen)
        return Outcome(case.assessed_fen)
    say(f"超过{words}，未经一事一议，按封顶金额发放（R-LZ-03）", limit)
    return Outcome(limit) if limit else Outcome(0, Verdict.NOTHING, why="cap_is_zero")


def cap(standards: Standards) -> int | None:
    """The cap in fen: a multiple of the urban monthly minimum living standard; None: no cap."""
    multiple = standards.optional("temporary_relief.cap_multiple")
    if multiple is None:
        return None
    return multiple * standards.amount("minimum_living.urban_monthly")


def cap_words(standards: Standards, limit: int) -> str:
    """The cap in words, with the standard it comes from."""
    row = standards.row("minimum_living.urban_monthly")
    basis = f"{yuan(row.value or 0)}元{f'，{row.document}' if row.document else ''}"
    multiple = standards.number("temporary_relief.cap_multiple")
    return f"封顶{yuan(limit)}元（城市低保月标准{basis}的{multiple}倍）"
