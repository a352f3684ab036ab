"""接口的说明书: what OpenAPI says of every call beside its own fields."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema

from apps.offices.api.paths import V1
from apps.offices.api.versions import HEADER
from apps.offices.once import UNSAFE
from apps.offices.tokens import Scope

Schema = dict[str, Any]
# Status → (component, what it means).
REFUSALS = {
    "400": ("BadRequest", "内容、筛选条件或请求头不合要求；attr 指出是哪一项"),
    "401": ("Unauthenticated", "没有登录，或令牌无效、已过期、已撤销"),
    "403": ("Forbidden", "岗位、令牌权限或经办审批分离不允许；说明由谁办理"),
    "404": ("NotFound", "没有这条记录，或不在管辖范围内（两者不加区分）"),
    "405": ("MethodNotAllowed", "此地址不接受这种方法"),
    "406": ("NotAcceptable", "只提供 application/json"),
    "409": ("Conflict", "记录的状态已变，或与已登记的冲突；请重新取得后再办"),
    "410": ("FeedRestarted", "数据已恢复到另一台数据库，旧游标作废，请从头读"),
    "412": ("Stale", "If-Match 所写的版本已被他人改动；逐项说明谁改了什么，答复头带现在的 ETag"),
    "413": ("TooLarge", "请求内容过大"),
    "415": ("UnsupportedMediaType", "请求内容须为 application/json"),
    "422": ("KeyReused", "Idempotency-Key 已用于另一个请求"),
    "428": ("VersionMissing", "修改须在 If-Match 中写明所见的版本"),
    "429": ("TooMany", "超过每分钟次数；请在 Retry-After 所说的秒数之后再试"),
}
# What the server in front says of an address longer than it takes; not JSON.
TOO_LONG: Schema = {
    "description": "地址过长（约4000字节），由服务器直接答复，不是 JSON",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
ALWAYS = ("400", "401", "403", "404", "405", "406", "429")
SENDING = ("409", "413", "415", "422")
EDITING = ("412", "428")
EXAMPLES = {
    "400": ("validation_error", "invalid", "请填写有效的日期。", "on"),
    "401": ("client_error", "token_invalid", "令牌无效、已过期或已撤销。", None),
    "403": ("client_error", "permission_denied", "“审批”须由审批办理，您的岗位是财务。", None),
    "404": ("client_error", "not_found", "没有找到这一户，或不在您的管辖范围内。", None),
    "405": ("client_error", "method_not_allowed", "方法 “PUT” 不被允许。", None),
    "406": ("client_error", "not_acceptable", "无法满足Accept HTTP头的请求。", None),
    "409": ("client_error", "stale_state", "当前状态是“已申请”，不能“确认”。", None),
    "410": ("client_error", "feed_restarted", "数据已恢复到另一台数据库，请从头读。", None),
    "412": ("client_error", "stale", "这条记录 09:12 被王敏修改。", "If-Match"),
    "413": ("client_error", "too_large", "请求内容不能超过1048576字节。", None),
    "415": ("client_error", "unsupported_media_type", "不支持请求中的媒体类型。", None),
    "422": (
        "client_error",
        "idempotency_key_reused",
        "这个 Idempotency-Key 已用于另一个请求。",
        None,
    ),
    "428": ("client_error", "if_match_missing", "请在请求头 If-Match 中写明所见的版本。", None),
    "429": ("client_error", "throttled", "请求已被限流。", None),
}
ERROR: Schema = {
    "type": "object",
    "description": "所有拒绝都是这个形状",
    "required": ["type", "errors"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "properties": {
                    "code": {"type": "string", "description": "给程序看的代码"},
                    "detail": {"type": "string", "description": "给人看的中文"},
                    "attr": {
                        "type": "string",
                        "nullable": True,
                        "description": "哪一项：字段名（嵌套用点号）、筛选条件名或请求头名",
                    },
                },
            },
        },
    },
}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
CODE: Schema = {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z._-]{0,79}$"}


class Described(AutoSchema):
    """The schema of one call; its own answers only, refusals are added for all alike."""

    def get_auth(self) -> list[Schema]:
        """A token, or the log-in of a page."""
        return [{"token": []}, {"session": []}]


def complete(result: Schema, **_: Any) -> Schema:
    """Refusals, rights and headers of every call; the whole of what may be answered is written."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    components["responses"] = {name: _refusal(code) for code, (name, _) in REFUSALS.items()}
    components["responses"]["TooLong"] = TOO_LONG
    components["securitySchemes"] = _security()
    for name, schema in components["schemas"].items():
        if name.endswith("In"):
            schema["additionalProperties"] = False
    for path, calls in result["paths"].items():
        if path.startswith(f"/{V1}"):
            for method, call in calls.items():
                _complete(method, call)
    return result


def _refusal(code: str) -> Schema:
    kind, name, words, attr = EXAMPLES[code]
    error = {"code": name, "detail": words, "attr": attr}
    found: Schema = {
        "description": REFUSALS[code][1],
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Error"},
                "example": {"type": kind, "errors": [error]},
            }
        },
    }
    if code == "429":
        found["headers"] = {
            "Retry-After": {"description": "秒", "schema": {"type": "integer"}},
        }
    return found


def _security() -> Schema:
    scopes = "；".join(f"`{code}` {label}" for code, label in Scope.choices)
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "接口令牌，在“个人设置”中签发，只显示一次；权限不超过签发人的岗位。"
                f"权限范围：{scopes}"
            ),
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "网页登录；写操作还须带 X-CSRFToken 请求头",
        },
    }


def _complete(method: str, call: Schema) -> None:
    answers = call["responses"]
    names = {one["name"] for one in call.get("parameters", ()) if one["in"] == "header"}
    edits = HEADER in names
    wanted = (*ALWAYS, *(SENDING if method in UNSAFE else ()), *(EDITING if edits else ()))
    wanted += ("410",) if call["operationId"] == "events_feed" else ()
    for code in wanted:
        answers.setdefault(code, {"$ref": f"#/components/responses/{REFUSALS[code][0]}"})
    answers["414"] = {"$ref": "#/components/responses/TooLong"}
    scope = re.search(r"所需权限：`([a-z:]+)`", call.get("description", ""))
    if scope:
        call["x-required-scope"] = scope[1]
    for one in call.get("parameters", ()):
        if one["in"] == "path":
            number = one["name"] == "id" or one["name"].endswith("_id")
            if "enum" not in one["schema"]:
                one["schema"] = NUMBER if number else CODE
            one.setdefault("description", "编号" if number else "代码")
