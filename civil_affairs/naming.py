"""来源: what a connection to the database is called when neither a page nor a task has told it."""

from __future__ import annotations

import getpass
import re
import sys
from pathlib import Path


def startup_options(role: str, given: str = "") -> str:
    """Options of a new connection, after those ``given``.

    Of the web: a write that is nobody's is refused (审计留痕). Of anything else: which command
    it is and under which account of this machine; a page or a task says more while it lasts.
    """
    if role == "web":
        ours = "-c civil.web=on"
    elif name := _name():
        ours = f"-c civil.request={name}"
    else:
        return given
    return f"{given} {ours}".strip()


def _name() -> str:
    """A command as it was called; empty in a test, whose writes are those of what it tries."""
    program, *words = sys.argv
    name = Path(program).name
    if name in ("-c", "", "pytest") or "pytest" in program:
        return ""
    if name == "manage.py" and words:
        name = words[0]
    elif name == "__main__.py":
        name = Path(program).parent.name
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # an account number without a name
        account = "-"
    return re.sub(r"[^\w.@/:-]", "", f"command:{name}:{account}", flags=re.ASCII)
