"""文书内容的共用部分: a household and its people as plain words. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from apps.households.kinds import RELATIONSHIPS, ZONES
from apps.households.models import BankAccount, Fact, Household, Member, Person
from apps.households.profile import SEX
from apps.offices.models import Division, Staff
from apps.units.ages import age_on
from apps.units.id_number import masked

ADULT = 18


class Content(NamedTuple):
    """What a paper says, and where it belongs. ``title`` and the words of ``data`` are Chinese."""

    title: str
    division: str
    household_id: int | None
    data: dict[str, Any]


def day(value: dt.date | None) -> str:
    """The day for people: 2024年6月5日; a gap to be filled in by hand when there is none."""
    return f"{value.year}年{value.month}月{value.day}日" if value else "　　年　月　日"


def people(home: Household, on: dt.date) -> list[dict[str, Any]]:
    """Everyone who lives in the household on the day, the applicant first."""
    stays = Member.objects.known_now().filter(household=home, period__contains=on)
    rows = sorted(
        stays.select_related("person"), key=lambda s: (s.relationship != "applicant", s.pk)
    )
    return [person(stay.person, on, RELATIONSHIPS[stay.relationship]) for stay in rows]


def person(one: Person, on: dt.date, relationship: str = "") -> dict[str, Any]:
    """One person as plain words."""
    return {
        "name": one.name,
        "relationship": relationship,
        "sex": SEX[one.sex],
        "born": day(one.born),
        "age": str(age_on(one.born, on)),
        "adult": age_on(one.born, on) >= ADULT,
        "id_number": one.id_number or "",
        "phone": one.phone,
    }


def household(home: Household, who: Person | None, on: dt.date) -> dict[str, Any]:
    """The household, whom the paper is about, where money goes."""
    living = people(home, on)
    return {
        "number": home.number,
        "village": place(home.division),
        "address": home.address,
        "zone": zone(home, on),
        "people": living,
        "who": person(who, on) if who else (living[0] if living else _nobody()),
        "whole": who is None,
        **account(home, who),
    }


def _nobody() -> dict[str, Any]:
    keys = ("name", "relationship", "sex", "born", "age", "id_number", "phone")
    return {**dict.fromkeys(keys, ""), "adult": True}


def zone(home: Household, on: dt.date) -> str:
    """城市 or 农村, by the newest fact."""
    facts = Fact.objects.known_now().filter(kind="zone", household=home, on__lte=on)
    newest = facts.order_by("-on", "-pk").first()
    return ZONES.get(newest.code, "") if newest else ""


def account(home: Household, who: Person | None) -> dict[str, str]:
    """Where money goes, the number starred but for its last four figures."""
    found = None
    if who is not None:
        found = BankAccount.objects.filter(person=who).order_by("-version").first()
    found = found or BankAccount.objects.filter(household=home).order_by("-version").first()
    if found is None:
        return {"payee": "", "bank": "", "account": ""}
    return {"payee": found.payee_name, "bank": found.bank, "account": masked(found.number)}


def place(code: str) -> str:
    """Township and village in words."""
    names = dict(Division.objects.filter(code__in=(code[:9], code)).values_list("code", "name"))
    return "".join(str(names[part]) for part in (code[:9], code) if part in names) or code


def county(code: str) -> str:
    """The county's name."""
    return Division.objects.filter(code=code[:6]).values_list("name", flat=True).first() or ""


def office(decider: Staff) -> str:
    """Who tells it: the county's bureau, or the township's government or street office."""
    home = Division.objects.filter(code=decider.division).first()
    if home is None:
        return ""
    ends = {"county": "民政局", "street": "办事处"}
    return f"{home.name}{ends.get(home.kind, '人民政府')}"


def township(code: str) -> str:
    """The township's government or street office of a village."""
    home = Division.objects.filter(code=code[:9]).first()
    if home is None:
        return ""
    return f"{home.name}{'办事处' if home.kind == 'street' else '人民政府'}"
