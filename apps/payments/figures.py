"""批次的汇总数: a calculation never changes, so its sums are added up once and kept for a day.

Nothing depends on what is kept: where it is lost, it is added up again. It holds sums and the
numbers of awards, no name and no number of a person.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import NamedTuple, cast

from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language
from redis import RedisError

from apps.payments import summary
from apps.payments.changes import Changes, Row, changes
from apps.payments.models import Calculation, PaymentRun

KEPT_SECONDS = 24 * 3600


class Figures(NamedTuple):
    """What a calculation came to beside the month before it; amounts in fen."""

    totals: summary.Totals
    changes: Changes | None


# Figures kept by another version of the program are not taken for these.
SHAPE = zlib.crc32(
    repr(
        [
            kind._fields
            for kind in (
                Figures,
                summary.Totals,
                summary.ProgrammeTotal,
                summary.Township,
                Changes,
                Row,
            )
        ]
    ).encode()
)
# The row itself, in whichever database it lies: numbers alone come again in another.
ROW = """
SELECT d.oid, c.xmin::text FROM payments_calculation c, pg_database d
WHERE c.id = %s AND d.datname = current_database()
"""


def figures(calculation: Calculation, run: PaymentRun, before: summary.Baseline) -> Figures:
    """The figures of a calculation: kept ones, or added up now (7 queries) and kept."""
    name, found = _name(calculation, before), None
    with suppress(RedisError):  # nothing is kept just now
        found = cast("Figures | None", cache.get(name))
    if found is None:
        found = added_up(calculation, run, before)
        with suppress(RedisError):
            cache.set(name, found, KEPT_SECONDS)
    return found


def keep(run_id: int) -> None:
    """Added up by whoever computed the run, so that the first to open its page need not wait."""
    run = PaymentRun.objects.select_related("calculation").get(pk=run_id)
    if run.calculation is not None:
        figures(run.calculation, run, summary.baseline(run))


def added_up(calculation: Calculation, run: PaymentRun, before: summary.Baseline) -> Figures:
    """The figures from the lines themselves."""
    return Figures(
        totals=summary.totals(calculation, before, run.division),
        changes=changes(calculation, run, before) if before.calculations else None,
    )


def _name(calculation: Calculation, before: summary.Baseline) -> str:
    with connection.cursor() as cursor:
        cursor.execute(ROW, [calculation.pk])
        database, row = cursor.fetchone()
    compared = "-".join(str(pk) for pk in before.calculations)
    return f"figures:{SHAPE}:{database}:{row}:{calculation.pk}:{compared}:{get_language()}"
