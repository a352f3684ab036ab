"""高龄津贴、养老服务补贴: arithmetic and words, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Verdict
from apps.standards.book import Standards
from apps.units.money import yuan
from apps.units.working import Say

# Codes of the facts, and what each says to the citizen.
GONE = {1: "已死亡，自次月起停发", 2: "户籍已迁出，自次月起停发"}
NOT_POOR, POOR, POOR_HELD = 0, 1, 2
OUTSIDE = {1: "其他福利性护理补贴", 2: "离休人员护理待遇"}

SERVICE_AGE = 65  # 湘老龄发〔2014〕3号: a condition of the programme itself, not a local figure
FULL = 5  # 六项中五项及以上“做不了”为完全失能 (R-YL-02); not the cut of destitute_care
NOT_ASSESSED = -1


class OldAge(NamedTuple):
    """What the old age rule may know about a person in one month."""

    age: int  # years attained by the end of the month (CV-05)
    gone: int  # 0 no, 1 died before the month, 2 moved out before the month


class ElderService(NamedTuple):
    """What the elder service rule (养老服务补贴) may know about a person in one month."""

    age: int  # years attained by the end of the month (CV-05)
    gone: int  # as for OldAge
    minimum_living: int  # NOT_POOR, POOR, POOR_HELD: on minimum living in the month
    failed: int  # failed indicators of six (六项中“做不了”), NOT_ASSESSED without an assessment
    outside: int  # which outside benefit is the highest in the nursing slot: OUTSIDE, 0 none
    outside_fen: int  # that benefit, fen a month


def old_age_allowance(case: OldAge, standards: Standards, say: Say) -> Outcome:
    """高龄津贴: the amount of the highest band attained (R-GL-01, R-GL-02, R-GL-03)."""
    if case.gone:
        return _none(GONE[case.gone], Verdict.UNQUALIFIED, "gone", say)
    bands = ages(standards)
    attained = [age for age in bands if age <= case.age]
    if not attained:
        words = f"本月满{case.age}周岁，未到高龄津贴最低年龄档"
        return _none(words, Verdict.UNQUALIFIED, "age", say)
    band = max(attained)
    document = standards.row("old_age_allowance.bands", str(band)).document
    words = f"本月满{case.age}周岁，按{band}周岁以上档发放{_from(document)}"
    return _granted(words, bands[band], say)


def ages(standards: Standards) -> dict[int, int]:
    """The bands of a month: lowest age in years of each, and its fen a month (R-GL-01).

    Raises MissingStandard when no band at all is registered: the age is then not to blame.
    """
    found = {int(age): fen for age, fen in standards.bands("old_age_allowance.bands").items()}
    if not found:
        standards.amount("old_age_allowance.bands")
    return found


def elder_service_subsidy(case: ElderService, standards: Standards, say: Say) -> Outcome:
    """养老服务补贴: 65, on minimum living and dependent; given as service (R-YL-01 to 04)."""
    unmet = _unmet(case)
    if unmet:
        words, verdict, why = unmet
        return _none(words, verdict, why, say)
    fen = standards.amount("elder_service_subsidy.monthly")
    shared = standards.on("elder_service_subsidy.exclusive_with_disability_nursing")
    if shared and case.outside_fen >= fen > 0:
        benefit = f"{OUTSIDE[case.outside]}{yuan(case.outside_fen)}元"
        words = f"同类护理补贴择高：{benefit}，本项不再享受（R-YL-03）"
        return _none(words, Verdict.NOTHING, "higher_in_slot", say)
    document = standards.row("elder_service_subsidy.monthly").document
    words = f"{dependence(case.failed)}，享受养老服务额度，由服务机构上门提供，不发现金"
    return _granted(f"{words}{_from(document)}", fen, say)


def dependence(failed: int) -> str:
    """The degree of dependence in words: 1 to 4 of six partial, 5 or 6 full (R-YL-02)."""
    if failed < 1:
        return "自理能力评估六项均能达到"
    return f"六项中{failed}项做不了，{'完全' if failed >= FULL else '部分'}失能"


def _unmet(case: ElderService) -> tuple[str, Verdict, str] | None:
    """The first condition that does not hold: its words, verdict and code (R-YL-01)."""
    if case.gone:
        return GONE[case.gone], Verdict.UNQUALIFIED, "gone"
    if case.age < SERVICE_AGE:
        return f"本月满{case.age}周岁，未满{SERVICE_AGE}周岁", Verdict.UNQUALIFIED, "age"
    if case.minimum_living == POOR_HELD:
        return "待补：本人的低保待遇尚不能确定", Verdict.HELD, "not_on_minimum_living"
    if case.minimum_living != POOR:
        return "本月不享受低保（R-YL-01）", Verdict.UNQUALIFIED, "not_on_minimum_living"
    if case.failed == NOT_ASSESSED:
        return "待补：没有自理能力评估", Verdict.HELD, "self_care"
    if case.failed == 0:
        return f"{dependence(0)}，不属失能", Verdict.UNQUALIFIED, "self_care"
    return None


def _from(document: str) -> str:
    return f"（{document}）" if document else ""


def _none(words: str, verdict: Verdict, why: str, say: Say) -> Outcome:
    say(words, 0)
    return Outcome(0, verdict, why=why)


def _granted(words: str, fen: int, say: Say) -> Outcome:
    """The standard of the month; one of 0.00 gives nothing."""
    say(f"{words}，每月{yuan(fen)}元", fen)
    return Outcome(fen) if fen else Outcome(0, Verdict.NOTHING, why="standard_is_zero")
