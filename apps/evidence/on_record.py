"""核查的登记: what is on record of the boxes of each act on the pages of an application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.evidence import comparing, property_lines
from apps.evidence.conditions import INDICATORS, asked_of, known
from apps.evidence.forms import LINE, ROWS, About
from apps.evidence.models import (
    VERIFIERS,
    Assessment,
    Authorisation,
    CheckRequest,
    Explanation,
    Figure,
    PropertyFinding,
)
from apps.evidence.survey_form import SurveyForm
from apps.households.models import Fact
from apps.offices.sight import WHOLE, Record
from apps.units.money import yuan

Records = dict[str, dict[str, Record]]
# Boxes of an assessment and of a finding that are columns by the same name.
HELD = (
    "on", "place", "officials", "residents", "votes_for", "votes_against", "abstained",
    "attendance", "minutes",
)  # fmt: skip
SAME = ("part", "code", "number", "detail", "per", "on", "until", "evidence")


def of_check(about: About, check: CheckRequest) -> Records:
    """By department its answer with the lines; by figure its explanation (4 queries)."""
    answers = comparing.answers_of(check)
    ids = [one.pk for one in answers.values()]
    lines: dict[int, list[Figure]] = defaultdict(list)
    for figure in Figure.objects.filter(answer__in=ids).order_by("pk"):
        lines[figure.answer_id or 0].append(figure)
    said = {
        department: Record(
            {"result": one.result, "note": one.note, **_lines(lines[one.pk])},
            "evidence.checkanswer",
            one.pk,
        )
        for department, one in answers.items()
    }
    return {"answer": said, "explain": _explained(check.application)}


def _lines(figures: list[Figure]) -> dict[str, Any]:
    """The figures of an answer in the boxes of its lines, as many as there are boxes."""
    found: dict[str, Any] = {}
    for n, one in enumerate(figures[:ROWS]):
        fen = one.amount_fen
        values = {
            "person": one.person_id,
            "item": one.item,
            "amount": "" if fen is None else yuan(fen),
            "per": one.per,
            "number": one.number,
            "words": one.words,
        }
        found |= {f"{name}_{n}": values[name] for name in LINE}
    return found


def _explained(application: Application) -> dict[str, Record]:
    rows = Explanation.objects.filter(figure__application=application).order_by("pk")
    kind = "evidence.explanation"
    return {str(one.figure_id): Record({"words": one.words}, kind, one.pk) for one in rows}


def of_authorisations(about: About, _thing: None) -> Records:
    """By person the newest authorisation (1 query)."""
    rows = Authorisation.objects.filter(household=about.home).order_by("until", "pk")
    return {
        "authorise": {
            str(one.person_id): Record(
                {"signed_on": one.signed_on, "until": one.until, "document": one.document_id},
                "evidence.authorisation",
                one.pk,
            )
            for one in rows
        }
    }


def of_conditions(about: About, _thing: None) -> Records:
    """By kind and by whom it is about, the newest finding (1 query)."""
    assert about.application is not None
    found: Records = {kind: {} for kind in asked_of(about.application.programme)}
    for fact in known(about.application):
        found[fact.kind].setdefault(
            f"{fact.person_id or ''}/{fact.part}",
            Record(_finding(fact), "households.fact", fact.pk),
        )
    return found


def of_figures(about: About, _thing: None) -> Records:
    """采信页: by line what is declared and what is adopted, and each finding about property.

    A figure that this post does not see is remembered without what it says.
    """
    assert about.application is not None
    hide = about.staff.role not in VERIFIERS
    adopted = comparing.newest_of(about.application, Figure.Source.ADOPTED, hide=hide)
    found: dict[str, Record] = {}
    for (person, item), one in comparing.declared(about.application).items():
        found[f"declare:{person or ''}-{item}"] = _figure(one)
    for (person, item), one in adopted.items():
        line = f"{person or ''}-{item}"
        found[f"adopt:{line}"] = _figure(one)
        found[f"pick:{line}"] = _figure(one)._replace(boxes={gettext("采信"): str(one)})
    tested = property_lines.judged(about.application, about.on, about.staff)
    return {
        "declare": found,
        "find": _findings(about.application),
        "conclude": {WHOLE: Record({str(one.label): _passed(one.passed) for one in tested})},
    }


def figure_of(typed: Mapping[str, Any]) -> str:
    """Which figure a form of the 采信页 is about: a button names its line, a form has boxes."""
    line, picked, _source = str(typed.get("pick", "")).partition(":")
    if picked:
        person, _, item = line.partition("-")
        return f"pick:{person if person != '0' else ''}-{item}"
    return f"{typed.get('act', '')}:{typed.get('person', '')}-{typed.get('item', '')}"


def _figure(one: comparing.Amount) -> Record:
    boxes: dict[str, Any] = {"amount": "" if one.fen is None else yuan(one.fen)}
    boxes |= {"per": one.per, "number": one.number, "words": one.words}
    return Record({} if one.hidden else boxes, "evidence.figure", one.figure_id)


def _findings(application: Application) -> dict[str, Record]:
    """By line of property the newest finding (1 query)."""
    rows = PropertyFinding.objects.filter(application=application).order_by("pk")
    kind = "evidence.propertyfinding"
    return {
        one.line: Record(
            {"passed": "yes" if one.passed else "no", "reason": one.reason}, kind, one.pk
        )
        for one in rows
    }


def _passed(passed: bool | None) -> str:
    return {True: gettext("符合"), False: gettext("不符合"), None: gettext("待认定")}[passed]


def of_assessment(about: About, _thing: None) -> Records:
    """The newest assessment of the application (1 query)."""
    one = Assessment.objects.filter(application=about.application).order_by("-pk").first()
    if one is None:
        return {"assess": {}}
    boxes = {name: getattr(one, name) for name in HELD}
    record = Record({**boxes, "document": one.document_id}, "evidence.assessment", one.pk)
    return {"assess": {WHOLE: record}}


def of_survey(form: SurveyForm) -> dict[str, Record]:
    """Every box of the survey as it has been saved; the form is an unbound one."""
    boxes = {box.name: box.value() for box in form if not box.is_hidden}
    return {WHOLE: Record(boxes, "evidence.survey", form.survey.pk)}


def finding_of(kind: str, typed: Mapping[str, Any]) -> str:
    """Whom a finding that was sent is about."""
    return f"{typed.get(f'{kind}-person', '')}/{typed.get(f'{kind}-part', '')}"


def _finding(fact: Fact) -> dict[str, Any]:
    boxes = {name: getattr(fact, name) for name in SAME}
    if fact.amount_fen is not None:
        boxes["amount"] = yuan(fact.amount_fen)
    if fact.flag is not None:
        boxes["flag"] = "yes" if fact.flag else "no"
    if fact.kind == "self_care":
        codes = {words: code for code, words in INDICATORS.items()}
        boxes["failed"] = [codes[words] for words in fact.items or [] if words in codes]
        del boxes["number"]
    return boxes
