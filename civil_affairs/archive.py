"""备份与恢复: one file, its manifest beside it, and a restore that is checked before it counts."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from civil_affairs import home as places
from civil_affairs.binaries import major_of, postgres_bindir
from civil_affairs.embedded import wait_until
from civil_affairs.refusals import NO_SPACE, Refusal, disk_full, unreachable

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname
"""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, counted in the very snapshot that was dumped."""

    server: int
    sha256: str
    rows: dict[str, int]


def database_url() -> str:
    """The database the commands work on: the environment's, else the embedded one."""
    return os.environ.get("DATABASE_URL") or places.database_url()


def connect(url: str, **options: Any) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection, or one line that says why there is none."""
    try:
        return psycopg.connect(url, **options)
    except psycopg.OperationalError as error:
        raise unreachable(url, error) from error


def manifest_path(file: Path) -> Path:
    """Where a backup's manifest lies: beside it."""
    return file.with_name(f"{file.name}.json")


def sha256(file: Path) -> str:
    """The file's digest, read piece by piece."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def tool(name: str, server: int) -> Path:
    """A pg_dump or pg_restore that fits the server: its own major best, else a newer one.

    A newer pg_restore sends settings that an older server does not know.
    """
    installed = [postgres_bindir(), *Path("/usr/lib/postgresql").glob("*/bin")]
    if found := shutil.which(name):
        installed.append(Path(found).parent)
    majors = {bindir / name: 0 for bindir in installed if (bindir / name).exists()}
    majors = {program: major_of(program) for program in majors}
    fitting = [program for program, major in majors.items() if major >= server]
    if not fitting:
        raise Refusal(f"需要 PostgreSQL {server} 或更新版本的 {name}，请安装 postgresql-client。")
    return min(fitting, key=lambda program: (majors[program], str(program)))


def run_tool(program: Path, url: str, folder: Path, *args: str | Path) -> str:
    """Run it with the password in the environment, where `ps` does not show it."""
    parts = conninfo_to_dict(url)
    password = parts.pop("password", None)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    if password:
        environment["PGPASSWORD"] = str(password)
    done = subprocess.run(
        [program, *args, "--dbname", make_conninfo("", **{k: str(v) for k, v in parts.items()})],
        env=environment | {"LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if NO_SPACE in done.stderr:
            raise disk_full(folder)
        last = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Refusal(f"{program.name} 没有成功：{last}")
    return str(done.stdout)


def count_rows(connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, int]:
    """The rows of every table of ours, as this connection's snapshot sees them."""
    names = [str(name) for (name,) in connection.execute(TABLES)]
    rows = {}
    for name in names:
        counted = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name))
        ).fetchone()
        assert counted is not None
        rows[name] = int(counted[0])
    return rows


