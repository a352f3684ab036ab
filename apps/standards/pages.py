"""标准页的取数: standards by app and key with their rows, now or as known on a day. Only reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from django.apps import apps
from django.utils.translation import gettext

from apps.offices.models import Event
from apps.offices.sight import Record
from apps.standards.fitting import Entered
from apps.standards.loading import Entry, catalogue
from apps.standards.models import Standard, Unit
from apps.standards.needed import held_up
from apps.standards.saying import band_words, entered, label_of, value_typed, value_words
from apps.units.months import Month, month_code, month_of, next_month


class Row(NamedTuple):
    """One dated value in words."""

    band: str
    band_name: str
    words: str
    typed: str  # as it would be typed into the form again
    since: Month
    last: Month | None  # its last month; None: still open
    document: str
    source: str
    example: bool
    recorded_on: dt.date
    recorded_by: str
    superseded_on: dt.date | None
    state: str  # past, now, future
    days_left: int  # until a future row begins


class Group(NamedTuple):
    """One key: its name, its rows in force, the superseded ones, whether its value now is empty."""

    key: str
    label: str
    unit: str
    rows: list[Row]
    old: list[Row]

    @property
    def now(self) -> list[Row]:
        """The rows of this month."""
        return [row for row in self.rows if row.state == "now"]

    @property
    def unset(self) -> str:
        """未配置, where every band of this month is: said once; else empty."""
        now = self.now
        return now[0].words if len(now) > 1 and not any(row.typed for row in now) else ""

    @property
    def coming(self) -> list[Row]:
        """The rows that have yet to begin."""
        return [row for row in self.rows if row.state == "future"]

    @property
    def past(self) -> list[Row]:
        """The rows of earlier months."""
        return [row for row in self.rows if row.state == "past"]

    @property
    def history(self) -> int:
        """How many rows tell of the past: earlier months and superseded entries."""
        return len(self.past) + len(self.old)


class Chapter(NamedTuple):
    """The keys that one app declares."""

    slug: str
    title: str
    groups: list[Group]


def chapters(today: dt.date, known_on: dt.date | None = None) -> list[Chapter]:
    """All standards, those with amounts first, by the place their apps ask for; one query."""
    rows = _rows(today, known_on)
    found: dict[str, list[Group]] = defaultdict(list)
    for entry in catalogue().values():
        found[entry.place.partition("/")[0]].append(_group(entry, rows.get(entry.key, [])))
    all_of_them = [Chapter(slug, _title(slug), groups) for slug, groups in found.items()]
    return sorted(all_of_them, key=lambda chapter: (not _of_money(chapter), _place(chapter.slug)))


def one(key: str, today: dt.date) -> Group | None:
    """One key with its rows; None when it is not in the catalogue."""
    entry = catalogue().get(key)
    return _group(entry, _rows(today, None, entry).get(key, [])) if entry else None


def entered_of(entry: Entry) -> list[Entered]:
    """From which months the key has values in force, and which."""
    stored = Standard.objects.in_force().filter(programme=entry.programme, name=entry.name)
    return entered(stored.order_by("period", "band"))


def on_record(entry: Entry, group: Group, bands: list[str]) -> dict[str, Record]:
    """By first month (2025-01) what has been entered from it, by the boxes of the form."""
    boxes: dict[str, dict[str, str]] = defaultdict(dict)
    for row in group.rows:
        since = boxes[month_code(row.since)]
        since |= {"document": row.document, "source": row.source}
        if row.band in bands:
            since[f"value_{bands.index(row.band)}"] = row.typed
    newest = _newest_of(entry)
    return {month: Record(one, "standards.standard", newest) for month, one in boxes.items()}


def _newest_of(entry: Entry) -> int:
    """The row whose Event tells of the last entry of a key; 0 when there is none."""
    mine = Standard.objects.filter(programme=entry.programme, name=entry.name).values("pk")
    told = Event.objects.filter(kind="standards.standard", object_id__in=mine)
    return told.order_by("-pk").values_list("object_id", flat=True).first() or 0


def held_up_of(today: dt.date) -> list[tuple[str, str, list[str]]]:
    """Standards without a value on which work waits: key, name, and what waits."""
    return [(key, label_of(key), words) for key, words in held_up(today).items()]


def bands_of(entry: Entry, group: Group) -> list[str]:
    """The bands to ask for: those declared, else those that have rows; one without bands is ""."""
    if entry.bands is None:
        return [""]
    return list(entry.bands) or sorted({row.band for row in group.rows}, key=_band_order)


def _band_order(band: str) -> tuple[int, str]:
    """Bands named by a number in the order of the numbers, others by name."""
    return (int(band), "") if band.isdecimal() else (0, band)


def typed_now(group: Group, bands: list[str]) -> dict[str, str]:
    """What holds now (else what comes first), as the initial content of the form's boxes."""
    held = {row.band: row.typed for row in [*group.coming[::-1], *group.now]}
    return {f"value_{n}": held.get(band, "") for n, band in enumerate(bands)}


def _of_money(chapter: Chapter) -> bool:
    """Amounts a month or a year come first: what people come here for."""
    return any(
        group.unit in (Unit.FEN_MONTH.label, Unit.FEN_YEAR.label) for group in chapter.groups
    )


def _place(slug: str) -> int:
    """An app may say where its chapter stands (``chapter = 1``); the others follow."""
    return int(getattr(apps.get_app_config(slug), "chapter", 99))


def _title(slug: str) -> str:
    return str(apps.get_app_config(slug).verbose_name)


def _group(entry: Entry, rows: list[Row]) -> Group:
    live = [row for row in rows if row.superseded_on is None]
    old = [row for row in rows if row.superseded_on is not None]
    return Group(entry.key, entry.title, entry.unit.label, live, old)


def _rows(
    today: dt.date, known_on: dt.date | None, entry: Entry | None = None
) -> dict[str, list[Row]]:
    """Rows by key; as known on a day, what was superseded later still counts as in force."""
    stored = Standard.objects.select_related("recorded_by")
    if known_on is not None:
        stored = stored.known_on(known_on)
    if entry is not None:
        stored = stored.filter(programme=entry.programme, name=entry.name)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in stored.order_by("period", "pk"):
        key = f"{row.programme}.{row.name}"
        found[key].append(_row(key, row, today, known_on))
    for rows in found.values():
        rows.sort(key=lambda row: _band_order(row.band))
    return found


def _row(key: str, row: Standard, today: dt.date, known_on: dt.date | None) -> Row:
    since, until = row.period.lower, row.period.upper
    month = month_of(today)
    state = "future" if since > month else "past" if until and until <= month else "now"
    return Row(
        band=row.band,
        band_name=band_words(key, row.band),
        words=value_words(key, row.unit, row.value, row.choice),
        typed=value_typed(row.unit, row.value, row.choice),
        since=since,
        last=next_month(until, -1) if until else None,
        document=row.document,
        source=row.source,
        example=row.example,
        recorded_on=row.recorded_on,
        recorded_by=row.recorded_by.name if row.recorded_by else gettext("系统"),
        superseded_on=None if known_on else row.superseded_on,
        state=state,
        days_left=max((since - today).days, 0),
    )
