"""事实的说法: what a stored fact says, in one line for people."""

from __future__ import annotations

from apps.households.kinds import (
    DISABILITY_TYPES,
    KINDS,
)
from apps.households.models import Fact
from apps.households.shapes import PARENTS
from apps.units.money import yuan_grouped

PER = {"month": "每月", "year": "每年"}
GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
FLAGS = {
    "property": ("符合财产条件", "不符合财产条件"),
    "illness": ("认定重病", "不再认定重病"),
    "residence": ("户籍迁出", "户籍迁入"),
    "co_residence": ("认定长期共同居住", "不认定长期共同居住"),
    "dependent_adult": ("认定不能独立生活", "不再认定不能独立生活"),
    "no_source_of_living": ("认定无生活来源", "有生活来源"),
    "no_able_obligor": ("认定无有履行能力义务人", "有有履行能力义务人"),
}


def fact_words(fact: Fact) -> str:
    """The fact in words, without its dates."""
    said = _special(fact)
    if said:
        return said
    kind = KINDS[fact.kind]
    parts = [(kind.codes or {}).get(fact.code, fact.code)]
    if fact.kind in FLAGS and fact.flag is not None:
        parts = [FLAGS[fact.kind][0 if fact.flag else 1]]
    if fact.amount_fen is not None:
        parts.append(f"{PER.get(fact.per, '')}{yuan_grouped(fact.amount_fen)}元")
    if fact.gross_fen is not None:
        less = yuan_grouped(fact.deduction_fen or 0)
        parts.append(f"（总额{yuan_grouped(fact.gross_fen)}元，扣除{less}元）")
    return " ".join(part for part in parts if part) or kind.label


def _special(fact: Fact) -> str:
    """Kinds whose words are not simply their code and amount."""
    code = (KINDS[fact.kind].codes or {}).get(fact.code, fact.code)
    if fact.kind == "disability":
        return f"{code}{GRADES.get(fact.number or 0, '')}"
    if fact.kind == "self_care":
        return f"六项中{fact.number}项做不了"
    if fact.kind == "death":
        return "死亡"
    if fact.kind == "parent":
        return f"{PARENTS.get(fact.part, '')}{_parent(fact, code)}"
    if fact.kind == "choice":
        return f"选择{fact.code}，放弃{fact.detail}"
    if fact.kind == "guardian":
        return f"{fact.detail}（{code}）"
    if fact.kind == "life_certificate" and fact.day:
        return f"{code}，截至{fact.day}"
    return ""


def _parent(fact: Fact, code: str) -> str:
    if fact.code == "disabled":
        kind = DISABILITY_TYPES.get(fact.detail, "")
        return f"{code}（{kind}{GRADES.get(fact.number or 0, '')}）"
    return f"{code}{fact.number}个月" if fact.number else code
