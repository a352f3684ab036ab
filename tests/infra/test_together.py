"""一次问清: questions of several kinds in one statement, each with its own rows in order."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from apps.households.models import Person
from apps.offices.together import of_rows, of_sql, together
from tests import builders

pytestmark = pytest.mark.django_db


class Somebody(NamedTuple):
    """A name with a day, and what may be left out."""

    name: str
    on: dt.date
    left: dt.date | None = None


BORN = 'SELECT name, born AS "on" FROM households_person WHERE born < %(day)s ORDER BY born DESC'


def test_questions_are_asked_at_once_and_each_has_its_rows_in_order() -> None:
    for name, born in (("甲", "1950-01-01"), ("乙", "1960-01-01"), ("丙", "1990-01-01")):
        builders.person(name, born)
    young = Person.objects.filter(born__year=1990).values("name", on=F("born"))
    with CaptureQueriesContext(connection) as seen:
        old, mine, nobody = together(
            [
                of_sql(Somebody, BORN, {"day": dt.date(1970, 1, 1)}),
                of_rows(Somebody, young),
                of_rows(Somebody, Person.objects.none().values("name", on=F("born"))),
            ]
        )
    assert len(seen) == 1
    assert old == [
        Somebody("乙", dt.date(1960, 1, 1)),
        Somebody("甲", dt.date(1950, 1, 1)),
    ]
    assert mine == [Somebody("丙", dt.date(1990, 1, 1))]
    assert nobody == []


def test_what_is_known_to_be_empty_is_not_asked() -> None:
    with CaptureQueriesContext(connection) as seen:
        assert together([of_rows(Somebody, Person.objects.filter(pk__in=[]).values("name"))]) == [
            []
        ]
        assert together([]) == []
    assert len(seen) == 0
