"""待批、待核: what waits about awards of 庙前镇: changes, proposals, reviews, a certification.

Only proposed, never approved, so that no amount changes. They are about families of the mass of
the county; the golden households and the stories are left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db.models import Case, Count, Max, QuerySet, When

from apps.casework.models import Entitlement
from apps.changes import actions as changes
from apps.changes.about import about, residents
from apps.changes.forms import FORMS
from apps.changes.kinds import CHANGES
from apps.changes.models import FamilyChange
from apps.offices.demo_staff import TOWNSHIP, VILLAGE
from apps.offices.models import Staff
from apps.reviews import actions as reviews
from apps.reviews.actions import cycles
from apps.reviews.models import Review
from apps.standards.book import Book
from apps.standards.models import current_book
from apps.units.months import month
from seeds.counter import Counter
from seeds.desk import Story

REVIEWED_IN = ("B", 6)  # class and months: seen in June, so due again in December
FAMILIES = 7


def all_of(desk: Counter) -> list[Story]:
    """All of it, not yet begun, each about families of its own."""
    poor = list(_poor()[:FAMILIES])
    assert len(poor) == FAMILIES, poor
    return [
        _reviewed(desk, poor[:2]),
        _suspended(desk, poor[2]),
        _stopped(desk, poor[3]),
        *(_changes(desk, award, back=back) for award, back in zip(poor[4:], BACK, strict=True)),
        _certified(desk),
    ]


BACK = ("", "", "收入证明的月份与申报不符，请补充 11 月工资条")


def _poor() -> QuerySet[Entitlement]:
    """Minimum living families judged but once: those of 庙前镇 and the newest in front.

    Not of 庙前村, where the golden households live. A small county may have too few of 庙前镇.
    """
    rows = Entitlement.objects.filter(
        programme="minimum_living", person=None, period__upper_inf=True
    ).exclude(household__division=VILLAGE)
    judged = rows.annotate(times=Count("decisions"), newest=Max("decisions__decided_on"))
    here_first = Case(When(household__division__startswith=TOWNSHIP, then=0), default=1)
    once = judged.filter(times=1, newest__lt=dt.date(2024, 1, 1))
    return once.order_by(here_first, "-newest", "pk")


def _clerk(desk: Counter, award: Entitlement) -> Staff:
    """Who prepares it: the township, or the county for a family that lives elsewhere."""
    here = award.household.division.startswith(TOWNSHIP)
    return desk.clerk if here else desk.county


def _reviewed(desk: Counter, awards: list[Entitlement]) -> Story:
    """定期核查: two families of class B, seen in June; one was due again yesterday."""
    yield dt.date(2024, 5, 8)
    for award in awards:
        why = "户内有劳动能力成员，收入不固定"
        by = _clerk(desk, award)
        reviews.classify(award.pk, category=REVIEWED_IN[0], on=desk.today, by=by, note=why)
    with _classes(REVIEWED_IN[0]):
        reviews.open_reviews(on=desk.today)
    for award, day in zip(awards, (4, 13), strict=True):
        yield dt.date(2024, 6, day)
        found = Review.objects.get(entitlement=award, state="open")
        seen = "入户见到本人，收入、人口无变化"
        by = _clerk(desk, award)
        reviews.finish_review(found.pk, outcome="unchanged", on=desk.today, by=by, note=seen)
    yield dt.date(2024, 11, 18)
    with _classes(REVIEWED_IN[0]):
        reviews.open_reviews(on=desk.today)


@contextmanager
def _classes(category: str) -> Iterator[None]:
    """核查任务 of one class only: on its first night the county would be asked to see everybody."""
    cycle = "reviews.cycle"
    book = Book(row for row in current_book() if row.key != cycle or row.band == category)
    with mock.patch.object(cycles, "current_book", return_value=book):
        yield


def _suspended(desk: Counter, award: Entitlement) -> Story:
    """暂停: proposed by the township, for its lead or the county to approve."""
    yield dt.date(2024, 12, 3)
    why = "连续两次入户未见到人，电话无法接通"
    by = _clerk(desk, award)
    reviews.propose_suspension(award.pk, reason="no_contact", note=why, on=desk.today, by=by)


def _stopped(desk: Counter, award: Entitlement) -> Story:
    """停发: from January, proposed by the township."""
    yield dt.date(2024, 12, 4)
    terms = {"reason": "voluntary", "effective": month(2025, 1)}
    why = "子女已就业，本人书面申请退出低保"
    by = _clerk(desk, award)
    reviews.propose(award.pk, kind="stop", data=terms, note=why, on=desk.today, by=by)


def _changes(desk: Counter, award: Entitlement, *, back: str) -> Story:
    """收入变化: submitted for a second person; ``back``: sent back with these words."""
    yield dt.date(2024, 12, 3)
    person = residents(award.household, desk.today)[0].person_id
    typed = {
        "person": str(person),
        "code": "wage",
        "amount": "260.00",
        "per": "month",
        "on": "2024-12-01",
        "proof": "村委会出具的务工证明",
    }
    whose = about(award.household.number, _clerk(desk, award), desk.today)
    form = FORMS["income"](typed, about=whose)
    assert form.is_valid(), form.errors
    token = int(award.pk) + TOKEN
    made: FamilyChange = changes.submit(CHANGES["income"], form, token=token)
    if back:
        yield dt.date(2024, 12, 4)
        changes.send_back(made.pk, by=desk.office.supervisor, reason=back)


TOKEN = 430_482_000_000


def _certified(desk: Counter) -> Story:
    """生存认证: somebody's cycle runs out before Christmas; of 庙前村 where there is one."""
    yield dt.date(2024, 11, 21)
    rows = Entitlement.objects.filter(programme="old_age_allowance", period__upper_inf=True)
    mine = rows.filter(household__division__startswith=TOWNSHIP).exclude(
        person__facts__kind__in=("death", "report", "life_certificate")
    )
    here = mine.filter(household__division=VILLAGE).order_by("pk").first()
    award = here or mine.order_by("pk").first() or rows.order_by("pk").first()
    assert award is not None
    assert award.person_id is not None
    desk.fact("life_certificate", award.person_id, code="due", day=dt.date(2024, 12, 20))
