"""核查规则目录: rules.yaml read exactly; says in Chinese what is wrong in it and where."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from apps.payments.review.models import OWNERS, ReviewRule
from apps.units.language import lazy

FILE = Path(__file__).parent / "rules.yaml"
NEEDED = {"kind", "short", "words", "owner", "days"}
MAY = {"programmes", "standards"}


class BadRule(ValueError):
    """核查规则有误; the message says which rule and what."""


class Entry(NamedTuple):
    """One rule as an installation begins with it."""

    code: str
    kind: str
    short: str
    words: str
    owner: str
    days: int
    programmes: list[str]
    standards: list[str]


def read(file: Path = FILE) -> list[Entry]:
    """The rules of a file, in its order."""
    said: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [_entry(code, columns) for code, columns in said.items()]


def _entry(code: str, columns: dict[str, Any]) -> Entry:
    strange = columns.keys() - NEEDED - MAY
    lacking = NEEDED - columns.keys()
    if strange or lacking:
        raise BadRule(f"核查规则 {code}：不认识 {sorted(strange)}，缺少 {sorted(lacking)}。")
    if columns["kind"] not in ReviewRule.Kind.values or columns["owner"] not in OWNERS:
        raise BadRule(f"核查规则 {code}：类别或责任岗位不在清单中。")
    return Entry(code=code, **{"programmes": [], "standards": [], **columns})


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Entry]:
    """The rules this installation knows, by code."""
    return {entry.code: entry for entry in read()}


def reasons(kind: str) -> dict[str, tuple[str, str]]:
    """Short name and words of every rule of a kind by code, in the reader's language."""
    return {
        entry.code: (lazy(entry.short), lazy(entry.words))
        for entry in catalogue().values()
        if entry.kind == kind
    }
