"""排版: a template and its data become a PDF or pictures of its pages, by typst, offline.

Data reaches the template as JSON, never as markup: whatever a name contains is printed as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import typst

from apps.papers.font import FOLDER, blanked
from apps.units.id_number import masked

TEMPLATES = Path(__file__).parent / "templates" / "papers"
PPI = 110.0
_PHONE_SHOWN = 4


class Stamp(NamedTuple):
    """What the foot of the sheet says of this printing; all empty: a preview."""

    code: str = ""
    version: int = 0
    number: int = 0
    who: str = ""
    at: str = ""
    by_hand: tuple[str, ...] = ()


def pdf(kind: str, data: dict[str, Any], stamp: Stamp, *, full_id: bool = False) -> bytes:
    """The sheet as PDF with its font inside; ID numbers and phones starred unless ``full_id``."""
    made = _compile(kind, data, stamp, full_id, "pdf")
    assert isinstance(made, bytes)
    return made


def pictures(kind: str, data: dict[str, Any], stamp: Stamp) -> list[bytes]:
    """Each page as PNG for the preview; ID numbers and phones are always starred."""
    made = _compile(kind, data, stamp, False, "png")
    return made if isinstance(made, list) else [made]


def _compile(
    kind: str, data: dict[str, Any], stamp: Stamp, full_id: bool, form: Any
) -> bytes | list[bytes]:
    inputs = {
        "data": json.dumps(data if full_id else starred(data), ensure_ascii=False),
        "stamp": json.dumps(blanked(_plain(stamp)), ensure_ascii=False),
    }
    made = typst.compile(
        TEMPLATES / f"{kind}.typ",
        root=TEMPLATES,
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        format=form,
        ppi=PPI,
        sys_inputs=inputs,
    )
    assert made is not None, "without an output file typst gives the bytes"
    return made


def _plain(stamp: Stamp) -> dict[str, Any]:
    """The stamp as the template reads it."""
    return {**stamp._asdict(), "by_hand": list(stamp.by_hand)}


def starred(data: Any) -> Any:
    """The same data with every ID number and phone starred."""
    if isinstance(data, dict):
        return {name: _starred(name, value) for name, value in data.items()}
    if isinstance(data, list):
        return [starred(value) for value in data]
    return data


def _starred(name: str, value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return starred(value)
    if name == "id_number":
        return masked(value)
    if name == "phone":
        return value[:-8] + "****" + value[-_PHONE_SHOWN:] if len(value) > 8 else "****"
    return value
