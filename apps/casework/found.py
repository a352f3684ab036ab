"""查到的人享受什么: programmes beside search hits and lists, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES
from apps.units.months import Month


def programmes_held(
    persons: Iterable[int], households: Iterable[int], month: Month
) -> dict[int, list[str]]:
    """Short names of the programmes awarded in a month, by subject (minus a household's id)."""
    mine = Entitlement.objects.payable_in(month).filter(
        Q(person_id__in=list(persons)) | Q(household_id__in=list(households), person__isnull=True)
    )
    found: dict[int, list[str]] = defaultdict(list)
    rows = mine.order_by("pk").values_list("subject", "programme")
    for subject, programme in rows:
        card = PROGRAMMES.get(programme)
        if card is not None and card.short not in found[subject]:
            found[subject].append(card.short)
    return dict(found)
