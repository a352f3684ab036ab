"""The tripwires of conftest.py do trip."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.utils import timezone

from apps.households.models import Household
from tests.builders import VILLAGE, person


@pytest.mark.django_db
def test_a_moment_is_no_date() -> None:
    who = person()
    who.born = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(AssertionError, match="given a moment"), transaction.atomic():
        who.save()
    with pytest.raises(AssertionError, match="given a moment"), transaction.atomic():
        Household.objects.create(number="1", division=VILLAGE, since=who.born)


def test_a_template_may_not_name_what_it_was_not_given() -> None:
    with pytest.raises(pytest.fail.Exception, match="nobody"):
        Template("{{ nobody }}").render(Context())


@pytest.mark.django_db
def test_the_clock_stands(clock: object, day: dt.date) -> None:
    assert timezone.localdate() == day


@pytest.mark.django_db
def test_records_refuse_truncate_outside_the_flush() -> None:
    with (
        pytest.raises(IntegrityError, match="只可追加"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE offices_event")
