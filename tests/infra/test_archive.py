"""Backup and restore on the embedded server, with names that break encodings."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from civil_affairs import archive
from civil_affairs import home as places
from civil_affairs.holding import services
from civil_affairs.refusals import Refusal

NAMES = ["张三", "䶮·阿依古丽", "𬤇㛃①", "O'Neil\\n\t"]


def connect() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(places.database_url(), autocommit=True)


def names() -> list[str]:
    with connect() as connection:
        return [str(n) for (n,) in connection.execute("SELECT name FROM people ORDER BY id")]


@pytest.fixture
def database(here: Path) -> Iterator[Path]:
    with services():
        with connect() as connection:
            connection.execute("CREATE TABLE django_migrations (id int)")
            connection.execute(
                "CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY, name text UNIQUE)"
            )
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO people (name) VALUES (%s)", [(n,) for n in NAMES])
        yield here


def test_what_was_backed_up_comes_back(database: Path) -> None:
    file = database / "one.dump"
    manifest = archive.backup(file)
    assert manifest.rows == {"django_migrations": 0, "people": 4}
    assert file.stat().st_mode & 0o777 == 0o600
    with connect() as connection:
        connection.execute("DELETE FROM people WHERE id > 1")
        connection.execute("CREATE TABLE newer (id int)")
    assert archive.restore(file, replace=True) == manifest.rows
    assert names() == NAMES
    with connect() as connection:
        connection.execute("INSERT INTO people (name) VALUES ('next')")
        row = connection.execute("SELECT max(id) FROM people").fetchone()
        assert row == (5,)
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname ~ 'civil'")
        assert left.fetchone() == (1,)


def test_an_empty_database_needs_no_flag(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    with connect() as connection:
        connection.execute("DROP TABLE people, django_migrations")
    archive.restore(file, replace=False)
    assert names() == NAMES


def test_a_database_with_tables_is_not_overwritten_unasked(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    with pytest.raises(Refusal, match="--replace"):
        archive.restore(file, replace=False)


def test_a_backup_is_never_overwritten(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    with pytest.raises(Refusal, match="已存在"):
        archive.backup(file)


def test_a_damaged_backup_changes_nothing(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Refusal, match="损坏"):
        archive.restore(file, replace=True)
    archive.manifest_path(file).unlink()
    with pytest.raises(Refusal, match="pg_restore"):
        archive.restore(file, replace=True)
    assert names() == NAMES


def test_a_backup_with_other_row_counts_changes_nothing(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    path = archive.manifest_path(file)
    manifest = json.loads(path.read_text())
    manifest["rows"]["people"] = 5
    path.write_text(json.dumps(manifest))
    with pytest.raises(Refusal, match="people 备份时 5 行，恢复出 4 行"):
        archive.restore(file, replace=True)
    assert names() == NAMES


def test_nothing_is_swapped_under_a_connected_program(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    with connect(), pytest.raises(Refusal, match="1 个连接"):
        archive.restore(file, replace=True)


def test_words_for_a_missing_file_and_folder(database: Path) -> None:
    with pytest.raises(Refusal, match="找不到备份文件"):
        archive.restore(database / "none.dump", replace=True)
    with pytest.raises(Refusal, match="不存在"):
        archive.backup(database / "none" / "one.dump")


def test_a_foreign_dump_is_refused(database: Path) -> None:
    file = database / "one.dump"
    with connect() as connection:
        connection.execute("ALTER TABLE django_migrations RENAME TO other")
    archive.backup(file)
    with pytest.raises(Refusal, match="没有本系统的数据表"):
        archive.restore(file, replace=True)


def test_a_drill_restores_beside_and_leaves_nothing(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    with connect() as busy:  # people may go on working meanwhile
        with archive.rehearsed(file) as url, psycopg.connect(url) as there:
            found = there.execute("SELECT name FROM people ORDER BY id").fetchall()
        left = busy.execute("SELECT count(*) FROM pg_database WHERE datname ~ 'civil'")
        assert left.fetchone() == (1,)
    assert [str(n) for (n,) in found] == NAMES
    assert names() == NAMES


def test_a_drill_with_a_damaged_backup_fails(database: Path) -> None:
    file = database / "one.dump"
    archive.backup(file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Refusal, match="校验值不符"), archive.rehearsed(file):
        pass
