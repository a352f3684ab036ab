"""流转图的登记: the database's table of legal moves is brought to what the cards say."""

from __future__ import annotations

from django.db import transaction

from apps.casework.graph import edges
from apps.casework.models import Transition


@transaction.atomic
def adopt_transitions() -> int:
    """Make the table hold exactly the moves of the cards; how many there are."""
    wanted = set(edges())
    names = ("programme", "track", "source", "target", "back_entry", "delegated")
    held = {row[1:]: row[0] for row in Transition.objects.values_list("pk", *names)}
    gone = [pk for edge, pk in held.items() if edge not in wanted]
    Transition.objects.filter(pk__in=gone).delete()
    Transition.objects.bulk_create(
        [Transition(**edge._asdict()) for edge in sorted(wanted) if tuple(edge) not in held],
        ignore_conflicts=True,
    )
    return len(wanted)
