"""越权: whatever the county sees is asked for by those in whose territory it does not lie.

Every address in every page of the county's posts is tried by posts of other townships, and by
another county's: 404, as if it were not there. Lists say no more than what lies in the territory.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import Resolver404, resolve

from apps.casework.models import Application, Decision, Entitlement
from apps.changes.models import FamilyChange
from apps.evidence.models import CheckRequest, Document, Survey
from apps.households.models import Household, Member
from apps.offices.models import Role
from apps.payments.recoveries.models import Recovery
from apps.publicity.models import PublicNotice
from apps.registers.models import ChildFile, Stay
from apps.reviews.models import Review
from tests.access.asking import Askers, ask, routes
from tests.access.world import COUNTY, ON, World, place_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEEN_BY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR, Role.FINANCE, Role.AUDITOR)
TRIED_BY = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.VILLAGE_HELPER)
OF_EACH_ROUTE = 40
HREF = re.compile(r'(?:href|action|hx-get|hx-post|data-url)="(/[^"#?]*)')


@pytest.fixture
def askers(county: object) -> Iterator[Askers]:
    with time_machine.travel(f"{ON}T10:00:00+08:00", tick=False):
        yield Askers(World())


def _person(pk: int) -> str:
    member = Member.objects.known_now().filter(person_id=pk).latest("period")
    return str(member.household.division)


def _of(model: Any, path: str) -> Callable[[dict[str, Any]], str]:
    return lambda kwargs: str(model.objects.values_list(path, flat=True).get(pk=kwargs["pk"]))


HOME = "household__division"
APPLICATION = _of(Application, HOME)
# Whose territory the object of an address lies in.
DIVISIONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "number": lambda kwargs: Household.objects.get(number=kwargs["number"]).division,
    "check": _of(CheckRequest, "application__household__division"),
    "visit": _of(Survey, "application__household__division"),
    "document-file": _of(Document, HOME),
    "public-notice": _of(PublicNotice, "division"),
    "review": _of(Review, "entitlement__household__division"),
    "award": _of(Entitlement, HOME),
    "screen": _of(Entitlement, HOME),
    "serve": _of(Decision, HOME),
    "recovery": _of(Recovery, HOME),
    "change": _of(FamilyChange, HOME),
    "child-file": lambda kwargs: _person(ChildFile.objects.get(pk=kwargs["pk"]).person_id),
    "stay": _of(Stay, "division"),
    "application": APPLICATION,
}


def division_of(path: str) -> str | None:
    """Where the object of an address lies; None: it is nobody's, or of the whole county."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    kwargs = dict(found.kwargs)
    if "number" in kwargs and isinstance(kwargs["number"], str):
        return DIVISIONS["number"](kwargs)
    name = str(found.url_name)
    if "pk" not in kwargs:
        return None
    if name.startswith("application"):
        name = "application"
    return DIVISIONS[name](kwargs) if name in DIVISIONS else None


def seen(askers: Askers) -> dict[str, list[tuple[str, str]]]:
    """Route → the addresses in pages of the county's posts, each with its division."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for role in SEEN_BY:
        client = askers.client(role, COUNTY)
        for path in _pages(askers.world):
            answer = client.get(path)
            if answer.status_code != 200 or answer.streaming:
                continue
            for link in HREF.findall(answer.content.decode(errors="replace")):
                name = _name(link)
                if len(found[name]) < OF_EACH_ROUTE and link not in found[name]:
                    division = division_of(link)
                    if division is not None:
                        found[name][link] = division
    return {name: list(links.items()) for name, links in found.items() if links}


def _name(path: str) -> str:
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return ""


def _pages(world: World) -> list[str]:
    from django.urls import reverse

    paths = []
    for route in routes():
        if route.pattern.startswith(("api/", "logout", "language")):
            continue
        place = place_of(route.name, route.pattern, world)
        paths.append(reverse(route.name, kwargs=place.kwargs))
    return [*paths, "/search/?q=王", "/households/?q=", "/applications/?state=all"]


def test_what_the_county_sees_nobody_else_opens(askers: Askers) -> None:
    found = seen(askers)
    tried, leaks = 0, []
    for name, links in found.items():
        for link, division in links:
            for who, client in _strangers(askers, division):
                tried += 1
                status = ask(client, "GET", link)
                if status not in (403, 404, 405):
                    leaks.append((name, link, who, status))
    print(f"{len(found)} 种地址，{sum(map(len, found.values()))} 个，试了 {tried} 次")
    assert len(found) > 15
    assert tried > 500
    assert leaks == []


def _strangers(askers: Askers, division: str) -> Iterator[tuple[str, Client]]:
    """Posts in whose territory it does not lie."""
    for role in TRIED_BY:
        there = "430482101" if not division.startswith("430482101") else "430482102"
        territory = f"{there}200" if role == Role.VILLAGE_HELPER else there
        yield f"{role} {territory}", askers.client(role, territory)
    yield "another county", askers.client(Role.COUNTY_SUPERVISOR, "430481")


LISTS = {
    "/households/": Household.objects.values_list("number", "division"),
    "/applications/?state=all": Application.objects.values_list("pk", HOME),
    "/recoveries/": Recovery.objects.values_list("pk", HOME),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_nothing_from_elsewhere(askers: Askers, path: str) -> None:
    for township in ("430482110", "430482001", "430482101"):
        page = askers.client(Role.TOWNSHIP_LEAD, township).get(path).content.decode()
        links = {link for link in HREF.findall(page) if division_of(link)}
        assert all(str(division_of(link)).startswith(township) for link in links), links
    nobody = askers.client(Role.COUNTY_SUPERVISOR, "430481").get(path).content.decode()
    assert not [link for link in HREF.findall(nobody) if division_of(link)]
