"""高龄津贴: arithmetic and words, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Verdict
from apps.standards.book import Standards
from apps.units.working import Say


class OldAge(NamedTuple):
    """What the old age rule may know about a person in one month."""

    age: int  # years attained by the end of the month (CV-05)
    gone: int  # 0 no, 1 died before the month, 2 moved out before the month


GONE = {1: "已死亡，自次月起停发", 2: "户籍已迁出，自次月起停发"}


def old_age_allowance(case: OldAge, standards: Standards, say: Say) -> Outcome:
    """高龄津贴: the amount of the highest band attained (R-GL-01, R-GL-02, R-GL-03)."""
    if case.gone:
        say(GONE[case.gone], 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="gone")
    bands = {int(age): fen for age, fen in standards.bands("old_age_allowance.bands").items()}
    attained = [age for age in bands if age <= case.age]
    if not attained:
        say(f"本月满{case.age}周岁，未到高龄津贴最低年龄档", 0)
        return Outcome(0, Verdict.UNQUALIFIED, why="age")
    band = max(attained)
    document = standards.row("old_age_allowance.bands", str(band)).document
    fen = say(f"本月满{case.age}周岁，按{band}周岁以上档发放（{document}）", bands[band])
    return Outcome(fen)
