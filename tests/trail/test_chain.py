"""封存链: nobody waits for it, nothing slips past it, and its owner cannot mend it unseen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.offices.actions import appoint
from apps.offices.models import Role, Trail, TrailLink, TrailRoot
from apps.offices.trail import actions
from apps.offices.trail.chain import newest, read_anchors, verify
from tests import builders

from .conftest import by_owner

pytestmark = pytest.mark.usefixtures("chain")
DAY = builders.date("2024-06-05")


def acts(count: int = 3) -> list[int]:
    """So many acts of their own; the numbers of the posts made."""
    return [appoint(name=f"甲{n}", role=Role.CHECKER, division="430482").pk for n in range(count)]


@contextmanager
def somebody_else() -> Iterator[psycopg.Connection[Any]]:
    """A second connection to the test's database."""
    params = connection.get_connection_params()
    named = {k: params[k] for k in ("host", "port", "user", "password", "dbname") if params.get(k)}
    with psycopg.connect(**named) as found:
        yield found


def links() -> list[tuple[int, int]]:
    return list(TrailLink.objects.order_by("number").values_list("number", "count"))


def test_what_is_committed_is_sealed_and_holds() -> None:
    acts(3)
    before = Trail.objects.count()
    assert actions.seal() == before
    acts(2)
    assert actions.seal() == 2
    assert actions.seal() == 0
    assert [n for n, _ in links()] == [1, 2]
    found = verify()
    assert (found.faults, found.links, found.rows, found.waiting) == ([], 2, before + 2, 0)


def test_a_link_takes_no_more_than_it_may_but_whole_change_sets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions.seal()
    monkeypatch.setattr(actions, "MOST", 4)
    acts(9)
    assert actions.seal() == 9
    assert [count for _, count in links()][1:] == [4, 4, 1]
    assert verify().faults == []


def test_a_slow_writer_is_waited_for_by_the_sealer_and_by_nobody_else() -> None:
    actions.seal()
    with somebody_else() as slow:
        # Began first and has the first number of the trail, but is not done.
        slow.execute("UPDATE offices_staff SET name = name")
        slow.execute(
            "INSERT INTO offices_staff (name, role, division, active, density, letter_keys,"
            " language) VALUES ('慢', 'checker', '430482', true, 'normal', true, '')"
        )
        acts(2)  # written at once, committed at once
        assert actions.seal() == 0
        assert verify().waiting == 2
        slow.commit()
    assert actions.seal() == 3
    assert verify().faults == []


def test_a_writer_with_an_earlier_row_and_a_later_transaction_is_not_skipped() -> None:
    """Numbers of rows and of transactions need not run the same way: the seal goes by these."""
    actions.seal()
    insert = (
        "INSERT INTO offices_staff (name, role, division, active, density, letter_keys, language)"
        " VALUES (%s, 'checker', '430482', true, 'normal', true, '')"
    )
    with somebody_else() as first, somebody_else() as second:
        first.execute("SELECT pg_current_xact_id()")
        second.execute("SELECT pg_current_xact_id()")
        second.execute(insert, ["后"])  # the later transaction takes the earlier number
        first.execute(insert, ["先"])
        first.commit()
        assert actions.seal() == 1  # the first is sealed, with the second still under way
        second.commit()
    assert actions.seal() == 1
    assert verify().faults == []
    assert Trail.objects.filter(relation="offices_staff").count() == 2


def test_one_seals_at_a_time() -> None:
    acts(1)
    with somebody_else() as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [actions.LOCK])
        assert actions.seal() == 0
        other.execute("SELECT pg_advisory_unlock(%s, 0)", [actions.LOCK])
    assert actions.seal() > 0


def test_a_session_in_another_zone_proves_the_same() -> None:
    acts(2)
    actions.seal()
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'America/New_York'")
        assert verify().faults == []
        cursor.execute("SET TIME ZONE 'UTC'")


def second_row() -> Trail:
    return Trail.objects.filter(relation="offices_staff").order_by("pk")[1]


def test_an_edit_is_found_and_named() -> None:
    acts(3)
    actions.seal()
    pk = second_row().pk
    by_owner(f"UPDATE offices_trail SET actor_id = 4711 WHERE id = {pk}")
    (fault,) = verify().faults
    assert f"留痕第 {pk} 号" in fault
    assert "被改动" in fault


def test_a_deletion_in_the_middle_is_found_with_triggers_switched_off() -> None:
    acts(3)
    actions.seal()
    pk = second_row().pk
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE offices_trail DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM offices_trail WHERE id = %s", [pk])
        cursor.execute("ALTER TABLE offices_trail ENABLE TRIGGER USER")
    (fault,) = verify().faults
    assert f"留痕第 {pk + 1} 号" in fault
    assert "之前有行被删除" in fault


def test_a_deletion_at_the_end_of_a_link_is_found() -> None:
    acts(3)
    actions.seal()
    by_owner("DELETE FROM offices_trail WHERE id = (SELECT max(id) FROM offices_trail)")
    (fault,) = verify().faults
    assert "最后一行之后有行被删除" in fault


