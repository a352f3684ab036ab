"""接口的分页: by key, never by number; nothing is counted, and nobody is skipped or shown twice.

A cursor is the key of the last row shown, signed, and bound to the address and filters it came
from: with others it would mean nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from apps.offices.api.asking import Strict, read_query

SALT = "api.cursor"
LIMIT, MOST = 50, 200


class Paged(Strict):
    """What every list takes beside its own filters."""

    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, default=LIMIT, help_text="每页条数，1至200"
    )
    cursor = serializers.CharField(
        required=False, max_length=600, default="", help_text="上一页答复中的 next 所带的游标"
    )


class Asked(NamedTuple):
    """A list as it was asked for: its filters, how many, and the key it goes on from."""

    filters: dict[str, Any]
    limit: int
    after: list[Any] | None
    bound: str
    request: Request


def page_of(kind: type[serializers.Serializer[Any]], name: str) -> Any:
    """The shape of a page of such things."""
    return inline_serializer(
        name=name,
        fields={
            "results": kind(many=True),
            "next": serializers.CharField(
                allow_null=True, help_text="下一页的地址；null 表示没有更多"
            ),
        },
    )


def asked_of(request: Request, kind: type[Paged] = Paged) -> Asked:
    """The query of a list, read; 400 naming what it does not know."""
    filters = read_query(kind, request.query_params)
    limit, cursor = filters.pop("limit"), filters.pop("cursor")
    said = json.dumps({k: str(v) for k, v in sorted(filters.items())})
    bound = hashlib.sha256(f"{request.path} {said}".encode()).hexdigest()[:12]
    return Asked(filters, limit, _read(cursor, bound) if cursor else None, bound, request)


def _read(cursor: str, bound: str) -> list[Any]:
    try:
        found = signing.loads(cursor, salt=SALT)
        if found[0] == bound:
            return list(found[1:])
    except (signing.BadSignature, ValueError):
        pass
    raise serializers.ValidationError(
        {"cursor": [gettext("游标无效，或不是这个清单、这些条件的；请从第一页重新读。")]}
    )


def link(asked: Asked, key: Sequence[Any]) -> str:
    """The address of the next page."""
    plain = [str(one) if isinstance(one, dt.date) else one for one in key]
    query = asked.request.query_params.copy()
    query["cursor"] = signing.dumps([asked.bound, *plain], salt=SALT)
    return f"{asked.request.path}?{query.urlencode()}"


def paged(
    asked: Asked,
    rows: QuerySet[Any, Any],
    order: Sequence[str],
    told: Callable[[list[Any]], Any],
) -> dict[str, Any]:
    """A page of a query set in one fixed order; ``order`` as for order_by, all one way, unique.

    ``told`` says all its rows at once, so that how many queries it takes does not grow with them.
    """
    if asked.after is not None:
        rows = rows.filter(_beyond(order, asked.after))
    found = list(rows.order_by(*order)[: asked.limit + 1])
    shown = found[: asked.limit]
    more = None
    if len(found) > asked.limit:
        more = link(asked, [getattr(shown[-1], name.lstrip("-")) for name in order])
    return {"results": told(shown), "next": more}


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """Rows that stand after the key: (a, b) > (x, y), spelt out so that indexes are used."""
    found, same = Q(), Q()
    for name, value in zip(order, key, strict=True):
        plain = name.lstrip("-")
        step = "lt" if name.startswith("-") else "gt"
        found |= same & Q(**{f"{plain}__{step}": value})
        same &= Q(**{plain: value})
    return found
