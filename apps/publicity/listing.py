"""公示的清单: what is up, what waits to be posted, what a village has. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext

from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES
from apps.casework.steps import steps_of
from apps.households.models import Member
from apps.offices.models import Division, Staff
from apps.publicity.models import PublicNotice
from apps.publicity.shown import COLUMNS, NAMES, PROGRAMMES_SHOWN, family_of

SHOWN = 50
WAITING = 500


class Listed(NamedTuple):
    """One notice of the list."""

    notice: PublicNotice
    village: str
    family: str
    rows: int
    open_objections: int
    state: tuple[str, str, str]  # colour, icon, words


class Batch(NamedTuple):
    """What one poster would hold: applications (or awards) of one village and family."""

    village: str
    division: str
    family: str
    name: str
    what: list[tuple[int, str, str]]  # id, name, programme


def found(
    staff: Staff, *, state: str = "", division: str = "", before: int = 0, today: dt.date
) -> tuple[list[Listed], int]:
    """The newest notices, a page by key; the key of the next page (0: none)."""
    rows = PublicNotice.objects.visible_to(staff).filter(division__startswith=division)
    if state in PublicNotice.State.values:
        rows = rows.filter(state=state)
    if before:
        rows = rows.filter(pk__lt=before)
    rows = rows.annotate(
        row_count=Count("rows", distinct=True),
        waiting=Count("objections", filter=Q(objections__answer__isnull=True), distinct=True),
    ).order_by("-pk")
    page: list[Any] = list(rows[: SHOWN + 1])
    names = villages({one.division for one in page})
    listed = [
        Listed(
            one,
            names.get(one.division, one.division),
            NAMES[one.family],
            one.row_count,
            one.waiting,
            chip(one, today),
        )
        for one in page[:SHOWN]
    ]
    return listed, page[SHOWN - 1].pk if len(page) > SHOWN else 0


def chip(notice: PublicNotice, today: dt.date) -> tuple[str, str, str]:
    """The state of a notice as colour, icon and words."""
    if notice.state == "ended":
        return "end", "x", gettext("已结束")
    if notice.state == "withdrawn":
        return "end", "x", gettext("已撤下")
    if notice.last_day is None:
        return "ok", "ok", gettext("长期公布")
    if today > notice.last_day:
        return "warn", "warn", gettext("期满待结束")
    return "doing", "circle", gettext("公示中")


def villages(codes: Iterable[str]) -> dict[str, str]:
    """The names of villages by code."""
    rows = Division.objects.filter(code__in=set(codes)).values_list("code", "name")
    return {str(code): str(name) for code, name in rows}


def waiting(staff: Staff, division: str = "") -> list[Batch]:
    """What may be posted now, by village and family: applications after 初审."""
    rows = (
        Application.objects.visible_to(staff)
        .filter(programme__in=PROGRAMMES_SHOWN, household__division__startswith=division)
        .filter(state__in=_sources())
        .select_related("household", "person")
        .order_by("household__division", "pk")[:WAITING]
    )
    ready = [one for one in rows if _may_post(one)]
    return _batched(ready, _heads({one.household_id for one in ready}))


def _sources() -> set[str]:
    """Every state from which some procedure posts a notice."""
    return {
        source
        for card in PROGRAMMES.values()
        for step in card.procedure
        if step.code == "post_notice"
        for source in step.sources
    }


def _may_post(one: Application) -> bool:
    return any(step.code == "post_notice" and one.state in step.sources for step in steps_of(one))


def _heads(homes: set[int]) -> dict[int, str]:
    """The applicant's name of each household."""
    stays = Member.objects.known_now().filter(household__in=homes, relationship="applicant")
    rows = stays.order_by("pk").values_list("household_id", "person__name")
    return {int(home): str(name) for home, name in rows}


def _batched(found: Iterable[Any], heads: dict[int, str]) -> list[Batch]:
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for one in found:
        key = (one.household.division, family_of(one.programme))
        name = one.person.name if one.person else heads.get(one.household_id, "—")
        groups.setdefault(key, []).append((one.pk, name, PROGRAMMES[one.programme].name))
    names = villages(division for division, _ in groups)
    return [
        Batch(names.get(division, division), division, family, NAMES[family], what)
        for (division, family), what in groups.items()
    ]


def table(notice: PublicNotice) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The list as the village sees it: heads, and the cells of each row."""
    heads = [COLUMNS[column] for column in notice.columns]
    rows = [
        (row.place, [str(row.shown.get(column, "")) for column in notice.columns])
        for row in notice.rows.order_by("place")
    ]
    return heads, rows
