"""Whatever the data, the village reads only what the law allows: list, page and PDF."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from apps.casework.actions import Refused
from apps.households.kinds import DISABILITY_TYPES
from apps.offices.models import Role
from apps.papers.render import Stamp, pdf
from apps.publicity.board import BadBoard
from apps.publicity.models import PublicNotice
from apps.publicity.shown import FAMILIES, MINOR
from apps.units.id_number import make_id
from tests import builders
from tests.pages.conftest import client_of
from tests.papers.printing import words
from tests.payments.paying import account
from tests.publicity.posting import HERE, POSTED, at_opinion, posted, satisfied

pytestmark = pytest.mark.django_db
GIVEN = "国华建军桂香秀英雨欣子涵浩宇梓萱"
ADDRESS = "庙前组塘边老屋七弯里"


class Secrets(NamedTuple):
    """A family's data: what must not be read, and what the clerk typed as the name."""

    name: str
    child: str
    child_born: dt.date
    id_number: str
    child_id: str
    phone: str
    account: str
    address: str
    kind: str
    grade: int
    ill: bool
    programme: str


def _name(surname: str) -> st.SearchStrategy[str]:
    return st.text(GIVEN, min_size=1, max_size=2).map(lambda given: surname + given)


def _mistyped(one: Secrets, how: int) -> Secrets:
    """The clerk typed more than the name into the name."""
    extra = ["", one.id_number, one.phone, one.account, one.address, one.child, one.phone[:6]]
    return one._replace(name=one.name + extra[how])


def _families() -> st.SearchStrategy[Secrets]:
    serial = st.integers(0, 999)
    born = st.dates(dt.date(2008, 1, 1), dt.date(2023, 1, 1))
    whole = st.builds(
        lambda name, child, day, one, two, phone, number, address, kind, grade, ill, programme: (
            Secrets(
                name,
                child,
                day,
                make_id("430482", dt.date(1966, 2, 1), one),
                make_id("430482", day, two),
                phone,
                number,
                address,
                kind,
                grade,
                ill,
                programme,
            )
        ),
        _name("周"),
        _name("欧阳"),
        born,
        serial,
        serial,
        st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
        st.from_regex(r"62[0-9]{17}", fullmatch=True),
        st.text(ADDRESS, min_size=3, max_size=8),
        st.sampled_from(sorted(DISABILITY_TYPES)),
        st.sampled_from([1, 2]),
        st.booleans(),
        st.sampled_from(["minimum_living", "disability_nursing", "child", "destitute_basic"]),
    )
    return st.builds(_mistyped, whole, st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4, 5, 6]))


def notice_of(one: Secrets) -> PublicNotice:
    """The notice of such a family, with every private thing recorded."""
    who = builders.person(one.name, "1966-02-01", id_number=one.id_number, phone=one.phone)
    child = builders.person(one.child, str(one.child_born), id_number=one.child_id, phone=one.phone)
    home = builders.household((who, "applicant"), (child, "child"), zone="rural", division=HERE)
    type(home).objects.filter(pk=home.pk).update(address=one.address)
    home.refresh_from_db()
    builders.fact("property", home, "2024-05-01", flag=True)
    for person in (who, child):
        builders.fact("disability", person, "2024-06-01", code=one.kind, number=one.grade)
        builders.fact("illness", person, "2024-06-01", flag=one.ill)
        account(person)
    from apps.households.actions import open_account

    open_account(
        household_id=home.pk,
        payee_name=one.child,
        bank="农商行",
        number=one.account,
        recorded_on=dt.date(2024, 6, 1),
        by=None,
    )
    if one.programme == "minimum_living":
        asked = at_opinion(one.programme, home)
    elif one.programme == "destitute_basic":
        builders.fact("self_care", who, "2024-01-01", number=3)
        asked = at_opinion(one.programme, home, who)
    else:
        subject = child if one.programme == "child" else who
        asked = at_opinion("disability_nursing", home, subject)
    return posted(asked)


class _Undo(Exception):
    pass


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(one=_families())
def test_nothing_private_reaches_the_board(one: Secrets, clock: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        satisfied(patch)
        clock.move_to(dt.datetime(2025, 3, 11, 1, tzinfo=dt.UTC))
        with contextlib.suppress(_Undo), transaction.atomic():
            _look(one)
            raise _Undo


def _look(one: Secrets) -> None:
    """Either the notice is refused because of the name, or it tells nothing private."""
    try:
        notice = notice_of(one)
    except (BadBoard, Refused) as error:
        refusal = str(error)
        event("refused")
    else:
        event("posted")
        _nothing_private(one, notice)
        return
    assert "姓名" in refusal


def _nothing_private(one: Secrets, notice: PublicNotice) -> None:
    from apps.papers.kinds import content_of

    clerk = builders.staff(Role.COUNTY_CLERK)
    row = notice.rows.get()
    assert set(row.shown) <= set(FAMILIES[notice.family])
    data = content_of("notice-poster", notice.pk, builders.date(POSTED), clerk).data
    page = client_of(clerk).get(f"/notices/{notice.pk}/")
    assert page.status_code == 200
    kind = DISABILITY_TYPES[one.kind]
    private = [
        one.child,
        one.id_number,
        one.child_id,
        one.phone,
        one.account,
        one.address,
        f"{kind}残疾",
        f"{kind}{'零一二'[one.grade]}级",
        "重病",
    ]
    if one.programme == "child":
        assert row.shown["name"] == MINOR
    for where in (
        json.dumps(data, ensure_ascii=False),
        page.content.decode(),
        words(pdf("notice-poster", data, Stamp("ABCD-EFGH-JKMN", 1, 1, "甲", "2025"))),
    ):
        assert [secret for secret in private if secret in where] == []
