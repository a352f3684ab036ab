"""事实的说法: what a stored fact says, in one line for people."""

from __future__ import annotations

from django.utils.translation import gettext

from apps.households.kinds import (
    DISABILITY_TYPES,
    KINDS,
)
from apps.households.models import Fact
from apps.households.shapes import PARENTS
from apps.units.language import lazy as _
from apps.units.money import yuan_grouped

PER = {"month": _("每月"), "year": _("每年")}
GRADES = {1: _("一级"), 2: _("二级"), 3: _("三级"), 4: _("四级")}
FLAGS = {
    "property": (_("符合财产条件"), _("不符合财产条件")),
    "illness": (_("认定重病"), _("不再认定重病")),
    "residence": (_("户籍迁出"), _("户籍迁入")),
    "co_residence": (_("认定长期共同居住"), _("不认定长期共同居住")),
    "dependent_adult": (_("认定不能独立生活"), _("不再认定不能独立生活")),
    "no_source_of_living": (_("认定无生活来源"), _("有生活来源")),
    "no_able_obligor": (_("认定无有履行能力义务人"), _("有有履行能力义务人")),
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
        amount = yuan_grouped(fact.amount_fen)
        parts.append(gettext("{per}{amount}元").format(per=PER.get(fact.per, ""), amount=amount))
    if fact.gross_fen is not None:
        less = yuan_grouped(fact.deduction_fen or 0)
        gross = yuan_grouped(fact.gross_fen)
        words = gettext("（总额{gross}元，扣除{less}元）")
        parts.append(words.format(gross=gross, less=less))
    return " ".join(str(part) for part in parts if part) or kind.label


def _special(fact: Fact) -> str:
    """Kinds whose words are not simply their code and amount."""
    code = (KINDS[fact.kind].codes or {}).get(fact.code, fact.code)
    if fact.kind == "disability":
        return gettext("{code}{grade}").format(code=code, grade=GRADES.get(fact.number or 0, ""))
    if fact.kind == "self_care":
        return gettext("六项中{number}项做不了").format(number=fact.number)
    if fact.kind == "death":
        return gettext("死亡")
    if fact.kind == "parent":
        words = gettext("{parent}{circumstances}")
        return words.format(parent=PARENTS.get(fact.part, ""), circumstances=_parent(fact, code))
    if fact.kind == "choice":
        return gettext("选择{code}，放弃{detail}").format(code=fact.code, detail=fact.detail)
    if fact.kind == "guardian":
        return gettext("{name}（{words}）").format(name=fact.detail, words=code)
    if fact.kind == "life_certificate" and fact.day:
        return gettext("{code}，截至{day}").format(code=code, day=fact.day)
    return ""


def _parent(fact: Fact, code: str) -> str:
    if fact.code == "disabled":
        kind = DISABILITY_TYPES.get(fact.detail, "")
        grade = GRADES.get(fact.number or 0, "")
        return gettext("{code}（{kind}{grade}）").format(code=code, kind=kind, grade=grade)
    if not fact.number:
        return code
    return gettext("{code}{months}个月").format(code=code, months=fact.number)
