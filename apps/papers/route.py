"""入户路线单: whom to visit on one way, village by village, with room for what was found there.

Not a paper that is kept: it says what the worklist says, and is thrown away after the round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from apps.casework.models import Arrangement
from apps.casework.programme import PROGRAMMES
from apps.casework.worklist import Asked, Task, tasks_of
from apps.households.models import Household, Member, Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Division, Staff
from apps.papers.content import day
from apps.standards.models import current_book
from apps.units.language import in_chinese

MOST = 60  # stops of one slip: more than anybody visits on a day
TOWNSHIP_LENGTH = 9


def visits(keys: Sequence[str], staff: Staff, on: dt.date) -> list[Task]:
    """Those of the tasks for which somebody has to go there, village by village."""
    asked = Asked(staff, on, current_calendar(), current_book())
    wanted = set(keys)
    found = [one.task for one in tasks_of(asked) if one.task.key in wanted and one.task.visit]
    return sorted(found, key=lambda task: (task.division, task.household_id, task.key))


@in_chinese()
def slip(tasks: Sequence[Task], staff: Staff, on: dt.date) -> dict[str, Any]:
    """The slip of these visits (six queries, however many they are)."""
    homes = Household.objects.in_bulk({task.household_id for task in tasks})
    people = Person.objects.in_bulk({task.person_id for task in tasks if task.person_id})
    heads = {
        one.household_id: one.person
        for one in Member.objects.known_now()
        .filter(household_id__in=list(homes), relationship="applicant")
        .select_related("person")
        .order_by("period")
    }
    codes = {task.division for task in tasks}
    codes |= {code[:TOWNSHIP_LENGTH] for code in codes}
    places = dict(Division.objects.filter(code__in=codes).values_list("code", "name"))
    planned = dict(
        Arrangement.objects.filter(key__in=[task.key for task in tasks]).values_list(
            "key", "planned_on"
        )
    )
    villages: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        who = people.get(task.person_id) or heads.get(task.household_id)
        stop = _stop(task, homes.get(task.household_id), who, planned.get(task.key))
        town, village = task.division[:TOWNSHIP_LENGTH], task.division
        name = f"{places.get(town, '')}{places.get(village, '') if village != town else ''}"
        villages.setdefault(name, []).append(stop)
    return {
        "who": staff.name,
        "running": f"入户路线单 {staff.name} {day(on)}",
        "count": len(tasks),
        "homes": len({task.household_id for task in tasks}),
        "villages": [{"name": name, "stops": stops} for name, stops in villages.items()],
    }


def _stop(
    task: Task, home: Household | None, who: Person | None, planned: dt.date | None
) -> dict[str, Any]:
    card = PROGRAMMES.get(task.programme)
    return {
        "name": who.name if who else "",
        "phone": who.phone if who else "",
        "number": home.number if home else "",
        "address": home.address if home else "",
        "what": str(task.what),
        "why": str(task.why),
        "programme": str(card.short) if card else "",
        "due": f"{task.due:%m-%d}" if task.due else "—",
        "planned": f"{planned:%m-%d}" if planned else "",
    }
