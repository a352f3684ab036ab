"""临时救助、流浪救助: what is said beside a decision; both are left to the officer."""

from __future__ import annotations

from apps.casework.outcome import Test, Verdict
from apps.casework.programme import Examination
from apps.temporary_relief.rule import cap, cap_words
from apps.units.months import month_of, next_month


def examine_relief(x: Examination) -> list[Test]:
    """临时救助: the amount is the officer's; the cap of the month is said (R-LZ-01, R-LZ-03)."""
    standards = x.book.month(month_of(x.day))
    limit = cap(standards)
    words = "本地未规定封顶" if limit is None else cap_words(standards, limit)
    return [Test("assessed", None, f"救助金额由经办人核定；{words}")]


def examine_vagrant(x: Examination) -> list[Test]:
    """流浪救助: minimum living never refuses it, but the officer is told (R-LL-01)."""
    now, person = month_of(x.day), x.application.person_id or 0
    for when in (now, next_month(now)):
        share = x.computed(when).share("minimum_living", person)
        if share and (share.verdict is Verdict.HELD or share.base_fen > 0):
            words = "本人享受低保，请核实是否属于生活无着（不影响救助，R-LL-01）"
            return [Test("on_minimum_living", None, words)]
    return [Test("on_minimum_living", True, "本人未享受低保")]
