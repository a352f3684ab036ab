"""Whatever is sent to whatever address, no answer is a fault of ours or missing in the schema."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from apps.casework.models import Application, Entitlement
from apps.offices.models import Role
from apps.payments.models import PaymentRun
from tests import builders
from tests.api.conftest import Caller
from tests.api.fuzzing import Fuzzer, shape_faults
from tests.pages.conftest import HERE, County

pytestmark = pytest.mark.django_db
CALLS = int(os.environ.get("API_FUZZ_CALLS", "160"))  # of each post
SEED = int(os.environ.get("API_FUZZ_SEED", "7"))
POSTS = [
    (Role.COUNTY_CLERK, builders.COUNTY),
    (Role.COUNTY_SUPERVISOR, builders.COUNTY),
    (Role.FINANCE, builders.COUNTY),
    (Role.TOWNSHIP_CLERK, HERE[:9]),
]


def known(found: County) -> dict[str, list[Any]]:
    """Numbers and codes that are there."""
    homes = [found.deaf[0], found.poor[0], found.far[0]]
    people = [found.deaf[1].pk, found.poor[1].pk, found.far[1].pk]
    runs = list(PaymentRun.objects.values_list("pk", flat=True))
    asked = list(Application.objects.values_list("pk", flat=True))
    asked.append(builders.application("minimum_living", found.deaf[0], on="2024-07-01").pk)
    return {
        "number": [home.number for home in homes],
        "household": [home.number for home in homes],
        "other": [home.number for home in homes],
        "person": people,
        "persons.id": people,
        "runs.id": runs,
        "applications.id": asked,
        "awards.id": list(Entitlement.objects.values_list("pk", flat=True)),
        "code": [
            "accept",
            "withdraw",
            "end",
            "suspend",
            "classify",
            "stop",
            "back_entry",
            "confirm",
        ],
        "divisions.code": ["430482", HERE],
        "key": ["minimum_living.standard", "disability_nursing.monthly", "casework.back_entry"],
        "village": [HERE],
        "programme": ["minimum_living", "disability_nursing"],
        "subject": [*people, *(-home.pk for home in homes)],
    }


@pytest.mark.parametrize(("role", "division"), POSTS)
def test_nothing_that_is_sent_breaks_it(
    role: Role,
    division: str,
    county: County,
) -> None:
    fuzzer = Fuzzer(SEED, known(county))
    caller = Caller(builders.staff(role, division))
    faults, seen = [], Counter[int]()
    for _ in range(CALLS):
        try:
            one, answer, sent = fuzzer.once(caller)
        except Exception:  # noqa: BLE001 - whatever it is, it is shown
            faults.append(traceback.format_exc()[-1500:])
            assert not connection.needs_rollback, faults
            continue
        seen[answer.status_code] += 1
        wrong = shape_faults(fuzzer.whole, one, answer)
        if answer.status_code >= 500 or wrong:
            faults.append(f"{sent}\n{answer.status_code} {answer.content[:300]!r} {wrong[:3]}")
    assert not faults, "\n\n".join([f"{len(faults)} of {CALLS}", *faults[:12]])
    assert seen[200] > CALLS // 20
    if os.environ.get("API_FUZZ_CALLS"):
        print(role, dict(seen))