def backup(file: Path) -> Manifest:
    """Dump one snapshot into the file and its counts beside it; never over an older backup."""
    if file.exists() or manifest_path(file).exists():
        raise Refusal(f"{file} 已存在，备份不会覆盖旧文件，请换一个文件名。")
    if not file.parent.is_dir():
        raise Refusal(f"目录 {file.parent} 不存在。")
    part = file.with_name(f"{file.name}.part")
    url = database_url()
    try:
        part.touch(mode=0o600)  # people's names and accounts: for the owner's eyes only
        with connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            server = connection.info.server_version // 10_000
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert snapshot is not None
            rows = count_rows(connection)
            what = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}"]
            run_tool(tool("pg_dump", server), url, file.parent, *what, "--file", part)
        manifest = Manifest(server, sha256(part), rows)
        beside = manifest_path(part)
        beside.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        beside.rename(manifest_path(file))
        part.rename(file)
    except OSError as error:
        raise Refusal(f"无法写入 {file}：{error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def read_manifest(file: Path) -> Manifest | None:
    """The manifest beside a backup, after checking that the backup is the one it describes."""
    if not file.is_file():
        raise Refusal(f"找不到备份文件 {file}。")
    if not manifest_path(file).exists():
        return None
    try:
        manifest = Manifest(**json.loads(manifest_path(file).read_text()))
    except (ValueError, TypeError) as error:
        raise Refusal(f"{manifest_path(file)} 不是备份清单。") from error
    if sha256(file) != manifest.sha256:
        raise Refusal(f"{file} 与清单的校验值不符，文件已损坏或被改动，没有恢复。")
    return manifest


def restore(file: Path, *, replace: bool) -> dict[str, int]:
    """Restore beside the database, verify, and only then let it take the database's place."""
    manifest = read_manifest(file)
    url = database_url()
    database = str(conninfo_to_dict(url)["dbname"])
    beside = f"{database}_restoring"
    with connect(url) as connection:
        server = connection.info.server_version // 10_000
        if connection.execute(TABLES).fetchone() and not replace:
            raise Refusal(
                f"数据库 {database} 不是空的，没有恢复。确实要用备份代替现有数据，请加 --replace。"
            )
    with connect(make_conninfo(url, dbname="postgres"), autocommit=True) as admin:
        refuse_if_in_use(admin, database)
        try:
            create_empty(admin, beside)
            restored = fill(make_conninfo(url, dbname=beside), server, file)
            verify(restored, manifest)
            swap(admin, database, beside)
        finally:
            drop(admin, beside)
    return restored


@contextmanager
def rehearsed(file: Path) -> Iterator[str]:
    """演练: the address of a database restored and verified beside the real one; then dropped."""
    manifest = read_manifest(file)
    url = database_url()
    beside = f"{conninfo_to_dict(url)['dbname']}_drill"
    with connect(make_conninfo(url, dbname="postgres"), autocommit=True) as admin:
        server = admin.info.server_version // 10_000
        try:
            create_empty(admin, beside)
            verify(fill(make_conninfo(url, dbname=beside), server, file), manifest)
            yield with_database(url, beside)
        finally:
            drop(admin, beside)


def with_database(url: str, name: str) -> str:
    """The same server's address of another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def fill(url: str, server: int, file: Path) -> dict[str, int]:
    """Restore the file into an empty database; the rows of every table it has then."""
    how = ["--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2"]
    run_tool(tool("pg_restore", server), url, places.folder(), *how, file)
    with connect(url) as connection:
        # Before anything is written here: what the next line does has a row in the trail.
        rows = count_rows(connection)
        # What came along is older than whatever this cluster writes (变更动态). A backup of an
        # earlier version has no such column yet, and its migration gives every event one number.
        known = connection.execute("SELECT to_regproc('offices_events_came_along')").fetchone()
        if known and known[0]:
            connection.execute("SELECT offices_events_came_along()")
        # Fresh tables have no statistics, and the first month would be planned blindly.
        connection.execute("ANALYZE")
        return rows


def verify(restored: dict[str, int], manifest: Manifest | None) -> None:
    """Refuse what is not a backup of this system, or not the whole of it."""
    if "django_migrations" not in restored:
        raise Refusal("备份中没有本系统的数据表，没有恢复。")
    if manifest is None:
        return
    for table, rows in manifest.rows.items():
        if restored.get(table) != rows:
            raise Refusal(
                f"核对不符：表 {table} 备份时 {rows} 行，恢复出 {restored.get(table)} 行；"
                "现有数据没有改动。"
            )


def refuse_if_in_use(admin: "psycopg.Connection[tuple[Any, ...]]", database: str) -> None:
    """Nobody may be connected: their work since the backup would vanish unnoticed."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = %s"

    def users() -> int:
        found = admin.execute(asked, [database, "client backend"]).fetchone()
        return int(found[0]) if found else 0

    # The server takes a moment to see that a connection, our own among them, has gone.
    if not wait_until(lambda: users() == 0, 2):
        raise Refusal(
            f"还有 {users()} 个连接在使用数据库 {database}，请先停止网页和后台任务再恢复。"
        )


def create_empty(admin: "psycopg.Connection[tuple[Any, ...]]", name: str) -> None:
    """An empty database of that name, whatever an earlier try left there."""
    drop(admin, name)
    try:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refusal("数据库账户没有建库权限（CREATEDB），无法恢复。") from error


def drop(admin: "psycopg.Connection[tuple[Any, ...]]", name: str) -> None:
    """Drop a database if it is there."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def swap(admin: "psycopg.Connection[tuple[Any, ...]]", database: str, beside: str) -> None:
    """Both renames or neither; the former content goes only after the new one is in place."""
    former = f"{database}_former"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    drop(admin, former)
    try:
        with admin.transaction():
            admin.execute(rename.format(sql.Identifier(database), sql.Identifier(former)))
            admin.execute(rename.format(sql.Identifier(beside), sql.Identifier(database)))
    except psycopg.errors.ObjectInUse as error:
        raise Refusal(
            f"数据库 {database} 刚刚又被使用，没有恢复；请先停止网页和后台任务。"
        ) from error
    drop(admin, former)
