"""Small words for stories of printed papers, and the eye that reads them back."""

from __future__ import annotations

import datetime as dt
import io
import re
from itertools import count
from typing import Any, NamedTuple

import pytest

from apps.casework import actions as casework
from apps.casework.models import Application, Decision
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.papers import actions
from apps.papers.models import Paper
from apps.papers.render import Stamp, pdf
from apps.publicity.models import PublicNotice
from apps.units.id_number import make_id
from tests import builders
from tests.payments.paying import account, four, paid
from tests.publicity.posting import HERE, posted, township

date = builders.date
_serials = count(1, 2)


def pages(content: bytes) -> list[str]:
    """The text of each page of a PDF, without any space."""
    pypdf = pytest.importorskip("pypdf", reason="needs requirements-dev.txt")
    found = pypdf.PdfReader(io.BytesIO(content)).pages
    return [re.sub(r"\s", "", page.extract_text()) for page in found]


def words(content: bytes) -> str:
    """The text of a PDF, without any space."""
    return "".join(pages(content))


def printed(paper: Paper, *, full_id: bool = False) -> bytes:
    """A paper as it leaves the printer."""
    stamp = Stamp(paper.code, paper.version, 1, "打印人", "2025-03-03 09:00", tuple(paper.by_hand))
    return pdf(paper.kind, paper.data, stamp, full_id=full_id)


def sheet(paper: Paper, *, full_id: bool = False) -> str:
    """What stands on a paper as printed."""
    return words(printed(paper, full_id=full_id))


def made(kind: str, object_id: int, on: str = "2025-03-03", by: Staff | None = None) -> Paper:
    """A paper made by a county clerk."""
    by = by or builders.staff(Role.COUNTY_CLERK)
    return actions.make(kind, object_id, on=date(on), by=by)


class Case(NamedTuple):
    """A family of two with everything about it that must stay private somewhere."""

    home: Household
    who: Person
    child: Person
    application: Application
    clerk: Staff

    def until(self, code: str, on: str = "2025-03-05", note: str = "") -> None:
        """Take the steps of the procedure up to and with ``code``."""
        for step in ("accept", "complete_check", "complete_survey", "give_opinion"):
            said = note or {"give_opinion": "经调查，符合条件，拟同意。"}.get(step, "")
            casework.take(self.application.pk, step, on=date(on), by=self.clerk, note=said)
            if step == code:
                break
        self.application.refresh_from_db()


def case(name: str = "周国华", on: str = "2025-03-03") -> Case:
    """An application for minimum living, just submitted."""
    who = builders.person(
        name,
        "1966-02-01",
        id_number=make_id("430482", dt.date(1966, 2, 1), next(_serials)),
        sex="m",
        phone="13912342046",
    )
    child = builders.person("周雨欣", "2015-08-01", sex="f")
    home = builders.household((who, "applicant"), (child, "child"), zone="rural", division=HERE)
    builders.fact("property", home, "2024-05-01", flag=True)
    builders.fact("income", who, "2024-05-01", code="wage", amount_fen=40000, per="month")
    builders.fact("disability", child, "2020-06-01", code="limb", number=1)
    account(home)
    clerk = township()
    one = casework.apply("minimum_living", household_id=home.pk, on=date(on), by=clerk)
    return Case(home, who, child, one, clerk)


def decided(kind: str = "confirm", on: str = "2024-05-20") -> tuple[Case, Decision]:
    """A case decided from paper, in a year in which that was allowed."""
    one = case(on="2024-05-06")
    supervisor = builders.staff(Role.COUNTY_SUPERVISOR)
    act: Any = casework.confirm if kind == "confirm" else casework.reject
    findings = casework.examine(one.application.pk, on=date(on))
    more = {} if kind == "confirm" else {"reason": "家庭存款超过规定标准"}
    return one, act(one.application.pk, on=date(on), by=supervisor, findings=findings, **more)


def receiving() -> Case:
    """A family that has been paid for a month."""
    one, _ = decided()
    paid(four(), "2024-06", day=20)
    return one


def noticed() -> tuple[Case, PublicNotice]:
    """A case whose notice is up."""
    one = case()
    one.until("give_opinion")
    return one, posted(one.application, by=one.clerk)
