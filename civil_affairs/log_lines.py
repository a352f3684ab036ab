"""日志: one JSON object a line, with the request's number and without personal data.

Whatever is logged, by us or by a library, goes through ``scrub``: an error of PostgreSQL tells the
very values that met a constraint, and a traceback ends in the words of the error.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from apps.units import request_id

# ID numbers (15, 17 + check digit), bank accounts and telephone numbers are nothing but long
# numbers; a date and time, an amount or a key of ours are shorter or hold other signs.
_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\d{11,30}[Xx]?(?![0-9A-Za-z])")
# "DETAIL:  Key (name)=(…) already exists.", and the row that failed a check.
_DETAIL = re.compile(r"(DETAIL|CONTEXT|HINT|详细信息|背景|上下文): .*")
_VALUES = re.compile(r"=\(.*?\)(?= (?:already exists|conflicts|is not present|is still))")


def scrub_text(text: str) -> str:
    """The text without long numbers and without what PostgreSQL tells of values."""
    return _NUMBER.sub("▇", _VALUES.sub("=(▇)", _DETAIL.sub(r"\1: ▇", text)))


def scrub(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Every text of a line, however deep."""
    return {key: _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, dict):
        return {str(key): _scrubbed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(one) for one in value]
    return value if isinstance(value, int | float | bool | None) else scrub_text(str(value))


def numbered(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Which request it belongs to; inside a task, the one that set it off."""
    number = request_id.current()
    if number:
        event["request_id"] = number
    return event


BEFORE: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=("method", "route", "status", "ms", "user")),
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    numbered,
    structlog.processors.format_exc_info,
]


def lines(*, as_json: bool) -> dict[str, Any]:
    """A formatter for LOGGING: JSON for machines, plain lines for a terminal; both scrubbed."""
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.processors.KeyValueRenderer(key_order=["at", "level", "logger", "event"])
    )
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": BEFORE,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, scrub, last],
    }
