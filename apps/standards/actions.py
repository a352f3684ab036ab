"""标准的登记: every write to standards. A value holds from its month until the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.offices.actions import log, note_change
from apps.offices.models import Staff
from apps.standards.fitting import misfit
from apps.standards.loading import BadStandard, Entry, Raw, Value, by_band, entry_of, read
from apps.standards.models import Standard
from apps.standards.saying import entered
from apps.units.months import Month, month_of

__all__ = ["BadStandard", "adopt", "enter", "load"]


@transaction.atomic
def adopt(
    key: str,
    *,
    from_month: Month,
    value: Value,
    recorded_on: dt.date,
    by: Staff | None,
    document: str = "",
    source: str = "",
    example: bool = False,
) -> list[Standard]:
    """标准调整: from ``from_month`` until the next later entry the key has this value (CV-09).

    Of two entries with the same month the one adopted later holds. A map of bands replaces the
    whole map: a band it does not name becomes 未配置. Returns the rows of this entry, by band.
    """
    if from_month != month_of(from_month):
        raise BadStandard(gettext("{from_month}不是月份的第一天。").format(from_month=from_month))
    entry = entry_of(key)
    _one_at_a_time(key)
    rows = _in_force(entry)
    given = by_band(entry, value)
    values = {**dict.fromkeys(_bands_known(rows)), **given} or {"": None}
    until = min((row.period.lower for row in rows if row.period.lower > from_month), default=None)
    about = _About(recorded_on, by, document, source, example)
    made = [
        _place(entry, band, values[band], (from_month, until), rows, about)
        for band in sorted(values)
    ]
    note_change(on=from_month, what=f"标准调整：{entry.label}")
    words = f"{key}自{from_month:%Y-%m}起：{value}"
    log(by=by, kind="standards.standard", object_id=made[0].pk, verb="标准调整", reason=words)
    return made


@transaction.atomic
def enter(
    key: str,
    *,
    from_month: Month,
    last_month: Month | None,
    mends: bool,
    value: Value,
    recorded_on: dt.date,
    by: Staff,
    document: str,
    source: str,
    example: bool,
) -> list[Standard]:
    """登记标准: adopt() by hand; BadStandard where months would overlap or be left out."""
    _one_at_a_time(key)
    wrong = misfit(entered(_in_force(entry_of(key))), from_month, last_month, mends=mends)
    if wrong is not None:
        raise BadStandard(wrong.words)
    return adopt(
        key,
        from_month=from_month,
        value=value,
        recorded_on=recorded_on,
        by=by,
        document=document,
        source=source,
        example=example,
    )


class _About:
    """Who recorded an entry, when, and what it rests on."""

    def __init__(
        self, on: dt.date, by: Staff | None, document: str, source: str, example: bool
    ) -> None:
        self.on, self.by = on, by
        self.document, self.source, self.example = document, source, example


def _one_at_a_time(key: str) -> None:
    """Two entries of one key wait for each other until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"standard {key}"])


def _in_force(entry: Entry) -> list[Standard]:
    rows: QuerySet[Standard] = Standard.objects.in_force().filter(
        programme=entry.programme, name=entry.name
    )
    return list(rows.order_by("band", "period"))


def _bands_known(rows: list[Standard]) -> list[str]:
    return sorted({row.band for row in rows})


def _place(
    entry: Entry,
    band: str,
    value: Raw,
    period: tuple[Month, Month | None],
    rows: list[Standard],
    about: _About,
) -> Standard:
    """Put one value into one band, so that its rows still tile the months without gap."""
    first, until = period
    mine = [row for row in rows if row.band == band]
    met = [row for row in mine if _meets(row, first, until)]
    Standard.objects.filter(pk__in=[row.pk for row in met]).update(superseded_on=about.on)
    for row in met:
        if row.period.lower < first:
            _copy(row, (row.period.lower, first), about)
        if until is not None and (row.period.upper is None or row.period.upper > until):
            _copy(row, (until, row.period.upper), about)
    number, word = entry.parsed(value)
    made = _insert(entry, band, number, word, period, about)
    later = min((row.period.lower for row in mine), default=None)
    if until is not None and (later is None or later > until):
        # The next entry was made when nobody knew this band, so it has no value from there on.
        _insert(entry, band, None, "", (until, later), about)
    return made


def _meets(row: Standard, first: Month, until: Month | None) -> bool:
    lower, upper = row.period.lower, row.period.upper
    return (upper is None or upper > first) and (until is None or lower < until)


def _copy(row: Standard, period: tuple[Month, Month | None], about: _About) -> None:
    """The same value over fewer months, with its own document, recorded anew."""
    Standard.objects.create(
        programme=row.programme,
        name=row.name,
        band=row.band,
        unit=row.unit,
        value=row.value,
        choice=row.choice,
        period=DateRange(*period),
        document=row.document,
        source=row.source,
        example=row.example,
        recorded_on=about.on,
        recorded_by=about.by,
    )


def _insert(
    entry: Entry,
    band: str,
    number: int | None,
    word: str,
    period: tuple[Month, Month | None],
    about: _About,
) -> Standard:
    return Standard.objects.create(
        programme=entry.programme,
        name=entry.name,
        band=band,
        unit=entry.unit,
        value=number,
        choice=word,
        period=DateRange(*period),
        document=about.document,
        source=about.source,
        example=about.example,
        recorded_on=about.on,
        recorded_by=about.by,
    )


@transaction.atomic
def replace_all(
    key: str, rows: Iterable[tuple[Month, Value]], *, recorded_on: dt.date, by: Staff | None
) -> None:
    """整表替换: the key has this dated list and no other (cases, demonstrations)."""
    entry = entry_of(key)
    _one_at_a_time(key)
    Standard.objects.in_force().filter(programme=entry.programme, name=entry.name).update(
        superseded_on=recorded_on
    )
    for since, value in rows:
        adopt(key, from_month=since, value=value, recorded_on=recorded_on, by=by, example=True)


@transaction.atomic
def load(files: Iterable[Path], *, recorded_on: dt.date, by: Staff | None) -> int:
    """Adopt every row of these files that this installation has never held; how many it was.

    A row counts as held when the key ever had an entry from that month, so that figures the
    bureau has adopted itself are never put back.
    """
    held = {
        (f"{programme}.{name}", period.lower)
        for programme, name, period in Standard.objects.values_list("programme", "name", "period")
    }
    adopted = 0
    for entry in read(files).values():
        for row in entry.rows:
            if (entry.key, row.since) in held:
                continue
            adopt(
                entry.key,
                from_month=row.since,
                value=row.value,
                recorded_on=recorded_on,
                by=by,
                document=row.document,
                source=row.source,
                example=row.example,
            )
            adopted += 1
    return adopted
