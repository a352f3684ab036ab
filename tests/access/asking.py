"""谁问哪个地址: every route, every method, every post, from everywhere; what each is answered."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, NamedTuple

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.offices.models import Role, Staff
from tests.access.world import (
    COUNTY,
    TOWNSHIP_ROLES,
    VILLAGE_ROLES,
    Place,
    World,
    closed_place_of,
    place_of,
)
from tests.pages.conftest import client_of

METHODS = ("GET", "POST")
NOBODY = "anonymous"
# Its pages are Django's own, for superusers alone; tests/access/test_admin.py asks them.
NOT_OURS = ("admin/",)
ANOTHER_COUNTY = "430481"


class Route(NamedTuple):
    """An address of the system by its name and its pattern."""

    name: str
    pattern: str


def routes() -> list[Route]:
    """Every address the resolver knows."""
    return sorted(set(_walk(get_resolver(), "")))


def _walk(resolver: Any, prefix: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = prefix + str(one.pattern)
        if pattern.startswith(NOT_OURS):
            continue
        if isinstance(one, URLResolver):
            yield from _walk(one, pattern)
        elif isinstance(one, URLPattern):
            yield Route(str(one.name), pattern)


class Cell(NamedTuple):
    """One question: who asks, from where, and how."""

    method: str
    situation: str
    who: str


Answers = dict[str, dict[str, dict[str, int]]]  # method → situation → who → status


class Askers:
    """Clients of every post for every territory, each logged in once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clients: dict[tuple[str, str, int | None], Client] = {}

    def client(self, role: Role, division: str, kin: int | None = None) -> Client:
        """Of a post with that territory; ``kin``: a relative of that household."""
        key = (str(role), division, kin)
        if key not in self.clients:
            staff = self._staff(role, division, kin)
            self.clients[key] = client_of(staff)
        return self.clients[key]

    def _staff(self, role: Role, division: str, kin: int | None) -> Staff:
        from tests import builders

        if kin is None:
            return self.world.staff(role, division)
        staff = builders.staff(role, division)
        self.world.relate(staff, kin)
        return staff

    def asking(self, place: Place, situation: str) -> Iterator[tuple[str, Client]]:
        """Everybody who stands to the object in that way."""
        if situation == "own":
            yield NOBODY, Client()
        for role in Role:
            division = territory(role, place.division, situation)
            if division is not None:
                kin = place.household if situation == "kin" else None
                yield str(role), self.client(role, division, kin)


def territory(role: Role, of: str, situation: str) -> str | None:
    """The territory of a post that stands so to an object of that division; None: none does."""
    narrow = VILLAGE_ROLES if len(of) == 12 else ()
    if situation == "other":
        if role in narrow:
            return next_to(of, 12)
        if role in (*VILLAGE_ROLES, *TOWNSHIP_ROLES):
            return next_to(of, 9)
        return ANOTHER_COUNTY
    if role in narrow:
        return of
    if role in (*VILLAGE_ROLES, *TOWNSHIP_ROLES):
        return (of if len(of) > 6 else f"{COUNTY}110")[:9]
    return COUNTY


def next_to(division: str, digits: int) -> str:
    """Another village of the township, or another township, by the demo's divisions."""
    from apps.offices.models import Division

    parent = division[: digits - 3]
    rows = Division.objects.filter(code__startswith=parent).exclude(code=division[:digits])
    codes = rows.order_by("code").values_list("code", flat=True)
    return next(code for code in codes if len(code) == digits)


def answers(route: Route, world: World, askers: Askers) -> Answers:
    """What everybody is answered at an address; nothing that is done there stays."""
    found: Answers = {}
    for situation, place in places(route, world):
        path = reverse(route.name, kwargs=place.kwargs)
        for who, client in askers.asking(place, situation):
            for method in METHODS:
                status = ask(client, method, path)
                found.setdefault(method, {}).setdefault(situation, {})[who] = status
    return found


def places(route: Route, world: World) -> Iterator[tuple[str, Place]]:
    """The situations an address can be in."""
    place = place_of(route.name, route.pattern, world)
    yield "own", place
    if place.division:
        yield "other", place
    if place.household:
        yield "kin", place
    over = closed_place_of(route.name, route.pattern, world)
    if over is not None:
        yield "closed", over


def ask(client: Client, method: str, path: str) -> int:
    """One request, taken back afterwards; a POST sends nothing but what makes it a request."""
    headers = {"Idempotency-Key": "matrix"}
    before = {name: one.value for name, one in client.cookies.items()}
    with transaction.atomic():
        answer = client.generic(method, path, headers=headers, content_type=_type(path))
        if hasattr(answer, "streaming_content"):
            answer.close()
        transaction.set_rollback(True)
    # Whoever has logged out, or changed the language, is as before for the next question.
    client.cookies = SimpleCookie(before)
    return int(answer.status_code)


def _type(path: str) -> str:
    return "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
