"""变更的材料: what proves a change, and what of it is already on file. Only reads."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Q

from apps.changes.kinds import ChangeKind
from apps.evidence.catalogue import TYPES
from apps.evidence.models import Document
from apps.households.models import Household


class Paper(NamedTuple):
    """One document a change is proved by; ``on_file``: how many valid ones there are."""

    label: str
    on_file: int


def wanted(kind: ChangeKind, home: Household, on: dt.date) -> list[Paper]:
    """The documents of a kind, with what the household has of them (1 query)."""
    rows = Document.objects.filter(household=home, type__in=kind.documents, replaced_by=None)
    valid = rows.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=on))
    have = list(valid.values_list("type", flat=True))
    return [Paper(TYPES[code].label, have.count(code)) for code in kind.documents]
