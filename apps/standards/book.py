"""标准的取值: the plain values a rule reads, of one month. No Django here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from apps.units.months import Month


class MissingStandard(Exception):
    """The rule needs a standard that no row gives for the month: the case must be held."""

    def __init__(self, key: str, band: str, month: Month) -> None:
        self.key, self.band, self.month = key, band, month
        name = f"{key}（{band}）" if band else key
        super().__init__(f"{month:%Y-%m} 没有标准 {name}，请在“标准”页登记后重新计算。")


class Value(NamedTuple):
    """One dated value; ``value`` None and ``choice`` empty means 未配置 (off)."""

    key: str
    band: str
    since: Month
    until: Month | None
    value: int | None
    choice: str
    unit: str
    document: str
    example: bool


class Standards:
    """The standards of one month. Raises MissingStandard where no row covers the month."""

    def __init__(self, month: Month, values: dict[str, dict[str, Value]]) -> None:
        self.month = month
        self._values = values

    def row(self, key: str, band: str = "") -> Value:
        """The dated row itself, with its document."""
        found = self._values.get(key, {}).get(band)
        if found is None:
            raise MissingStandard(key, band, self.month)
        return found

    def has(self, key: str) -> bool:
        """Whether any row of the key covers the month, be it 未配置."""
        return bool(self._values.get(key))

    def number(self, key: str, band: str = "") -> int | None:
        """The whole number in its unit, None when 未配置."""
        return self.row(key, band).value

    def amount(self, key: str, band: str = "") -> int:
        """An amount in fen that must be configured; MissingStandard when it is not."""
        value = self.row(key, band).value
        if value is None:
            raise MissingStandard(key, band, self.month)
        return value

    def on(self, key: str) -> bool:
        """A switch; 未配置 or absent counts as off."""
        found = self._values.get(key, {}).get("")
        return bool(found and found.value)

    def choice(self, key: str) -> str:
        """The chosen way (补差 gap, 按季 quarterly …)."""
        return self.row(key).choice

    def bands(self, key: str) -> dict[str, int]:
        """The configured bands of a key with their numbers; empty when off or absent."""
        rows = self._values.get(key, {})
        return {band: row.value for band, row in rows.items() if band and row.value is not None}

    def optional(self, key: str, band: str = "") -> int | None:
        """A number whose absence simply means off."""
        found = self._values.get(key, {}).get(band)
        return found.value if found else None


class Book:
    """All dated values; ``month()`` gives those of one month (kept, so it is cheap to ask)."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._rows = list(values)
        self._months: dict[Month, Standards] = {}

    def __iter__(self) -> Iterator[Value]:
        return iter(self._rows)

    def month(self, month: Month) -> Standards:
        """The standards in force in ``month``."""
        if month not in self._months:
            chosen: dict[str, dict[str, Value]] = {}
            for row in self._rows:
                if row.since <= month and (row.until is None or month < row.until):
                    chosen.setdefault(row.key, {})[row.band] = row
            self._months[month] = Standards(month, chosen)
        return self._months[month]

    def with_value(self, draft: Value) -> Book:
        """A book with one more value from ``draft.since`` on (试算 of a draft standard)."""
        rows = []
        until = draft.until
        for row in self._rows:
            if (row.key, row.band) != (draft.key, draft.band):
                rows.append(row)
                continue
            if row.since < draft.since < (row.until or draft.since.max):
                rows.append(row._replace(until=draft.since))
            elif row.since != draft.since:
                rows.append(row)
            if row.since > draft.since:
                until = min(until or row.since, row.since)
        return Book([*rows, draft._replace(until=until)])

    def packed(self) -> list[list[Any]]:
        """Plain lists for storage beside a calculation, so that it can be said again."""
        return [
            [
                *row[:2],
                row.since.isoformat(),
                row.until.isoformat() if row.until else None,
                *row[4:],
            ]
            for row in self._rows
        ]


def unpack(rows: list[list[Any]]) -> Book:
    """The book that ``packed`` stored."""
    return Book(
        Value(
            row[0],
            row[1],
            Month.fromisoformat(row[2]),
            Month.fromisoformat(row[3]) if row[3] else None,
            *row[4:],
        )
        for row in rows
    )
