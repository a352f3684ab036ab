"""Something of every kind to do in 动态管理: the sweep of all screens looks at its pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from apps.casework import actions as casework
from apps.casework.models import Entitlement
from apps.offices.models import Role, Staff
from apps.payments.recoveries import actions as recoveries
from apps.payments.recoveries.models import Recovery
from apps.reviews import actions
from apps.reviews.models import Review
from tests import builders
from tests.pages.conftest import HERE, deaf, poor
from tests.payments.paying import account, four, paid


def furnish() -> list[str]:
    """Something of every kind to do, and the paths of its pages."""
    home, _ = deaf("李四")
    award = Entitlement.objects.get(household=home)
    clerk = builders.staff(Role.COUNTY_CLERK)
    today = timezone.localdate()
    actions.propose_suspension(award.pk, reason="no_contact", on=today, by=clerk, note="三次无人")
    poor("王五")
    actions.open_reviews(on=today)
    family = builders.household((builders.person("甲", "1990-01-01"), "applicant"), division=HERE)
    asked = builders.application("minimum_living", family, on="2024-05-20")
    casework.accept(asked.pk, on=builders.date("2024-05-20"), by=clerk)
    old = builders.person("钱爷爷", "1934-07-01")
    other = builders.household((old, "applicant"), division=HERE)
    builders.award("old_age_allowance", other, old, "2024-05-03")
    due = builders.fact("life_certificate", old, str(today), code="due", day=today)
    six = builders.person("赵六", "1950-01-01")
    six_home = builders.household((six, "applicant"), zone="rural", division=HERE)
    builders.fact("self_care", six, "2024-01-01", number=0)
    destitute = builders.award("destitute_basic", six_home, six, "2024-01-06")
    ending = actions.propose_termination(
        destitute.pk, reason="income", on=today, by=clerk, note="有固定收入"
    )
    kept = _custody(clerk, home.pk, today)
    return [
        "/",
        "/?queue=life",
        "/?due=today",
        "/?division=430482999001",
        "/rechecks/",
        f"/rechecks/{Review.objects.first().pk}/",  # type: ignore[union-attr]
        f"/awards/{award.pk}/",
        f"/applications/{asked.pk}/clocks/",
        f"/life/{due.pk}/",
        "/terminations/",
        f"/terminations/{ending.pk}/",
        "/custody/",
        f"/custody/{kept}/",
        f"/decisions/{award.decisions.get().pk}/serve/",
        "/calendar/?year=2027",
        "/recoveries/",
        f"/recoveries/{_owing()}/",
    ]


def _owing() -> int:
    """A recovery with a waiver that waits for approval."""
    people = four()
    who = builders.person("周七", "1980-05-05")
    home = builders.household((who, "applicant"), division=HERE)
    builders.fact("disability", who, "2020-06-01", code="limb", number=1)
    account(who)
    builders.award("disability_nursing", home, who, "2024-06-03", "2024-06-18")
    paid(people, "2024-07")
    builders.fact("death", who, "2024-05-10", known="2024-08-02")
    paid(people, "2024-08")
    recovery = Recovery.objects.filter(subject=who.pk).latest("pk")
    recoveries.propose(
        recovery.pk, way="waiver", fen=5000, note="困难", on=dt.date(2024, 9, 5), by=people.maker
    )
    return recovery.pk


def _custody(clerk: Staff, home: int, today: dt.date) -> int:
    from apps.households.models import Member

    person = Member.objects.get(household_id=home).person_id
    about: dict[str, Any] = {
        "what": "card",
        "tail": "0011",
        "keeper": "村委会",
        "keeper_is": "村民委员会",
        "agreement": "协议第3号",
        "agreed_on": today,
    }
    made = actions.record_custody(household_id=home, person_id=person, on=today, by=clerk, **about)
    return made.pk
