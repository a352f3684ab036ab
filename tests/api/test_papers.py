"""Papers, checks, visits and notices through the API: what the pages ask for is asked here."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest

from apps.evidence.models import CheckRequest, Document
from apps.offices.models import Role
from apps.publicity.models import Objection, PublicNotice
from tests import builders
from tests.api.conftest import Caller, faults
from tests.evidence import papers
from tests.publicity import posting
from tests.publicity.posting import HERE

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> dt.date:
    """Monday 12 May 2025: 补录 is over, every step is taken."""
    return dt.date(2025, 5, 12)


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


# ---- papers, checks, visits ----


def test_a_paper_is_handed_in_and_the_application_lacks_it_no_more() -> None:
    asked = papers.family()
    one = Caller(papers.township())
    of = f"applications/{asked.pk}/"
    lacking = {row["type"] for row in one.get(f"{of}documents/").json()["results"]}
    assert "application_form" in lacking
    body = {"type": "application_form", "name": "申请书.pdf", "content": encoded(papers.pdf())}
    made = one.post(f"{of}documents/", body | {"issued_on": "2025-05-05"})
    assert made.status_code == 201, made.content.decode()
    row = next(
        row
        for row in one.get(f"{of}documents/").json()["results"]
        if row["type"] == "application_form"
    )
    assert (row["state"], row["document"]) == ("ok", made.json()["id"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"content": "不是"}, "Base64"),
        ({"content": encoded(b"MZ")}, ""),
        ({"content": ""}, ""),
        ({"type": "poem"}, "poem"),
        ({"issued_on": "2025-05-13"}, "晚于今天"),
        ({"person": 999_999}, ""),
    ],
    ids=range(6),
)
def test_what_is_no_paper_is_refused(change: Any, words: str) -> None:
    asked = papers.family()
    body = {"type": "application_form", "name": "申请书.pdf", "content": encoded(papers.pdf())}
    answer = Caller(papers.township()).post(
        f"applications/{asked.pk}/documents/", body | {"issued_on": "2025-05-05"} | change
    )
    assert answer.status_code in (400, 404)
    assert words in answer.content.decode()
    assert not Document.objects.exists()


def test_a_check_is_asked_for_sent_and_concluded() -> None:
    asked = papers.family()
    papers.all_filed(asked)
    papers.authorised(asked)
    one, county = Caller(papers.township()), Caller(builders.staff(Role.COUNTY_CLERK))
    of = f"applications/{asked.pk}/"
    one.edit(f"{of}steps/accept/", of=of)
    made = one.post(f"{of}checks/")
    assert made.status_code == 201, made.content.decode()
    check = f"checks/{made.json()['id']}/"
    assert one.edit(f"{check}send/", of=check).status_code == 403
    for act in ("send", "answer-the-rest", "conclude"):
        done = county.edit(f"{check}{act}/", of=check)
        assert done.status_code == 200, done.content.decode()
    assert CheckRequest.objects.get().state == "concluded"
    assert one.get(f"{of}checks/").json()["results"][0]["state"] == "concluded"


def test_a_visit_is_for_two() -> None:
    asked = papers.family()
    clerk, other = papers.township(), papers.township()
    one = Caller(clerk)
    body = {"purpose": "first", "first": clerk.pk, "second": clerk.pk}
    answer = one.post(f"applications/{asked.pk}/visits/", body)
    assert "两名不同的调查人" in faults(answer)[None]
    made = one.post(f"applications/{asked.pk}/visits/", body | {"second": other.pk})
    assert (made.status_code, made.json()["state"]) == (201, "draft")


# ---- notices ----


@pytest.fixture
def noticed(monkeypatch: pytest.MonkeyPatch) -> tuple[Caller, dict[str, Any]]:
    """A notice that has been posted through the API."""
    posting.satisfied(monkeypatch)
    home, _ = posting.family()
    asked = posting.at_opinion("minimum_living", home, on="2025-05-06")
    one = Caller(posting.township())
    made = one.post("notices/", {"applications": [asked.pk]})
    assert made.status_code == 201, made.content.decode()
    return one, made.json()


def test_a_notice_is_posted_objected_to_and_answered(noticed: tuple[Caller, Any]) -> None:
    one, made = noticed
    of = f"notices/{made['id']}/"
    row = made["rows"][0]["id"]
    seen = one.get(of)["ETag"]
    body = {"row": row, "objector": "匿名", "words": "家里有车"}
    done = one.post(f"{of}object/", body, seen=seen)
    assert done.status_code == 200, done.content.decode()
    again = one.post(f"{of}object/", body, seen=seen)
    assert again.status_code == 412
    assert "家里有车" in faults(again)["objections"]
    objection = done.json()["objections"][0]["id"]
    told = one.edit(f"{of}answer/", {"objection": objection, "words": "车已报废"}, of=of)
    assert told.status_code == 200
    assert Objection.objects.get().answer == "车已报废"


def test_a_notice_is_photographed_and_does_not_end_early(noticed: tuple[Caller, Any]) -> None:
    one, made = noticed
    of = f"notices/{made['id']}/"
    body = {"moment": "start", "content": encoded(posting.JPEG)}
    assert one.edit(f"{of}photo/", body, of=of).json()["photos"][0]["moment"] == "start"
    early = one.edit(f"{of}end/", of=of)
    assert early.status_code in (400, 409)
    assert PublicNotice.objects.get().state == "posted"


def test_another_townships_notice_is_not_there(noticed: tuple[Caller, Any]) -> None:
    _, made = noticed
    far = Caller(posting.township(posting.FAR))
    assert far.get(f"notices/{made['id']}/").status_code == 404
    assert far.get("notices/").json()["results"] == []
    assert far.get("notices/", division=HERE).json()["results"] == []
