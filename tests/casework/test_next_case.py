"""下一件: after a decision, the oldest case of the same programme, however many others wait."""

import pytest

from apps.casework.next_case import LOOKED_AT, next_to_decide
from apps.offices.models import Role
from tests import builders

pytestmark = pytest.mark.django_db


def test_the_same_programme_comes_first_behind_a_queue_of_others() -> None:
    for _ in range(LOOKED_AT + 1):
        builders.application("minimum_living", builders.household(), on="2024-05-01")
    decided, following = (
        builders.application("old_age_allowance", builders.household((who, "applicant")), who, day)
        for who, day in (
            (builders.person("甲", "1940-01-01"), "2024-05-05"),
            (builders.person("乙", "1941-01-01"), "2024-05-06"),
        )
    )
    supervisor = builders.staff(Role.COUNTY_SUPERVISOR)
    assert next_to_decide(supervisor, builders.date("2024-06-05"), decided) == following
