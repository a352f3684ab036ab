"""The same seed gives the same county, to the last column; and where it is refused."""

import datetime as dt
import hashlib

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction

from apps.offices.actions import appoint
from apps.offices.models import Role
from apps.standards.actions import adopt
from apps.standards.models import Standard
from seeds.county import NotEmpty, seed

APPS = (
    "households",
    "standards",
    "casework",
    "minimum_living",
    "payments",
    "offices",
    "registers",
    "evidence",
    "publicity",
    "reviews",
    "changes",
)
# How long a calculation took, the number of a log-in (no table of ours), and the name a scanned
# paper is stored by, which nobody shall foresee.
LEFT_OUT = "'{milliseconds,user_id,stored}'::text[]"
# How it came about, by the database's own clock and transactions; and salted passwords.
OF_ONE_TIME = ("offices_trail", "offices_chosenpassword")


def digest(number: int) -> dict[str, str]:
    """SHA-256 of every table after seeding, which is undone again."""
    found = {}
    with transaction.atomic():
        seed("small", number, lambda words: None)
        for label in APPS:
            for model in apps.get_app_config(label).get_models():
                table = model._meta.db_table
                if not table.startswith(OF_ONE_TIME):
                    found[table] = _of_table(table)
        transaction.set_rollback(True)
    return found


def _of_table(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (to_jsonb(t) - {LEFT_OUT})::text FROM {table} t ORDER BY 1")
        text = "\n".join(row[0] for row in cursor.fetchall())
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("papers")
def test_same_seed_same_county() -> None:
    assert digest(1) == digest(1)


@pytest.mark.django_db
def test_a_database_with_real_log_ins_is_refused(django_user_model: type[User]) -> None:
    user = django_user_model.objects.create(username="somebody")
    appoint(name="某某", role=Role.COUNTY_CLERK, division="430482", user_id=user.pk)
    with pytest.raises(NotEmpty, match="正式账号"):
        seed("small", 1, lambda words: None)


@pytest.mark.django_db
def test_standards_somebody_worked_on_are_never_taken_back() -> None:
    clerk = appoint(name="某某", role=Role.COUNTY_CLERK, division="430482")
    adopt(
        "minimum_living.rural_annual",
        from_month=dt.date(2025, 1, 1),
        value="6000.00",
        recorded_on=dt.date(2024, 12, 2),
        by=clerk,
    )
    before = Standard.objects.count()
    with pytest.raises(NotEmpty, match="标准已由工作人员调整过"):
        seed("small", 1, lambda words: None)
    assert Standard.objects.count() == before
