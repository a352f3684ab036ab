"""残疾人两项补贴: arithmetic and words, nothing else."""

from __future__ import annotations

from typing import NamedTuple

from apps.casework.outcome import Outcome, Verdict
from apps.standards.book import Standards
from apps.units.money import yuan
from apps.units.working import Say

# Codes of the facts, and what each says to the citizen.
GONE = {
    1: "已死亡，自次月起停发（R-CJ-10）",
    2: "户籍已迁出，自次月起停发（R-CJ-10）",
    3: "已宣告失踪，自次月起停发（R-CJ-10）",
}
NOT_POOR, POOR, POOR_HELD = 0, 1, 2
OUTSIDE = {1: "其他福利性护理补贴", 2: "离休人员护理待遇"}

NO_CERTIFICATE = "本月没有有效的残疾人证（有效期满的次月起停发，R-CJ-11）"
WORK_INJURY = "本月领取工伤保险生活护理费，不享受残疾人两项补贴（R-CJ-04）"


class Living(NamedTuple):
    """What the living subsidy rule (生活补贴) may know about a person in one month."""

    gone: int  # 0 no, 1 died, 2 moved out, 3 declared missing: each before the month
    grade: int  # best grade 1 to 4 of the certificates that count in the month, 0 none
    minimum_living: int  # NOT_POOR, POOR, POOR_HELD: on minimum living in the month
    marginal: int  # 1: the household is recognised as marginal (低保边缘家庭) in the month
    work_injury: int  # 1: draws work injury nursing (工伤保险生活护理费)
    cadre: int  # 1: draws retired cadre benefits (离休待遇)


class Nursing(NamedTuple):
    """What the nursing subsidy rule (护理补贴) may know about a person in one month."""

    gone: int  # as for Living
    grade: int  # as for Living
    mind: int  # 1: a counting certificate is grade 3 intellectual or mental (智力、精神三级)
    work_injury: int  # as for Living
    outside: int  # which outside benefit is the highest in the nursing slot: OUTSIDE, 0 none
    outside_fen: int  # that benefit, fen a month


def disability_living(case: Living, standards: Standards, say: Say) -> Outcome:
    """生活补贴: a certificate of any grade and minimum living (R-CJ-01, R-CJ-04, R-CJ-07)."""
    missing = _missing(case.gone, case.grade)
    if missing:
        return _none(missing, Verdict.UNQUALIFIED, "gone" if case.gone else "certificate", say)
    poor, words = _poor(case, standards)
    if poor is not Verdict.PAYABLE:
        return _none(words, poor, "not_on_minimum_living", say)
    if case.work_injury:
        return _none(WORK_INJURY, Verdict.NOTHING, "excluded", say)
    if case.cadre:
        return _none(
            "本月享受离休待遇，不享受生活补贴（R-CJ-07）", Verdict.NOTHING, "excluded", say
        )
    return _paid("disability_living.monthly", f"残疾{case.grade}级，{words}", standards, say)


def disability_nursing(case: Nursing, standards: Standards, say: Say) -> Outcome:
    """护理补贴: a certificate of grade 1 or 2, no test of means (R-CJ-02, R-CJ-04, R-CJ-07)."""
    missing = _missing(case.gone, case.grade) or _not_severe(case, standards)
    if missing:
        return _none(missing, Verdict.UNQUALIFIED, "gone" if case.gone else "certificate", say)
    if case.work_injury:
        return _none(WORK_INJURY, Verdict.NOTHING, "excluded", say)
    if case.outside_fen and case.outside_fen >= standards.amount("disability_nursing.monthly"):
        benefit = f"{OUTSIDE[case.outside]}{yuan(case.outside_fen)}元"
        words = f"同类护理补贴择高：{benefit}，本项不再发放（R-CJ-07）"
        return _none(words, Verdict.NOTHING, "higher_in_slot", say)
    words = f"残疾{case.grade}级{'（智力、精神类）' if case.grade == 3 else ''}"
    return _paid("disability_nursing.monthly", words, standards, say)


def severe(grade: int, mind: bool, standards: Standards) -> bool:
    """Whether a grade qualifies for the nursing subsidy in the month of the standards (R-CJ-02)."""
    extended = standards.on("disability_nursing.include_grade3_mental_intellectual")
    return 1 <= grade <= 2 or (grade == 3 and mind and extended)


def _missing(gone: int, grade: int) -> str:
    """Why nobody in this position gets either subsidy; empty when nothing stands against it."""
    return GONE[gone] if gone else "" if grade else NO_CERTIFICATE


def _not_severe(case: Nursing, standards: Standards) -> str:
    if severe(case.grade, bool(case.mind), standards):
        return ""
    return f"残疾{case.grade}级，护理补贴须为{severe_words(standards)}（R-CJ-02）"


def severe_words(standards: Standards) -> str:
    """Which grades the nursing subsidy asks for in the month of the standards."""
    extended = standards.on("disability_nursing.include_grade3_mental_intellectual")
    return "一、二级，或三级智力、精神" if extended else "一、二级"


def _poor(case: Living, standards: Standards) -> tuple[Verdict, str]:
    """Whether the means condition holds, and by which of its two doors (R-CJ-01)."""
    if case.minimum_living == POOR:
        return Verdict.PAYABLE, "本月享受低保"
    if case.marginal and standards.on("disability_living.include_marginal_household"):
        return Verdict.PAYABLE, "本月属低保边缘家庭"
    if case.minimum_living == POOR_HELD:
        return Verdict.HELD, "待补：本人的低保待遇尚不能确定，生活补贴随之待定"
    return Verdict.UNQUALIFIED, "本月不享受低保，生活补贴随之停发（R-CJ-01）"


def _none(words: str, verdict: Verdict, why: str, say: Say) -> Outcome:
    say(words, 0)
    return Outcome(0, verdict, why=why)


def _paid(key: str, words: str, standards: Standards, say: Say) -> Outcome:
    """The monthly standard, said with its document; a standard of 0.00 pays nothing."""
    fen = standards.amount(key)
    document = standards.row(key).document
    basis = f"（{document}）" if document else ""
    say(f"{words}，按补贴标准每月{yuan(fen)}元发放{basis}", fen)
    return Outcome(fen) if fen else Outcome(0, Verdict.NOTHING, why="standard_is_zero")
