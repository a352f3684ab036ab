"""审计留痕: every table has it, and it cannot be had otherwise than by what was written."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from apps.offices.actions import appoint
from apps.offices.models import Role, Staff, Trail

from .conftest import newest

pytestmark = pytest.mark.django_db

WITHOUT = """
SELECT c.relname || ' ' || kind FROM pg_class c
CROSS JOIN unnest(ARRAY['insert', 'update', 'delete', 'truncate']) kind
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND c.relname NOT IN (SELECT name FROM offices_trail_exempt())
  AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled = 'O'
                  AND t.tgname = 'trail_' || kind
                  AND t.tgfoid = 'offices_trail_write'::regproc)
ORDER BY 1
"""
# Each with its reason in migration 0009; a new one is a decision, and stands here as well.
EXEMPT = {
    "offices_attempt",
    "offices_sitting",
    "offices_trail",
    "offices_traillink",
    "offices_trailroot",
    "offices_trailera",
    "offices_outbox",
    "offices_idemkey",
    "offices_touch",
    "offices_keptanswer",
    "payments_progress",
    "django_session",
    "django_migrations",
    "django_content_type",
    "auth_permission",
}


def column(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [name for (name,) in cursor.fetchall()]


def test_every_table_has_the_trail() -> None:
    assert column(WITHOUT) == []


def test_what_has_none_is_listed_with_its_reason() -> None:
    assert set(column("SELECT name FROM offices_trail_exempt()")) == EXEMPT
    assert all(column("SELECT why FROM offices_trail_exempt()"))


def test_a_new_table_has_it_after_the_next_migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE brand_new (id bigint PRIMARY KEY, word text)")
    assert column(WITHOUT)[0] == "brand_new delete"
    call_command("migrate", verbosity=0)
    assert column(WITHOUT) == []
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO brand_new VALUES (7, 'x')")
    assert newest("brand_new").after == {"id": 7, "word": "x"}


def test_an_insert_keeps_the_row_a_change_what_differs_a_delete_what_was() -> None:
    made = appoint(name="甲", role=Role.CHECKER, division="430482")
    row = newest("offices_staff")
    assert (row.op, row.key, row.before) == ("I", str(made.pk), None)
    assert row.after["name"] == "甲"
    Staff.objects.filter(pk=made.pk).update(name="乙", letter_keys=False)
    row = newest("offices_staff")
    assert (row.op, row.before, row.after) == (
        "U",
        {"name": "甲", "letter_keys": True},
        {"name": "乙", "letter_keys": False},
    )
    made.delete()
    row = newest("offices_staff")
    assert (row.op, row.after) == ("D", None)
    assert row.before["name"] == "乙"


def test_a_change_that_changes_nothing_leaves_nothing() -> None:
    made = appoint(name="甲", role=Role.CHECKER, division="430482")
    count = Trail.objects.count()
    Staff.objects.filter(pk=made.pk).update(name="甲")
    assert Trail.objects.count() == count


def test_all_of_an_act_is_one_change_set() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (now,) = cursor.fetchone()
    appoint(name="甲", role=Role.CHECKER, division="430482")
    assert newest("offices_staff").change_set == now


def test_times_are_written_the_same_in_every_zone() -> None:
    made = appoint(name="甲", role=Role.CHECKER, division="430482")
    said = set()
    for zone in ("Asia/Shanghai", "America/New_York"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET TIME ZONE '{zone}'")
            cursor.execute(
                "INSERT INTO offices_event (at, by_id, kind, object_id, verb, source, target,"
                " reason) VALUES ('2024-06-05T01:02:03Z', %s, 'x', 1, 'y', '', '', '')",
                [made.pk],
            )
        said.add(newest("offices_event").after["at"])
    assert said == {"2024-06-05T01:02:03+00:00"}


def test_a_password_is_told_to_nobody() -> None:
    call_command("seed_staff", stdout=io.StringIO())
    rows = Trail.objects.filter(relation="auth_user")
    assert rows.filter(op="U", after__password="***").exists()
    assert not rows.filter(after__password__contains="$").exists()


MANY = """
INSERT INTO offices_division (code, name, kind, initials, zone)
SELECT 'x' || n, 'n', 'village', '', '' FROM generate_series(1, {}) n
"""
DIGEST = """
SELECT encode(sha256(convert_to(string_agg(concat_ws(chr(31), code, initials, kind, name,
    coalesce(parent_id, chr(26)), zone), chr(10) ORDER BY code COLLATE "C"), 'UTF8')), 'hex')
FROM offices_division WHERE code LIKE 'x%'
"""


def test_a_statement_of_very_many_rows_leaves_their_number_and_digest() -> None:
    before = Trail.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(MANY.format(300))
    assert Trail.objects.count() == before + 300
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM offices_division WHERE code LIKE 'x%'")
        cursor.execute(MANY.format(301))
    row = newest("offices_division")
    assert (row.op, row.rows) == ("I", 301)
    assert [row.after["sha256"]] == column(DIGEST)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE offices_division SET zone = 'rural' WHERE code LIKE 'x%'")
    row = newest("offices_division")
    assert (row.op, row.rows, row.before["first"], row.after["first"]) == (
        "U",
        301,
        {"zone": ""},
        {"zone": "rural"},
    )
    assert [row.after["sha256"]] == column(DIGEST)


def test_emptying_a_table_is_one_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM standards_standard")
        (count,) = cursor.fetchone()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE standards_standard")
    row = newest("standards_standard")
    assert (row.op, row.rows) == ("T", count)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE offices_trail SET actor_id = 1",
        "DELETE FROM offices_trail",
        "TRUNCATE offices_trail",
        "INSERT INTO offices_trail (at, era, change_set, relation, key, op, login, request)"
        " VALUES (now(), 1, 1, 'x', '1', 'I', '', '')",
    ],
)
def test_the_trail_takes_nothing_by_hand(statement: str) -> None:
    appoint(name="甲", role=Role.CHECKER, division="430482")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with (
            pytest.raises(DatabaseError, match=r"只可追加|只由触发器写入"),
            transaction.atomic(),
        ):
            cursor.execute(statement)


def test_when_the_trail_cannot_be_written_the_act_fails() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE offices_trail ADD CONSTRAINT full_disk CHECK (false) NOT VALID")
    with pytest.raises(DatabaseError, match="full_disk"), transaction.atomic():
        appoint(name="甲", role=Role.CHECKER, division="430482")
    assert not Staff.objects.filter(name="甲").exists()
