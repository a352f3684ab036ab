"""The house keeps itself: short files, short functions, writes behind their doors."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(
    path
    for folder in ("apps", "civil_affairs", "seeds")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
# Where rows may be written (docs/decisions/0004-one-door.md). Seeds build a county by bulk load.
DOORS = {
    "actions.py",
    "registration.py",
    "moves.py",
    "compute.py",
    "difference.py",
    "seal.py",
    "freeze.py",
    "outbox.py",
    "once.py",  # keys of calls, in the transaction of their effect
    "whatif.py",  # written inside a savepoint that is always rolled back
}
WRITES = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}
BARRED_NAMES = {"utils.py", "helpers.py", "common.py", "services.py", "signals.py", "managers.py"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_function_is_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [
        f"{node.name} ({_length(node)} lines)"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > 40
    ]
    assert not long


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function; its docstring is not code."""
    doc = 0
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        doc = (first.end_lineno or 0) - first.lineno + 1
    return (node.end_lineno or 0) - node.lineno + 1 - doc


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if p.parts[-3:-1] != ("seeds",) and "apps" in p.parts], ids=relative
)
def test_rows_are_written_behind_their_doors(path: Path) -> None:
    if path.name in DOORS or path.parent.name == "actions":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}: .{node.func.attr}()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in WRITES or _queryset_write(node))
    ]
    assert not found


def _queryset_write(node: ast.Call) -> bool:
    """`….objects.….update(x=…)` and `.delete()`, but not a dict's update or a set's."""
    assert isinstance(node.func, ast.Attribute)
    if node.func.attr not in ("update", "delete"):
        return False
    return "objects" in ast.dump(node.func.value)


SENDING = {"delay", "apply_async", "send_task", "s", "si", "signature"}


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_celery_is_called_through_the_outbox_alone(path: Path) -> None:
    if path.name == "outbox.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in SENDING
    ]
    assert not found


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_drawer_for_everything(path: Path) -> None:
    assert path.name not in BARRED_NAMES


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_module_and_public_function_says_what_holds(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name == "__init__.py" and not tree.body:
        return
    assert ast.get_docstring(tree), "module docstring"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent
