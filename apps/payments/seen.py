"""变动截止: which changes a calculation took into account, by what was committed when it began.

Not by the largest number alone: a change gets its number when it is written, and is seen only once
its transaction commits. One that was under way has a smaller number than some that were seen; by
number it would count as seen, be settled with the run, and be lost for ever.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from apps.offices.models import Change, ChangeQuerySet
from apps.payments.models import Calculation

# Numbers that follow each other are one range, so there are few.
NOW = """
SELECT coalesce((SELECT max(id) FROM offices_change), 0),
       coalesce(range_agg(int8range(id, id, '[]')), '{}')::text
FROM offices_change WHERE settled_by IS NULL
"""


def now() -> tuple[int, str]:
    """The newest change, and all open ones as ranges; what is read later knows all of these."""
    with connection.cursor() as cursor:
        cursor.execute(NOW)
        horizon, changes = cursor.fetchone()
    return int(horizon), str(changes)


def seen_by(calculation: Calculation) -> ChangeQuerySet:
    """The open changes a calculation took into account."""
    return Change.objects.open().filter(_is_seen(calculation))


def unseen_by(calculation: Calculation) -> ChangeQuerySet:
    """The open changes it knows nothing of, whatever their number."""
    return Change.objects.open().exclude(_is_seen(calculation))


def _is_seen(calculation: Calculation) -> RawSQL:
    # A calculation of before the ranges were kept goes by number.
    ranges = calculation.scope.get("seen") or f"{{(,{calculation.horizon}]}}"
    return RawSQL("offices_change.id <@ %s::int8multirange", [ranges], BooleanField())
