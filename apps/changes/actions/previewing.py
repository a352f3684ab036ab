"""预览: what a change would do to every amount, before it is submitted; nothing stays written.

The change is carried out by the real actions and the next run worked out by the real calculation,
inside a transaction that is always rolled back. So what is promised is what the run will issue.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext

from apps.casework.assess import scope_of
from apps.changes.about import About, standing
from apps.changes.actions.carrying import Acting, carry_out
from apps.changes.kinds import ChangeKind
from apps.changes.promise import Promise, paid_twice, promise
from apps.changes.splitting import foretold
from apps.households.models import Household
from apps.households.shapes import BadFact
from apps.offices.actions import appoint
from apps.offices.models import Change, Role, Staff
from apps.payments.whatif import look_again, look_ahead, next_run_month
from apps.units.months import Month, month_of, next_month


class Concerned(NamedTuple):
    """Whose amounts a change can touch."""

    homes: tuple[int, ...]
    persons: tuple[int, ...]


def concerned(about: About, data: dict[str, Any]) -> Concerned:
    """The household, the one that comes, and their people."""
    homes, persons = [about.home.pk], [one.person_id for one in about.residents]
    other = data.get("other")
    if isinstance(other, Household):
        homes.append(other.pk)
        persons += other.members.known_now().values_list("person_id", flat=True)
    if data.get("person_id"):
        persons.append(data["person_id"])
    homes += data.get("homes", ())
    persons += data.get("persons", ())
    return Concerned(tuple(homes), tuple(persons))


def is_decided(kind: ChangeKind, about: About, data: dict[str, Any]) -> bool:
    """Whether a second person decides: an award stands that the kind is decided for."""
    if not kind.decided_for:
        return False
    homes, persons = concerned(about, data)
    named = data.get("person") or "0"
    if named != "0" and kind.code != "leave":
        persons = (int(named),)
        homes = homes if kind.settles else ()
    return bool(standing(kind.decided_for, homes, persons, about.today))


def preview(kind: ChangeKind, about: About, data: dict[str, Any]) -> Promise:
    """What the change would mean if it took effect today; refused as the change itself would be."""
    if about.home.closed_on is not None and kind.code != "part":
        raise BadFact(
            gettext("该户已于{closed_on}销户，不能再办理变更。").format(
                closed_on=about.home.closed_on
            )
        )
    on, decided = about.today, is_decided(kind, about, data)
    homes, persons = concerned(about, data)
    month = next_run_month(on)
    through = max(month, next_month(month_of(on)))
    notes = foretold(about.home, data["asks"], on) if kind.code == "split" else []
    with transaction.atomic():
        clerk = _post(Role.COUNTY_CLERK)
        decider = _post(Role.COUNTY_SUPERVISOR) if decided else None
        acting = Acting(about.home, on, about.staff, decider, data.get("proof", ""))
        since = _touched(kind, data, acting) or month
        scope = scope_of(homes, persons)
        before = look_ahead(scope, month=month, through=through, since=since, on=on, by=clerk)
        carry_out(kind, data, acting)
        scope = scope_of((*homes, *(scope.households or ())), (*persons, *scope.persons))
        after = look_again(before, scope, since=since, on=on, by=clerk)
        notes += paid_twice(data["persons"]) if kind.code == "unite" else []
        found = promise(about.home, before, after, decided=decided, notes=notes)
        transaction.set_rollback(True)
    return found


def _touched(kind: ChangeKind, data: dict[str, Any], acting: Acting) -> Month | None:
    """The first month whose amounts the change may alter, as a run would find it (变动).

    The change is carried out for it and undone. None: it notes none.
    """
    with transaction.atomic():
        newest = Change.objects.aggregate(pk=Max("pk"))["pk"] or 0
        carry_out(kind, data, acting)
        noted = Change.objects.filter(pk__gt=newest)
        found: Month | None = noted.aggregate(first=Min("from_month"))["first"]
        transaction.set_rollback(True)
    return found


def _post(role: Role) -> Staff:
    """A post that exists only for the preview."""
    return appoint(name="预览", role=role, division="")
