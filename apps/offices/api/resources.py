"""本机构的接口: who is asking, the divisions of the territory, and what happens in it."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import Strict, read_query
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.feed import Place, cluster, events
from apps.offices.models import Division, divisions_visible_to
from apps.offices.moves import NotFound
from apps.offices.perms import refuse_keepers
from apps.offices.tokens import ApiToken, Scope

TAG, FEED = "机构", "变更动态"
SALT = "api.feed"


class ForAll(Door):
    """What every post may ask."""

    def gate(self) -> None:
        """Nobody is refused."""


class ForOffices(Door):
    """What every post may ask that does not keep the system."""

    def gate(self) -> None:
        """残联 comes in as well."""
        refuse_keepers(self.staff)


# ---- me ----------------------------------------------------------------------------------------
class TokenOut(serializers.Serializer[Any]):
    """The token of this call."""

    name = serializers.CharField(help_text="用途")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="权限范围")
    expires_at = serializers.DateTimeField(help_text="失效时间")


class MeOut(serializers.Serializer[Any]):
    """Who asks."""

    id = serializers.IntegerField()
    name = serializers.CharField(help_text="姓名")
    role = serializers.CharField(help_text="岗位代码")
    role_words = serializers.CharField(source="get_role_display", help_text="岗位")
    division = serializers.CharField(help_text="管辖区划（前缀）")
    today = serializers.DateField(help_text="系统今天的日期")
    token = TokenOut(allow_null=True)


class Me(ForAll):
    """本人."""

    @call(
        "我是谁",
        "",
        name="me",
        tag=TAG,
        answer=MeOut,
        say="岗位、管辖区划、令牌的权限和失效时间；接入时先调用它。",
        told={
            "id": 7,
            "name": "王敏",
            "role": "county_clerk",
            "role_words": "县级经办",
            "division": "430482",
            "today": "2024-07-10",
            "token": {
                "name": "民政数据交换平台",
                "scopes": ["households:read"],
                "expires_at": "2025-07-10T09:00:00+08:00",
            },
        },
    )
    def get(self, request: Request) -> Response:
        """The post and the token."""
        token = request.auth if isinstance(request.auth, ApiToken) else None
        found = {name: getattr(self.staff, name) for name in ("id", "name", "role", "division")}
        found |= {
            "get_role_display": self.staff.get_role_display(),
            "today": timezone.localdate(),
            "token": token,
        }
        return Response(MeOut(found).data)


# ---- divisions ---------------------------------------------------------------------------------
class DivisionOut(serializers.ModelSerializer[Division]):
    """A division."""

    class Meta:
        model = Division
        fields = ("code", "name", "kind", "parent", "zone")


class DivisionsAsked(Paged):
    """Filters of the divisions."""

    kind = serializers.RegexField(
        r"^[a-z_]{1,12}$", required=False, help_text="级别，如 village（村、社区）"
    )
    parent: Any = serializers.RegexField(r"^\d{1,12}$", required=False, help_text="上级代码")


class Divisions(ForOffices):
    """行政区划."""

    @call(
        "行政区划",
        Scope.HOUSEHOLDS_READ,
        name="divisions_list",
        tag=TAG,
        answer=page_of(DivisionOut, "DivisionPage"),
        asks=[DivisionsAsked],
        told={
            "results": [
                {
                    "code": "430482001200",
                    "name": "禄福村",
                    "kind": "village",
                    "parent": "430482001",
                    "zone": "rural",
                }
            ],
            "next": None,
        },
    )
    def get(self, request: Request) -> Response:
        """Of the territory, in the order of their codes."""
        asked = asked_of(request, DivisionsAsked)
        rows = divisions_visible_to(self.staff).filter(**asked.filters)
        return Response(
            paged(asked, rows, ("code",), lambda found: DivisionOut(found, many=True).data)
        )


class OneDivision(ForOffices):
    """一个行政区划."""

    @call(
        "一个行政区划",
        Scope.HOUSEHOLDS_READ,
        name="divisions_retrieve",
        tag=TAG,
        answer=DivisionOut,
    )
    def get(self, request: Request, code: str) -> Response:
        """By its code."""
        found = divisions_visible_to(self.staff).filter(code=code[:12]).first()
        if found is None or found.code != code:
            raise NotFound(gettext("没有这个行政区划，或不在您的管辖范围内。"))
        return Response(DivisionOut(found).data)


# ---- events ------------------------------------------------------------------------------------
class EventOut(serializers.Serializer[Any]):
    """One line of the feed: numbers and verbs."""

    id = serializers.IntegerField(help_text="记录号，不重复；但不是先后次序")
    at = serializers.DateTimeField(help_text="时间")
    kind = serializers.CharField(help_text="对象的种类，如 casework.application")
    object_id = serializers.IntegerField(help_text="对象号")
    household = serializers.CharField(allow_null=True, help_text="户编号")
    verb = serializers.CharField(help_text="事项")
    source: Any = serializers.CharField(allow_blank=True, help_text="原状态")
    target = serializers.CharField(allow_blank=True, help_text="新状态")


class FeedOut(serializers.Serializer[Any]):
    """A part of the feed."""

    results = EventOut(many=True)
    cursor = serializers.CharField(help_text="读到哪里；存下来，下次从它接着读")
    more = serializers.BooleanField(help_text="还有，可以马上接着读；否则过一会儿再来")


class FeedAsked(Strict):
    """Where to go on."""

    cursor = serializers.CharField(
        required=False, max_length=300, default="", help_text="上次答复的 cursor；不写从头读"
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=500, default=100, help_text="每次条数，1至500"
    )


class FeedRestarted(exceptions.APIException):
    """410: the data was restored elsewhere; the place means nothing any more."""

    status_code = status.HTTP_410_GONE
    default_code = "feed_restarted"


class Feed(Door):
    """变更动态."""

    @call(
        "变更动态",
        Scope.EVENTS_READ,
        name="events_feed",
        tag=FEED,
        answer=FeedOut,
        asks=[FeedAsked],
        say=(
            "辖区内发生的事，只有编号和事项，没有姓名、理由和金额；需要内容的再按编号取。"
            "按提交次序排列：读过的位置之前不会再插入新记录，所以存下 cursor 轮询即可，一条不漏。"
            "记录号 id 可用来去重。系统从备份恢复到另一台数据库后，旧 cursor 答复 410，请从头读。"
        ),
        told={
            "results": [
                {
                    "id": 10231,
                    "at": "2024-07-10T09:12:00+08:00",
                    "kind": "casework.application",
                    "object_id": 88,
                    "household": "4304820000000012",
                    "verb": "受理",
                    "source": "submitted",
                    "target": "accepted",
                }
            ],
            "cursor": "WyI3MyIsMTAyMzFd",
            "more": False,
        },
    )
    def get(self, request: Request) -> Response:
        """What has happened after the cursor."""
        asked = read_query(FeedAsked, request.query_params)
        here = cluster()
        part = events(self.staff, _place(asked["cursor"], here), asked["limit"])
        cursor = signing.dumps([here, *part.place], salt=SALT)
        found = {"results": part.events, "cursor": cursor, "more": part.more}
        return Response(FeedOut(found).data)


def _place(cursor: str, here: str) -> Place:
    if not cursor:
        return Place()
    try:
        where, xact, number = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        words = [gettext("游标无效，请用上次答复的 cursor，或从头读。")]
        raise serializers.ValidationError({"cursor": words}) from None
    if where != here:
        raise FeedRestarted(gettext("数据已恢复到另一台数据库，请不带 cursor 从头读。"))
    return Place(xact, number)


class Nowhere(ForAll):
    """任何别的地址: 404 in the shape of the API, whoever asks by whatever method."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options", "trace"]
    schema = None

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """There is no such address."""
        raise NotFound(gettext("没有这个接口地址，请看 /api/docs/。"))
