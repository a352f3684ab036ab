"""留痕的说法: a row of the trail for people: tables, columns and values by their names."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext

from apps.offices.trail.models import Trail
from apps.units.fields import FenField
from apps.units.id_number import masked
from apps.units.language import SOURCE
from apps.units.money import yuan_grouped

# Tables that say nothing about people who are helped: who keeps the system may read their values.
OURS = ("offices_", "auth_", "standards_")
# 11 digits and more are somebody's: a telephone, an account, an ID number.
PERSONAL = re.compile(r"(?<![0-9A-Za-z])\d{10,18}[\dXx](?![0-9A-Za-z])")
# Long numbers that are nobody's: divisions, and what a digest or a household is called.
PLAIN = ("division", "code", "parent_id", "number", "digest", "sha256", "until", "begins")
LONGEST = 200  # characters of a value that a page shows


Side = Mapping[str, Any]


class Value(NamedTuple):
    """One column of a row: what it is called, what it was and what it is."""

    label: str
    before: str
    after: str


def relations() -> list[tuple[str, str]]:
    """Every table that has a name for people, by app and name."""
    found = [(table, model.verbose_name) for table, model in _models().items()]
    return sorted(((table, str(name)) for table, name in found), key=lambda one: one[0])


def name_of(relation: str) -> str:
    """What a table is called: 发放批次; itself where it has no name."""
    model = _models().get(relation)
    return str(model.verbose_name) if model else relation


def values_of(row: Trail, posts: Mapping[int, str] | None) -> list[Value]:
    """The columns of a row by name, without those that are empty on both sides.

    ``posts``: names of the staff a value may point to; None where values may not be read, but
    only which columns there are.
    """
    before, after = row.before or {}, row.after or {}
    if row.rows is None:
        return list(_values(row.relation, before, after, posts))
    return list(_summed(row, before, after, posts))


def posts_in(row: Trail) -> set[int]:
    """The staff its columns point to."""
    columns = [name for name, field in _fields(row.relation).items() if _is_post(field)]
    sides = [row.before or {}, row.after or {}]
    return {int(side[name]) for side in sides for name in columns if side.get(name)}


def _is_post(field: Any) -> bool:
    return bool(field.is_relation) and field.related_model._meta.label == "offices.Staff"


def may_read(relation: str, *, keeper: bool) -> bool:
    """Whether the values of a table are shown: to who keeps the system, only those of our own."""
    return not keeper or relation.startswith(OURS)


def _summed(
    row: Trail, before: Side, after: Side, posts: Mapping[int, str] | None
) -> Iterator[Value]:
    was, becomes = before.get("first") or {}, after.get("first") or {}
    for value in _values(row.relation, was, becomes, posts):
        yield value._replace(label=gettext("首行 {label}").format(label=value.label))
    yield Value(gettext("全部行的摘要"), before.get("sha256", ""), after.get("sha256", ""))


def _values(
    relation: str, before: Side, after: Side, posts: Mapping[int, str] | None
) -> Iterator[Value]:
    fields = _fields(relation)
    for column in dict.fromkeys([*fields, *after, *before]):
        was, becomes = before.get(column), after.get(column)
        if was in (None, "") and becomes in (None, ""):
            continue
        field = fields.get(column)
        label = _label(column, field)
        if posts is None:
            hidden = gettext("（不显示）")
            yield Value(label, hidden if was is not None else "", hidden if after else "")
            continue
        yield Value(label, _said(column, field, was, posts), _said(column, field, becomes, posts))


def _label(column: str, field: Any) -> str:
    """Chinese as the model says it; English from the column's own name, which is English."""
    if field is None or get_language() != SOURCE:
        return column.removesuffix("_id").replace("_", " ")
    return str(field.verbose_name)


def _said(column: str, field: Any, value: Any, posts: Mapping[int, str]) -> str:
    """A value as people read it, long numbers starred."""
    if value is None:
        return ""
    if field is not None and _is_post(field):
        return posts.get(int(value), str(value))
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(field, FenField):
        return gettext("{yuan} 元").format(yuan=yuan_grouped(int(value)))
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        return _moment(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _starred(column, field, text)


def _moment(value: str) -> str:
    at = parse_datetime(value)
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else value


def _starred(column: str, field: Any, text: str) -> str:
    """Without the numbers that are somebody's; cut where it is very long."""
    numbered = isinstance(field, models.CharField) and field.verbose_name == "账号"
    if column in PLAIN and not numbered:
        return text[:LONGEST]
    if numbered:
        return masked(text)
    starred = PERSONAL.sub(lambda found: masked(found[0]), text)
    return starred if len(starred) <= LONGEST else f"{starred[:LONGEST]}…"


@cache
def _models() -> dict[str, Any]:
    """Every model's options by its table."""
    return {model._meta.db_table: model._meta for model in apps.get_models()}


@cache
def _fields(relation: str) -> dict[str, Any]:
    """The fields of a table by column, in the order of the model."""
    options = _models().get(relation)
    return {field.column: field for field in options.concrete_fields} if options else {}


def day_bounds(
    first: dt.date | None, last: dt.date | None
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The moments between which a range of days lies; the end is not in it."""
    zone = timezone.get_current_timezone()
    begin = dt.datetime.combine(first, dt.time(), zone) if first else None
    end = dt.datetime.combine(last + dt.timedelta(1), dt.time(), zone) if last else None
    return begin, end
