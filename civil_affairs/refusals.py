"""One clear line instead of a traceback, for what a person at a terminal can mend."""

import errno
import os
import shutil
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

NO_SPACE = "No space left on device"


class Refusal(Exception):
    """A refusal whose message is written for the person at the terminal."""


def disk_full(folder: Path) -> Refusal:
    """The refusal that names the folder and what is left on its disk."""
    while not folder.exists():
        folder = folder.parent
    free_mib = shutil.disk_usage(folder).free // 2**20
    return Refusal(f"磁盘空间不足：{folder} 所在的磁盘只剩 {free_mib} MiB，请清理后再试。")


def out_of_space(error: BaseException) -> bool:
    """Whether an error means a full disk, here or in the database."""
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT}
    return isinstance(error, psycopg.errors.DiskFull)


def where(url: str) -> str:
    """Name a database without its password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "（DATABASE_URL 无法解析）"
    host = parts.get("host") or "localhost"
    port = parts.get("port") or 5432
    return f"{host}:{port}/{parts.get('dbname') or ''}"


def unreachable(url: str, error: BaseException) -> Refusal:
    """The refusal for a database that does not answer."""
    reason = " ".join(str(error).split())
    return Refusal(f"连不上数据库 {where(url)}，请检查 DATABASE_URL 和数据库服务。原因：{reason}")


def plain_words(error: BaseException) -> str | None:
    """The line to print for this error, or None when it is a defect of ours."""
    if isinstance(error, Refusal):
        return str(error)
    cause = error.__cause__ if error.__cause__ is not None else error
    if isinstance(error, PermissionError) and error.filename:
        return f"没有权限使用 {error.filename}，它属于其他用户。"
    if out_of_space(cause):
        return "磁盘空间不足，操作没有完成，已写入的内容已全部撤回。请清理磁盘后再试。"
    if isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None:
        if url := os.environ.get("DATABASE_URL"):
            return str(unreachable(url, cause))
        return "内置数据库没有运行，请用 ./run <命令> 代替 manage.py <命令>。"
    missing = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
    if isinstance(cause, missing) and migrations_missing():
        return "数据库的表没有建好，或是旧版本的：先运行 ./run migrate，再运行 ./run load_base。"
    return None


def migrations_missing() -> bool:
    """Whether the configured database is behind the code; asked only after something failed."""
    # Here, as they need settings, which may be what is at fault.
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
