"""待遇与动态管理的一件事: what its page says and offers, and the acts of that page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import MONTH, Day, Strict, judged, many, read, typed
from apps.offices.api.boxes import BoxOut, SaidOut, boxes_told, refuse_others
from apps.offices.api.door import Door, call
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.reviews import award_page, pages
from apps.reviews.actions.naming import BINDING, act_of
from apps.reviews.on_record import recorded

READ, WRITE = Scope.CASES_READ, Scope.CASES_WRITE
AWARDS, CHECKS = "待遇", "核查与终止"
Build = Callable[[Staff, int, dt.date], pages.Page]


# ---- one thing with its acts -------------------------------------------------------------------
class ActWords(serializers.Serializer[Any]):
    """One act that is offered."""

    code = serializers.CharField(help_text="办理代码")
    verb = serializers.CharField(help_text="事项")
    why_not = serializers.CharField(allow_blank=True, help_text="现在不能办的原因；空则可办")
    hint = serializers.CharField(allow_blank=True, help_text="说明")
    asks = many(BoxOut, 40, help_text="要填的内容")


class ThingOut(serializers.Serializer[Any]):
    """One thing of a household, with what may be done about it now."""

    id = serializers.IntegerField(help_text="编号")
    title = serializers.CharField(help_text="标题")
    household = serializers.CharField(help_text="户编号")
    head = serializers.CharField(help_text="户主")
    facts = many(SaidOut, 40, help_text="情况")
    acts = many(ActWords, 40, help_text="可办的事项")


THING = {
    "id": 5,
    "title": "最低生活保障待遇",
    "household": "430482001200000012",
    "head": "张三",
    "facts": [{"label": "享受期间", "words": "2024年6月起"}],
    "acts": [
        {
            "code": "suspend",
            "verb": "提出暂停发放",
            "why_not": "",
            "hint": "只暂停发放，不终止待遇；恢复后补发。须另一人批准。",
            "asks": [
                {"name": "note", "label": "情况", "required": False, "choices": []},
            ],
        }
    ],
}


def _text(words: str, most: int = 500) -> serializers.CharField:
    return serializers.CharField(required=False, max_length=most, allow_blank=True, help_text=words)


class ActIn(Strict):
    """What an act asks: of these only the boxes that it lists (``asks``)."""

    reason = _text("理由：代码，或不批准、不再终止等的文字")
    note = _text("情况、依据或说明")
    answer = _text("异议的核实结果")
    category = _text("核查类别代码：A、B、C", 8)
    outcome = _text("核查结果代码", 20)
    result = _text("筛查结果代码", 20)
    how = _text("送达方式代码", 20)
    person = _text("人员编号", 18)
    on = Day(required=False, help_text="日期")
    day = Day(required=False, help_text="拒绝日期")
    from_month = serializers.RegexField(MONTH, required=False, help_text="起始月")
    effective = serializers.RegexField(MONTH, required=False, help_text="停发起始月")
    until = serializers.RegexField(MONTH, required=False, help_text="停发至（含）")
    months = serializers.IntegerField(
        required=False, min_value=1, max_value=60, help_text="渐退月数"
    )


def standing(page: pages.Page) -> Record:
    """What an act has to have seen: what the page says, and what each act would write over."""
    boxes: dict[str, Any] = {str(label): str(words) for label, words in page.facts}
    for offer in page.offers:
        for name, value in recorded(page, offer.code).boxes.items():
            boxes[f"{offer.code}.{name}"] = value
    return Record(boxes, "reviews.", household=page.home.pk)


def thing_told(pk: int, page: pages.Page) -> Response:
    """A thing as the API tells it, with its version."""
    said = {
        "id": pk,
        "title": page.title,
        "household": page.home.number,
        "head": page.head,
        "facts": [{"label": str(a), "words": str(b)} for a, b in page.facts],
        "acts": [_offered(one) for one in page.offers],
    }
    return told(ThingOut(said).data, standing(page))


def _offered(offer: pages.Offer) -> dict[str, Any]:
    return {
        "code": offer.code,
        "verb": str(offer.verb),
        "why_not": str(offer.why_not),
        "hint": str(offer.hint),
        "asks": boxes_told(offer.form()),
    }


class Thing(NamedTuple):
    """A page of acts: how its address is called, what it is, and which page it is."""

    path: str
    name: str
    words: str
    tag: str
    build: Build
    example: dict[str, Any]


def addresses(thing: Thing) -> tuple[type[Door], type[Door]]:
    """The address of one thing, and that of its acts."""
    return _one(thing), _act(thing)


def _one(thing: Thing) -> type[Door]:
    class One(Door):
        """One thing with its acts."""

        @call(
            thing.words,
            READ,
            name=f"{thing.name}_retrieve",
            tag=thing.tag,
            answer=ThingOut,
            say="情况和此岗位现在可办的事项；答复头 ETag 是版本，办理时写在 If-Match 中。",
            told=THING,
        )
        def get(self, request: Request, pk: int) -> Response:
            """What the page says, and what it offers."""
            return thing_told(pk, thing.build(self.staff, pk, timezone.localdate()))

    One.__name__ = One.__qualname__ = thing.name.title()
    return One


def _act(thing: Thing) -> type[Door]:
    class Act(Door):
        """One act on it."""

        @once
        @call(
            f"办理：{thing.words}",
            WRITE,
            name=f"{thing.name}_act",
            tag=thing.tag,
            takes=ActIn,
            answer=ThingOut,
            seen=True,
            binding=BINDING,
            say="地址中的 code 是 acts 所列的代码；只填该事项 asks 所列的项。",
            example=thing.example,
            told=THING,
        )
        def post(self, request: Request, pk: int, code: str) -> Response:
            """The act, and the thing as it is afterwards."""
            return _acted(self, request, thing, pk, code)

    Act.__name__ = Act.__qualname__ = f"{thing.name.title()}Act"
    return Act


def _acted(door: Door, request: Request, thing: Thing, pk: int, code: str) -> Response:
    given, today = read(ActIn, request.data), timezone.localdate()
    one_editor(thing.name, pk)
    page = thing.build(door.staff, pk, today)
    must_match(request, standing(page), by=door.staff)
    offer = next((one for one in page.offers if one.code == code), None)
    if offer is None:
        raise StaleState(gettext("这一步现在不能办理，请重新取得这条记录后再看。"))
    if offer.why_not:
        raise NotAllowed(str(offer.why_not))
    form = offer.form(typed(given))
    refuse_others(form, given, str(offer.verb))
    data = judged(form)
    do, _ = act_of(code)
    do(page.pk, door.staff, today, data)
    return thing_told(pk, thing.build(door.staff, pk, today))


WHY = {"note": "电话核实，本人已外出务工"}
THINGS = [
    Thing(*one)
    for one in (
        (
            "awards/<id:pk>/",
            "awards",
            "一项待遇",
            AWARDS,
            award_page.award,
            {"reason": "unreachable", "from_month": "2024-08", **WHY},
        ),
        ("awards/<id:pk>/screening/", "screenings", "终止后筛查", AWARDS, pages.screen, WHY),
        (
            "applications/<id:pk>/clocks/",
            "clocks",
            "申请的时限和延长",
            "申请",
            pages.application_clocks,
            WHY,
        ),
        ("reviews/<id:pk>/", "reviews", "一次定期核查", CHECKS, pages.review, WHY),
        (
            "terminations/<id:pk>/",
            "terminations",
            "一项拟终止",
            CHECKS,
            pages.termination,
            {"answer": "异议不成立"},
        ),
        ("life-certificates/<id:pk>/", "life", "生存认证", CHECKS, pages.life, {}),
        ("reminders/<id:pk>/", "reminders", "提醒换领残疾人证", CHECKS, pages.remind, WHY),
        (
            "decisions/<id:pk>/serving/",
            "servings",
            "告知书送达",
            "申请",
            pages.serve,
            {"on": "2024-07-09", "how": "direct"},
        ),
        (
            "custody/<id:pk>/",
            "custody",
            "一项存折银行卡代管",
            CHECKS,
            pages.custody,
            {"on": "2024-07-09", "reason": "本人取回"},
        ),
    )
]
