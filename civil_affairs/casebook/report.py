"""报告: what a person, or a program, is told of each case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.units.money import yuan
from civil_affairs.casebook.compare import Comparison, Step

PASSED, FAILED, INVALID = "通过", "不符", "无效"


@dataclass
class Told:
    """The outcome of one case; ``stuck`` is where and why it could not be played to its end."""

    path: Path
    id: str
    title: str
    seconds: float = 0.0
    stuck: tuple[str, str] | None = None
    comparison: Comparison = field(default_factory=Comparison)

    @property
    def passed(self) -> bool:
        return self.stuck is None and not self.comparison.differences


def lines(told: Told) -> Iterator[str]:
    """One line for the case, then whatever is not as it should be, with our working."""
    yield f"{PASSED if told.passed else FAILED}  {told.id}  {told.title}"
    if told.stuck:
        place, words = told.stuck
        yield f"      {place}：{words}"
    shown: list[list[Step]] = []
    for difference in told.comparison.differences:
        yield f"      {difference.what}：预期 {difference.expected}，实得 {difference.ours}"
        if difference.working not in shown:  # several differences may share one working
            yield from _steps(difference.working)
            shown.append(difference.working)
    for remark in told.comparison.remarks:
        yield f"      提示：{remark}"
    for title, working in told.comparison.explained:
        yield f"      {title}"
        yield from _steps(working)


def _steps(working: list[Step]) -> Iterator[str]:
    for words, fen in working:
        yield f"          {words}" + (f" … {yuan(fen)}" if fen is not None else "")


def as_json(told: Told) -> str:
    """The case as one JSON object on one line; amounts as text in yuan."""
    plain: dict[str, Any] = {
        "id": told.id,
        "title": told.title,
        "file": str(told.path),
        "passed": told.passed,
        "seconds": round(told.seconds, 3),
        "stuck": {"at": told.stuck[0], "why": told.stuck[1]} if told.stuck else None,
        "differences": [
            {
                "what": d.what,
                "expected": d.expected,
                "ours": d.ours,
                "working": _plain(d.working),
            }
            for d in told.comparison.differences
        ],
        "remarks": told.comparison.remarks,
        "explained": [
            {"what": what, "working": _plain(working)}
            for what, working in told.comparison.explained
        ],
    }
    return json.dumps(plain, ensure_ascii=False)


def _plain(working: list[Step]) -> list[dict[str, str | None]]:
    return [{"words": w, "yuan": None if fen is None else yuan(fen)} for w, fen in working]
