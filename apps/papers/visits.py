"""入户调查的内容: what the form of a visit says, as plain words for a sheet. Only reads."""

from __future__ import annotations

from typing import Any

from apps.casework.models import Application
from apps.evidence.catalogue import APPLIANCES, CONDITION, HEALTH, ITEMS, STRUCTURE, TENURE, WORK
from apps.evidence.comparing import WHOLE, Amount
from apps.evidence.models import Survey
from apps.households.models import Person
from apps.papers.content import day


def newest_visit(application: Application) -> Survey | None:
    """The newest visit that at least one investigator has signed."""
    rows = Survey.objects.filter(application=application).exclude(state=Survey.State.DRAFT)
    return rows.select_related("first", "second").order_by("-pk").first()


def found_at(survey: Survey | None) -> dict[str, Any] | None:
    """Everything a visit found, by the parts of the sheet; None before anybody has signed."""
    if survey is None:
        return None
    answers = survey.answers
    ids = [int(pk) for pk in answers.get("people", {})]
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {
        "purpose": survey.get_purpose_display(),
        "visited_on": day(survey.visited_on),
        "people": [
            _person(names.get(int(pk), ""), told) for pk, told in answers.get("people", {}).items()
        ],
        "lines": [_line(told, names) for told in answers.get("lines", [])],
        "house": _house(answers.get("home", {})),
        "goods": [APPLIANCES[one] for one in answers.get("goods", []) if one in APPLIANCES],
        "neighbours": [
            {"name": name, "words": words} for name, words in answers.get("neighbours", [])
        ],
        "words": answers.get("words", ""),
        "conclusion": survey.get_conclusion_display(),
        "note": survey.note,
        "signed": signatures(survey),
    }


def signatures(survey: Survey) -> list[dict[str, str]]:
    """Who has signed, and when; the day is open for one who has not yet."""
    pairs = ((survey.first, survey.first_signed_on), (survey.second, survey.second_signed_on))
    return [{"name": who.name, "on": day(on)} for who, on in pairs]


def _person(name: str, told: dict[str, Any]) -> dict[str, str]:
    return {
        "name": name,
        "health": HEALTH.get(told.get("health", ""), ""),
        "work": WORK.get(told.get("work", ""), ""),
        "seen": "见到" if told.get("seen") else "未见",
        "note": told.get("note", ""),
    }


def _line(told: dict[str, Any], names: dict[int, str]) -> dict[str, str]:
    amount = Amount(told["fen"], told["per"], told["number"], told["words"])
    return {
        "name": names.get(told["person_id"] or 0, WHOLE),
        "what": ITEMS[told["item"]].label,
        "found": str(amount),
    }


def _house(told: dict[str, Any]) -> str:
    """自有，砖木，86平方米，3间，安全."""
    said = [
        TENURE.get(told.get("tenure") or "", ""),
        STRUCTURE.get(told.get("structure") or "", ""),
    ]
    said += [f"{told['area']}平方米"] if told.get("area") else []
    said += [f"{told['rooms']}间"] if told.get("rooms") else []
    said.append(CONDITION.get(told.get("condition") or "", ""))
    return "，".join(str(one) for one in said if one)
