"""Small files and words for the tests of evidence; everything is made by the real actions."""

from __future__ import annotations

import struct
import zlib
from itertools import count
from typing import Any

from apps.casework import actions as casework
from apps.casework.models import Application
from apps.evidence import actions
from apps.evidence.actions import Reported
from apps.evidence.models import CheckRequest, Document, Survey
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from tests import builders
from tests.builders import date

_numbers = count(1)
VILLAGE = "430482001200"
TOWNSHIP = VILLAGE[:9]


def pdf(more: bytes = b"") -> bytes:
    """A small PDF; another one at each call."""
    body = f"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj %{next(_numbers)}\n".encode()
    return body + more + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its sum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(note: bytes = b"") -> bytes:
    """A picture of one dot."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    text = chunk(b"tEXt", b"Comment\0" + (note or str(next(_numbers)).encode()))
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + text + data + chunk(b"IEND", b"")


def jpeg(note: bytes = b"") -> bytes:
    """The bones of a JPEG: its segments, a scan with a stuffed byte and a restart, its end."""
    note = note or str(next(_numbers)).encode()
    comment = b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note
    app0 = b"\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
    scan = b"\xff\xda\x00\x08\1\1\0\0\x3f\0" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + app0 + comment + scan + b"\xff\xd9"


def family(*names: str, division: str = VILLAGE, programme: str = "minimum_living") -> Application:
    """An application of 5 May 2025 (no 补录 any more) of a couple with a child, wages declared."""
    names = names or ("周国华", "李桂香", "周小军")
    born = ("1966-03-01", "1969-04-01", "2015-05-01")
    relations = ("applicant", "spouse", "child")
    people = [builders.person(name, born[n]) for n, name in enumerate(names)]
    members = list(zip(people, relations, strict=False))
    home = builders.household(*members, zone="rural", division=division)
    wage = {"code": "wage", "amount_fen": 4800_00, "per": "year"}
    builders.fact("income", people[0], "2025-05-05", **wage)
    return builders.application(programme, home, on="2025-05-05")


def people(application: Application) -> list[Person]:
    """The members, in the order of their entry."""
    rows = application.household.members.filter(voided_on=None).order_by("pk")
    return [row.person for row in rows.select_related("person")]


def township(role: Role = Role.TOWNSHIP_CLERK, division: str = TOWNSHIP) -> Staff:
    """Somebody of the township; another one at each call."""
    return builders.staff(role, division)


def filed(
    kind: str,
    home: Household,
    *,
    on: str = "2025-05-05",
    who: Person | None = None,
    asked: Application | None = None,
    by: Staff | None = None,
    **more: Any,
) -> Document:
    """A document handed in on the day."""
    content = more.pop("content", None)
    paper = actions.Paper(
        kind,
        more.pop("name", "扫描件.pdf"),
        person_id=who.pk if who else None,
        application_id=asked.pk if asked else None,
        **more,
    )
    content = pdf() if content is None else content
    about: dict[str, Any] = {"household_id": home.pk, "on": date(on), "by": by or township()}
    return actions.file_document(paper, content, **about)


def all_filed(application: Application, on: str = "2025-05-05") -> None:
    """Every document that minimum living requires."""
    home = application.household
    filed("application_form", home, on=on, asked=application)
    filed("income_declaration", home, on=on, asked=application)
    filed("id_card", home, on=on, pages=4)
    filed("household_book", home, on=on)


def authorised(application: Application, on: str = "2025-05-05", until: str = "2026-05-04") -> None:
    """Both adults have signed, on one paper."""
    home = application.household
    paper = filed("check_authorisation", home, on=on, issued_on=date(on))
    for person in people(application)[:2]:
        actions.authorise(
            household_id=home.pk,
            person_id=person.pk,
            signed_on=date(on),
            until=date(until),
            document_id=paper.pk,
            on=date(on),
            by=township(),
        )


def sent(application: Application, on: str = "2025-05-07", by: Staff | None = None) -> CheckRequest:
    """A verification that the county has sent out."""
    request = actions.request_check(application.pk, on=date(on), by=township())
    actions.send_check(request.pk, on=date(on), by=by or builders.staff())
    request.refresh_from_db()
    return request


def answered(request: CheckRequest, *but: str, on: str = "2025-05-09") -> None:
    """Every department but those named says the same as the household."""
    from apps.evidence.actions.checks import departments

    clerk = builders.staff()
    for code in departments(date(on)):
        if code not in but:
            actions.answer(request.pk, code, result="same", on=date(on), by=clerk)


def concluded(application: Application, on: str = "2025-05-09") -> CheckRequest:
    """Authorised, sent, answered without a difference, concluded."""
    authorised(application)
    request = sent(application)
    answered(request, on=on)
    actions.conclude_check(request.pk, on=date(on), by=builders.staff())
    request.refresh_from_db()
    return request


def content(application: Application, on: str = "2025-05-12", **more: Any) -> dict[str, Any]:
    """A complete form of a visit at which everything was found to be true."""
    seen = {"seen": True, "health": "good", "work": "able", "note": ""}
    answers = {
        "people": {str(person.pk): dict(seen) for person in people(application)},
        "lines": [line._asdict() for line in more.pop("lines", ())],
        "home": {"tenure": "own", "structure": "brick_wood", "area": 86, "rooms": 3},
        "goods": ["tv"],
        "neighbours": [["王五", "情况属实"]],
        "words": "",
    }
    return {"visited_on": date(on), "conclusion": "true", "note": "", "answers": answers, **more}


def opened(
    application: Application, on: str = "2025-05-12", **more: Any
) -> tuple[Survey, Staff, Staff]:
    """An open form for two investigators of the township (or those given)."""
    first = more.pop("first", None) or township()
    second = more.pop("second", None) or township(Role.TOWNSHIP_LEAD)
    survey = actions.open_survey(
        application.pk, first_id=first.pk, second_id=second.pk, on=date(on), by=first, **more
    )
    return survey, first, second


def visited(application: Application, on: str = "2025-05-12", **more: Any) -> Survey:
    """A visit that two investigators made and signed."""
    told = more.pop("lines", ())
    survey, first, second = opened(application, on, **more)
    filled = content(application, on, lines=told)
    survey = actions.save_survey(survey.pk, filled, seen=survey.version, by=first)
    for one in (first, second):
        survey = actions.sign_survey(
            survey.pk, name=one.name, seen=survey.version, on=date(on), by=one
        )
    return survey


def wage(person: Person, yuan: int, **more: Any) -> Reported:
    """A yearly wage."""
    return Reported(person.pk, "income.wage", yuan * 100, "year", **more)


def step(
    application: Application, code: str, on: str, by: Staff | None = None, **data: Any
) -> None:
    """A step of the procedure, by a township lead unless told otherwise."""
    by = by or township(Role.TOWNSHIP_LEAD)
    casework.take(application.pk, code, on=date(on), by=by, **data)
    application.refresh_from_db()
