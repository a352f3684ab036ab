"""接口的门: every call of /api/v1/ comes in here: who, how often, with which right."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from secrets import compare_digest
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from redis.exceptions import RedisError
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.offices.access import staff_of
from apps.offices.actions import TOKEN_MARK, note_token_use, token_digest
from apps.offices.api.asking import BoundedJson
from apps.offices.api.versions import HEADER
from apps.offices.doors.gate import need_fresh
from apps.offices.models import Staff
from apps.offices.perms import refuse_outsiders
from apps.offices.tokens import ApiToken, Scope
from apps.offices.trail.acting import become, of_request

H = TypeVar("H", bound=Callable[..., Any])
REALM = 'Bearer realm="api"'
MINUTE = 60
PREFIX_LENGTH = len(TOKEN_MARK) + 10


class BadToken(exceptions.AuthenticationFailed):
    """401: no such token, or not any more; which of both is not said."""

    default_code = "token_invalid"


class Tokens(BaseAuthentication):
    """``Authorization: Bearer ca_…``: the post of the token's owner, within its scopes."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        """The owner and the token; None when the call carries none."""
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        found, at = _token(text.strip()), timezone.now()
        if found is None or not _good(found, text.strip(), at):
            raise BadToken(gettext("令牌无效、已过期或已撤销，请在“个人设置”中重新签发。"))
        user: Any = found.staff.user
        user.staff = found.staff
        # Whatever is written from here on is written by the owner.
        plain: HttpRequest = request._request  # noqa: SLF001 - DRF has no other name for it
        plain.user = user
        if plain.method not in SAFE_METHODS:
            become(of_request(plain))
        note_token_use(found, at=at)
        return user, found

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says is asked for."""
        return REALM


def _token(text: str) -> ApiToken | None:
    """The row that a text begins like; what follows the beginning is compared by its digest."""
    start = text[:PREFIX_LENGTH]
    if not start.startswith(TOKEN_MARK) or not text.isascii() or not text.isprintable():
        return None
    return ApiToken.objects.select_related("staff__user").filter(prefix=start).first()


def _good(found: ApiToken, text: str, at: datetime) -> bool:
    user = found.staff.user
    return (
        compare_digest(found.digest, token_digest(text))
        and found.revoked_at is None
        and found.expires_at > at
        and found.staff.active
        and user is not None
        and user.is_active
    )


class Sessions(SessionAuthentication):
    """The log-in of a page, with its CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """403 in the words of the API."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise exceptions.PermissionDenied(
                gettext("缺少或不符的 CSRF 令牌，请刷新页面；程序调用请用接口令牌。"), "csrf"
            ) from None


class Rates(BaseThrottle):
    """限速: so many calls a minute of each token (else each post), by what the call needs.

    Counted in Redis. Is Redis away, each process counts for itself: the limit is then that much
    looser, but neither is the API open without end nor closed to everybody.
    """

    window: int = MINUTE

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the call is within its rate."""
        kind = kind_of(scope_of(view, request.method or "GET"))
        limit: int = settings.API_RATES[kind]
        token = request.auth
        who = f"t{token.pk}" if isinstance(token, ApiToken) else f"u{request.user.pk}"
        now = int(time.time())
        self.left = MINUTE - now % MINUTE
        return _count(f"rate:{kind}:{who}:{now // MINUTE}") <= limit

    def wait(self) -> float:
        """Seconds until the next minute."""
        return float(self.left)


def _count(key: str) -> int:
    try:
        return _counted(caches["default"], key)
    except (RedisError, OSError):
        return _counted(caches["here"], key)


def _counted(cache: BaseCache, key: str) -> int:
    cache.add(key, 0, 2 * MINUTE)
    return int(cache.incr(key))


def kind_of(scope: str) -> str:
    """Which rate a scope goes by."""
    if scope == Scope.IDS_REVEAL:
        return "reveal"
    return "write" if scope.endswith(":write") else "read"


def scope_of(view: APIView, method: str) -> str:
    """The scope that a method of a view needs; empty: being logged in is enough."""
    name = "get" if method == "HEAD" else method.lower()
    return getattr(getattr(view, name, None), "scope", "")


class Door(APIView):
    """One address of the API; ``staff`` is who asks."""

    authentication_classes = (Tokens, Sessions)
    throttle_classes = (Rates,)
    parser_classes: Sequence[type[BaseParser]] = (BoundedJson,)
    metadata_class = None
    staff: Staff

    def gate(self) -> None:
        """NotAllowed for posts that have no business here; a post without families has none."""
        refuse_outsiders(self.staff)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """401, 406, 429, 403 in this order, before anything is looked for."""
        super().initial(request, *args, **kwargs)
        self.staff = staff_of(request)
        needed = scope_of(self, request.method or "GET")
        token = request.auth
        if isinstance(token, ApiToken) and needed and needed not in token.scopes:
            words = gettext("令牌没有“{scope}”权限（{label}），请另签发一个。")
            raise exceptions.PermissionDenied(
                words.format(scope=needed, label=Scope(needed).label), "scope_missing"
            )
        self.gate()
        # A token was made by somebody who had just proved who they are.
        if self.binds(request.method or "GET") and not isinstance(token, ApiToken):
            need_fresh(request)

    def binds(self, method: str) -> bool:
        """Whether the call is an approval or a sending, which needs a fresh proof of who asks."""
        binding = getattr(getattr(self, method.lower(), None), "binding", ())
        return binding is True or self.kwargs.get("code") in (binding or ())


SEEN = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description=(
        "所见的版本：取得这条记录时答复头 ETag 的原值。没有写的答复 428；"
        "已被他人改动的答复 412，逐项说明谁改了什么，答复头带现在的 ETag。"
    ),
)


def call(
    summary: str,
    scope: str,
    *,
    name: str,
    answer: Any,
    tag: str,
    status: int = 200,
    takes: Any = None,
    asks: Sequence[Any] = (),
    say: str = "",
    example: Any = None,
    told: Any = None,
    seen: bool = False,
    binding: bool | Sequence[str] = False,
) -> Callable[[H], H]:
    """One call of the API: the scope it needs, and how the schema describes it.

    ``takes`` is the serializer of the body, ``asks`` those of the query; ``example`` a body and
    ``told`` an answer as they may look; ``seen``: it edits, and says which version it has seen.
    ``binding``: whether it needs a fresh proof of who asks, or which codes of the address do.
    """
    examples = _examples(example, told, status)

    def mark(handler: H) -> H:
        vars(handler)["scope"] = str(scope)
        vars(handler)["binding"] = binding
        words = f"{say}\n\n" if say else ""
        described: H = extend_schema(
            operation_id=name,
            summary=summary,
            description=f"{words}所需权限：`{scope}`" if scope else say or summary,
            tags=[tag],
            request=takes,
            responses=answer if isinstance(answer, dict) else {status: answer},
            parameters=[*asks, *([SEEN] if seen else [])],
            examples=examples,
        )(handler)
        return described

    return mark


def _examples(asked: Any, told: Any, status: int) -> list[OpenApiExample]:
    found = []
    if asked is not None:
        found.append(OpenApiExample("请求示例", value=asked, request_only=True))
    if told is not None:
        found.append(
            OpenApiExample("答复示例", value=told, response_only=True, status_codes=[str(status)])
        )
    return found
