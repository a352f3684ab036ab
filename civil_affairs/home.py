"""The state folder: where the embedded services, the secret key and the locks live."""

import hashlib
import os
import secrets
import stat
from pathlib import Path
from urllib.parse import quote

from civil_affairs.refusals import Refusal, disk_full, out_of_space

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "civil_affairs"
# A socket's address holds 108 bytes, and PostgreSQL appends "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_DIR = 85


def digest(path: Path) -> str:
    """A short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def traversable(path: Path) -> bool:
    """Whether an account without rights of its own may enter the folder."""
    return all(p.stat().st_mode & stat.S_IXOTH for p in (path, *path.parents) if p.exists())


def is_root() -> bool:
    """Whether we run as root."""
    return os.geteuid() == 0


def folder() -> Path:
    """CIVIL_HOME, else var/ of the checkout, else a folder the database's account can enter."""
    if named := os.environ.get("CIVIL_HOME"):
        return Path(named).absolute()
    if is_root() and not traversable(ROOT):
        return Path("/var/tmp") / f"civil-affairs-{digest(ROOT)}"  # noqa: S108 - owner is checked
    return ROOT / "var"


def make_folder() -> Path:
    """The state folder, made if need be, or one line that says why not."""
    home = folder()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if out_of_space(error):
            raise disk_full(home) from error
        raise Refusal(f"无法建立状态目录 {home}：{error.strerror}。可用 CIVIL_HOME 改。") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise Refusal(f"状态目录 {home} 属于其他用户，无法写入。可用 CIVIL_HOME 另指一个目录。")
    if is_root() and not traversable(home):
        raise Refusal(f"状态目录 {home} 的上级目录不允许数据库账户进入，请用 CIVIL_HOME 另指。")
    if home.parent == Path("/var/tmp") and home.stat().st_uid != os.geteuid():  # noqa: S108
        raise Refusal(f"状态目录 {home} 属于其他用户，请用 CIVIL_HOME 另指一个目录。")
    return home


def socket_dir() -> Path:
    """A short path for the sockets: inside the state folder, or hashed when that is too long."""
    inside = folder() / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIR:
        return inside
    return Path("/tmp") / f"civil-affairs-{digest(folder())}"  # noqa: S108 - owner is checked


def database_url(database: str = DATABASE) -> str:
    """The embedded database's address, whether it runs or not."""
    return f"postgresql://app@/{database}?host={quote(str(socket_dir()))}"


def redis_socket() -> Path:
    """Valkey's socket."""
    return socket_dir() / "valkey.sock"


def redis_url(number: int = 0) -> str:
    """The embedded Valkey's address, whether it runs or not."""
    return f"unix://{redis_socket()}?db={number}"


def secret_key() -> str:
    """Made once and kept, so that sessions outlive a restart; two makers agree on one."""
    path = make_folder() / "secret_key"
    if not path.exists():
        mine = path.with_name(f"secret_key.{os.getpid()}")
        descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            mine.replace(path)
        finally:
            mine.unlink(missing_ok=True)
    try:
        return path.read_text().strip()
    except PermissionError as error:
        raise Refusal(f"{path} 属于其他用户，无法读取。可用 CIVIL_HOME 另指目录。") from error