def test_an_insertion_is_found_and_named() -> None:
    acts(3)
    actions.seal()
    by_owner(
        "INSERT INTO offices_trail (at, era, change_set, relation, key, op, login, request)"
        " SELECT at, era, change_set, relation, '9', 'I', '', '' FROM offices_trail"
        " WHERE relation = 'offices_staff' ORDER BY id LIMIT 1"
    )
    pk = Trail.objects.latest("pk").pk
    (fault,) = verify().faults
    assert f"留痕第 {pk} 号" in fault
    assert "插入" in fault


def test_a_link_that_was_edited_is_found() -> None:
    acts(2)
    actions.seal()
    acts(2)
    actions.seal()
    by_owner("UPDATE offices_traillink SET at = at + interval '1 hour' WHERE number = 1")
    assert any("第 1 环的链值不对" in fault for fault in verify().faults)


def test_a_link_that_was_taken_out_is_found() -> None:
    for _ in range(3):
        acts(2)
        actions.seal()
    by_owner(
        "DELETE FROM offices_trail t USING offices_traillink l WHERE l.number = 2"
        " AND t.change_set >= l.begins AND t.change_set < l.until",
        "DELETE FROM offices_traillink WHERE number = 2",
    )
    assert "第 3 环不接上一环" in verify().faults[0]


CUT = (
    "DELETE FROM offices_trail t USING offices_traillink l WHERE l.number = 2"
    " AND t.change_set >= l.begins",
    "DELETE FROM offices_traillink WHERE number = 2",
)


def test_a_tail_cut_is_found_by_the_databases_own_count() -> None:
    for _ in range(2):
        acts(2)
        actions.seal()
    by_owner(*CUT)
    (fault,) = verify().faults
    assert "链尾被截" in fault


def test_a_tail_cut_that_also_sets_the_count_back_is_found_by_the_anchors(roots: Path) -> None:
    acts(2)
    actions.seal()
    acts(2)
    actions.seal()
    actions.keep_root(on=DAY)
    by_owner(*CUT, "DELETE FROM offices_trailroot", "SELECT setval('offices_traillink_sealed', 1)")
    assert verify().faults == []  # from inside nothing is to be seen
    anchors = read_anchors(roots.read_text().splitlines(), "根")
    (fault,) = verify(anchors).faults
    assert "链尾被截：根 第 1 行记有第 2 环" in fault


def test_a_chain_that_was_written_anew_is_found_by_the_anchors(roots: Path) -> None:
    acts(2)
    actions.seal()
    actions.keep_root(on=DAY)
    by_owner(
        "UPDATE offices_trail SET actor_id = 4711",
        "DELETE FROM offices_traillink",
        "DELETE FROM offices_trailroot",
        "SELECT setval('offices_traillink_sealed', 0)",
    )
    actions.seal()  # the owner lets the sealer itself make a new chain of it
    assert verify().faults == []
    with pytest.raises(CommandError, match="整条链被重写过"):
        call_command("audit_chain", verify=True, anchors=roots, stdout=io.StringIO())


def test_a_day_leaves_one_root_in_the_table_and_in_the_file(roots: Path) -> None:
    acts(2)
    actions.seal()
    kept = actions.keep_root(on=DAY)
    assert kept == newest()
    acts(2)
    actions.seal()
    assert actions.keep_root(on=DAY) is None
    assert TrailRoot.objects.get().number == 1
    (line,) = roots.read_text().splitlines()
    assert line == kept.line()
    (anchor,) = read_anchors([line], "根")
    assert (anchor.number, anchor.hash) == (1, kept.hash)


def test_the_command_says_the_root_and_proves_the_chain(roots: Path) -> None:
    acts(2)
    out = io.StringIO()
    call_command("audit_chain", root=True, stdout=out)
    assert out.getvalue().strip() == newest().line()
    acts(1)
    out = io.StringIO()
    call_command("audit_chain", verify=True, stdout=out)
    assert "2 环" in out.getvalue()
    assert "核对库外日根 1 个" in out.getvalue()


def test_a_file_of_anchors_that_is_none_is_refused(roots: Path) -> None:
    roots.write_text("2024-06-05 first deadbeef\n")
    with pytest.raises(CommandError, match="第 1 行"):
        call_command("audit_chain", verify=True, anchors=roots, stdout=io.StringIO())


def test_a_database_carried_to_another_cluster_goes_on_in_a_new_era() -> None:
    """Its transactions begin again at a low number there; none is taken for an old one."""
    acts(2)
    actions.seal()
    by_owner("UPDATE offices_trailera SET cluster = cluster + 1")
    connection.close()  # a connection asks once which era it is
    acts(2)
    row = Trail.objects.latest("pk")
    assert row.era == 2
    assert actions.seal() > 0
    assert verify().faults == []
