"""读文件的子进程: turns a file into rows of text inside a process that can do no harm.

Run as ``python -m apps.payments.results.child FORM ROWS COLUMNS`` with the file on its standard
input. Bounded in memory, seconds, rows and columns; answers in lines of JSON: ``[line, cells]``
each row, then one object: ``refused`` (a key of reading.WHY, with ``about``) or ``told``, and
``peak``, the KiB it held at most.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from apps.payments.results.cells import Bounds, Row, Stop, sheet_rows, text_rows
from apps.payments.results.pain import status_rows

MEMORY, SECONDS = 400 * 2**20, 30


def main() -> None:
    """Read the file on standard input as the arguments say."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        resource.setrlimit(what, (most, most))
    form, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    told: dict[str, Any] = {}
    try:
        for row in _rows_of(form, sys.stdin.buffer.read(), Bounds(rows, columns), told):
            sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
        last: dict[str, Any] = {"told": told}
    except Stop as stop:
        last = {"refused": stop.args[0], "about": stop.args[1]}
    except MemoryError:
        last = {"refused": "memory", "about": ""}
    except (zipfile.BadZipFile, ValueError, RecursionError, KeyError) as fault:
        last = {"refused": "cells", "about": type(fault).__name__}
    sys.stdout.write(json.dumps(last | {"peak": _peak()}) + "\n")


def _rows_of(form: str, content: bytes, bounds: Bounds, told: dict[str, Any]) -> Iterator[Row]:
    if form == "csv":
        return text_rows(content, bounds)
    return sheet_rows(content, bounds) if form == "xlsx" else status_rows(content, bounds, told)


def _peak() -> int:
    """The most memory this process has held, in KiB."""
    with open("/proc/self/status", encoding="ascii") as status:
        found = re.search(r"VmHWM:\s+(\d+)", status.read())
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
