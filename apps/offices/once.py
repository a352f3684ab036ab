"""一次生效: every unsafe call of the API carries an Idempotency-Key; a repeat does nothing more.

The key, the effect and the answer commit together (reliability R11). What was refused left nothing
behind, so nothing of it is kept either: the same key may be sent again once the fault is mended.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.access import staff_of
from apps.offices.delivery import IdemKey
from apps.offices.models import Staff

Handler = Callable[..., Response]

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"  # "true" on an answer that was kept
UNSAFE = ("post", "put", "patch", "delete")
KEY = re.compile(r"[!-~]{1,100}")
_FORGET = "DELETE FROM offices_idemkey WHERE created_at < now() - make_interval(days => %s)"


class NeedsKey(exceptions.APIException):
    """400: the call has no key, or one that cannot be kept."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_missing"


class KeyReused(exceptions.APIException):
    """422: the key was used for another call."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"


def once(handler: Handler) -> Handler:
    """A handler of an unsafe method of an APIView, done once a key.

    Same key, same call: the kept answer, with the header `Idempotent-Replayed: true`; a twin that
    is still under way is waited for. Same key, another call: 422. No key: 400. All of it is one
    transaction: a refusal, or a crash at any moment, leaves neither effect nor key.
    """

    @wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        by, key = staff_of(request), _key(request)
        call = f"{request.method} {request.path}"
        digest = _digest(call, request)
        with transaction.atomic():
            kept = _taken(by, key, call, digest)
            if kept.request_hash != digest:
                raise KeyReused(
                    gettext("这个 Idempotency-Key 已用于另一个请求（{call}），请换一个。").format(
                        call=kept.call
                    )
                )
            if kept.status is not None:
                body = json.loads(kept.body) if kept.body else None
                return Response(body, status=kept.status, headers={REPLAYED: "true"})
            found = handler(view, request, *args, **kwargs)
            _keep(kept, found)
        return found

    vars(answer)["once"] = True
    documented: Handler = extend_schema(
        parameters=[
            OpenApiParameter(
                HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                required=True,
                description=(
                    "本次操作的编号（1至100个可见字符，建议 UUID），由调用方在发送前生成并保存；"
                    "重发时不变。已办的原样答复（答复头 Idempotent-Replayed: true），"
                    "不会再办一次；同一编号用于另一请求的答复 422；没有的答复 400。"
                ),
                pattern=f"^{KEY.pattern}$",
            )
        ]
    )(answer)
    return documented


def forget_keys(days: int) -> None:
    """Prune keys of so many days ago; that a thing exists once is held by its own constraint."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [days])


def _key(request: Request) -> str:
    key: str = request.headers.get(HEADER, "")
    if KEY.fullmatch(key):
        return key
    raise NeedsKey(
        gettext(
            "请在请求头 Idempotency-Key 中写明本次操作的编号（1至100个可见字符，如 UUID），"
            "重发同一操作时用同一编号。"
        )
    )


def _digest(call: str, request: Request) -> str:
    """SHA-256 of the call and of what was sent, however its JSON was laid out."""
    query = request.META.get("QUERY_STRING", "")
    sent = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256("\n".join((call, query, sent)).encode()).hexdigest()


def _taken(by: Staff, key: str, call: str, digest: str) -> IdemKey:
    """The row of the key, ours until we commit; a twin under way is waited for."""
    fresh = IdemKey(actor=by, key=key, call=call[:200], request_hash=digest)
    IdemKey.objects.bulk_create([fresh], ignore_conflicts=True)
    return IdemKey.objects.select_for_update(of=("self",)).get(actor=by, key=key)


def unkept(found: Response) -> Response:
    """An answer that must not lie about: of it neither key nor content is kept.

    Sent again it is another look, and put down again.
    """
    vars(found)["unkept"] = True
    return found


def _keep(kept: IdemKey, found: Response) -> None:
    if vars(found).get("unkept"):
        kept.delete()
        return
    if found.status_code >= status.HTTP_400_BAD_REQUEST:
        transaction.set_rollback(True)
        return
    kept.status = found.status_code
    kept.body = "" if found.data is None else JSONRenderer().render(found.data).decode()
    kept.save(update_fields=["status", "body"])
