"""公示的接口: notices with their rows and objections, posting, and the acts at the board."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import Strict, WholeFile, judged, read, typed
from apps.offices.api.boxes import refuse_others
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.publicity import actions
from apps.publicity.forms import EndForm, WithdrawForm
from apps.publicity.models import NoticePhoto, Objection, PublicNotice

TAG = "公示"
READ, WRITE = Scope.CASES_READ, Scope.CASES_WRITE
KIND = "publicity.publicnotice"
Words = dict[str, Any]


class NoticeRow(serializers.ModelSerializer[PublicNotice]):
    """A notice as a list shows it."""

    state_words = serializers.CharField(source="get_state_display", help_text="状态")

    class Meta:
        model = PublicNotice
        fields = (
            "id",
            "division",
            "family",
            "stage",
            "state",
            "state_words",
            "posted_on",
            "last_day",
        )


class ObjectionOut(serializers.ModelSerializer[Objection]):
    """One objection, and what came of it."""

    class Meta:
        model = Objection
        fields = ("id", "row", "objector", "words", "on", "answer")


class NoticeOut(NoticeRow):
    """A notice with its rows, photographs and objections."""

    rows = serializers.SerializerMethodField(help_text="名单各行的编号和所公示的申请")
    photos = serializers.SerializerMethodField(help_text="照片的编号和时点")
    objections = serializers.SerializerMethodField(help_text="异议")

    class Meta(NoticeRow.Meta):
        fields = (  # type: ignore[assignment]
            *NoticeRow.Meta.fields,
            "rows",
            "photos",
            "objections",
        )

    def get_rows(self, notice: PublicNotice) -> list[dict[str, int | None]]:
        """Which applications stand in it; what is shown of them is on the poster."""
        rows = notice.rows.order_by("pk").values("pk", "application_id")
        return [{"id": row["pk"], "application": row["application_id"]} for row in rows]

    @extend_schema_field(ObjectionOut(many=True))
    def get_objections(self, notice: PublicNotice) -> Any:
        """In the order in which they came."""
        return ObjectionOut(_objections(notice), many=True).data

    def get_photos(self, notice: PublicNotice) -> list[dict[str, Any]]:
        """Which have been taken."""
        rows = NoticePhoto.objects.filter(notice=notice).order_by("pk").values("pk", "moment")
        return [{"id": row["pk"], "moment": row["moment"]} for row in rows]


def find(staff: Staff, pk: int) -> PublicNotice:
    """A notice inside the territory; NotFound otherwise."""
    found: PublicNotice | None = PublicNotice.objects.visible_to(staff).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份公示，或不在您的管辖范围内。"))
    return found


def standing(found: PublicNotice) -> Record:
    """Where a notice stands: its objections, photographs and end."""
    said = [f"{one.on} {one.objector} {one.words} {one.answer or ''}" for one in _objections(found)]
    boxes = {
        "state": found.get_state_display(),
        "objections": said,
        "photos": NoticePhoto.objects.filter(notice=found).count(),
    }
    return Record(boxes, KIND, found.pk)


def _objections(found: PublicNotice) -> Any:
    return found.objections.order_by("pk")


def _told(found: PublicNotice, code: int = 200) -> Response:
    return told(NoticeOut(found).data, standing(found), code)


class NoticesAsked(Paged):
    """Filters of the notices."""

    state = serializers.ChoiceField(
        choices=PublicNotice.State.choices, required=False, help_text="状态代码"
    )
    division = serializers.RegexField(r"^\d{1,12}$", required=False, help_text="区划代码（前缀）")


class PostIn(Strict):
    """Which applications are to be posted."""

    applications = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18 - 1),
        min_length=1,
        max_length=200,
        help_text="同一村（社区）、同一类项目的申请编号",
    )


class Notices(Door):
    """公示."""

    @call(
        "公示清单",
        READ,
        name="notices_list",
        tag=TAG,
        answer=page_of(NoticeRow, "NoticePage"),
        asks=[NoticesAsked],
        say="新的在前。",
    )
    def get(self, request: Request) -> Response:
        """The newest in front."""
        asked = asked_of(request, NoticesAsked)
        lookups = {"state": "state", "division": "division__startswith"}
        rows = PublicNotice.objects.visible_to(self.staff)
        rows = rows.filter(**{lookups[name]: value for name, value in asked.filters.items()})
        return Response(paged(asked, rows, ("-pk",), lambda some: NoticeRow(some, many=True).data))

    @once
    @call(
        "张贴公示",
        WRITE,
        name="notices_create",
        tag=TAG,
        takes=PostIn,
        answer=NoticeOut,
        status=201,
        say="名单随即固定，不再改动；请打印张贴并拍照。",
        example={"applications": [88, 91]},
    )
    def post(self, request: Request) -> Response:
        """One list of a village and family."""
        wanted = read(PostIn, request.data)["applications"]
        made = actions.post_applications(wanted, on=timezone.localdate(), by=self.staff)
        return _told(find(self.staff, made.pk), status.HTTP_201_CREATED)


class OneNotice(Door):
    """一份公示."""

    @call("一份公示", READ, name="notices_retrieve", tag=TAG, answer=NoticeOut)
    def get(self, request: Request, pk: int) -> Response:
        """With its rows, photographs and objections."""
        return _told(find(self.staff, pk))


# ---- acts --------------------------------------------------------------------------------------
class PhotoIn(Strict):
    """A photograph of the board."""

    moment = serializers.ChoiceField(choices=NoticePhoto.Moment.choices, help_text="时点")
    content = serializers.CharField(
        max_length=20_000_000, help_text="照片内容，Base64（JPEG、PNG）"
    )


class ObjectIn(Strict):
    """An objection to one row."""

    row = serializers.IntegerField(min_value=1, max_value=10**18 - 1, help_text="名单行的编号")
    objector = serializers.CharField(max_length=100, help_text="提出人，可写“匿名”")
    words = serializers.CharField(max_length=500, help_text="异议内容")


class AnswerIn(Strict):
    """What came of an objection."""

    objection = serializers.IntegerField(min_value=1, max_value=10**18 - 1, help_text="异议编号")
    words = serializers.CharField(max_length=500, help_text="核实和处理结果")


class EndIn(Strict):
    """The end of a notice."""

    no_photo_reason = serializers.CharField(
        required=False, max_length=200, allow_blank=True, help_text="没有期满照片的原因"
    )


class TakeDownIn(Strict):
    """Why a notice is taken down."""

    reason = serializers.CharField(max_length=200, help_text="撤下的理由")


def _photo(found: PublicNotice, given: Words, by: Staff) -> None:
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError):
        words = [gettext("文件内容应是 Base64。")]
        raise serializers.ValidationError({"content": words}) from None
    on = timezone.localdate()
    actions.add_photo(found.pk, moment=given["moment"], content=content, on=on, by=by)


def _object(found: PublicNotice, given: Words, by: Staff) -> None:
    if not found.rows.filter(pk=given["row"]).exists():
        raise serializers.ValidationError({"row": [gettext("这份公示没有这一行。")]})
    on, who = timezone.localdate(), given["objector"]
    actions.object_to(given["row"], objector=who, words=given["words"], on=on, by=by)


def _answer(found: PublicNotice, given: Words, by: Staff) -> None:
    mine = Objection.objects.filter(notice=found, pk=given["objection"]).first()
    if mine is None:
        raise serializers.ValidationError({"objection": [gettext("没有找到这条异议。")]})
    actions.answer(mine.pk, words=given["words"], on=timezone.localdate(), by=by)


def _by_form(form_of: type[forms.Form], given: Words, verb: str) -> Words:
    form = form_of(typed(given))
    refuse_others(form, given, verb)
    return judged(form)


def _end(found: PublicNotice, given: Words, by: Staff) -> None:
    data = _by_form(EndForm, given, gettext("结束公示"))
    on = timezone.localdate()
    actions.end(found.pk, on=on, by=by, no_photo_reason=data["no_photo_reason"])


def _withdraw(found: PublicNotice, given: Words, by: Staff) -> None:
    data = _by_form(WithdrawForm, given, gettext("撤下公示"))
    actions.withdraw(found.pk, on=timezone.localdate(), by=by, reason=data["reason"])


ACTS: dict[str, tuple[Any, type[Strict], str, Words]] = {
    "photo": (_photo, PhotoIn, "登记公示照片", {"moment": "start", "content": "/9j/4AAQ"}),
    "object": (
        _object,
        ObjectIn,
        "登记公示异议",
        {"row": 7, "objector": "匿名", "words": "家里有车"},
    ),
    "answer": (
        _answer,
        AnswerIn,
        "登记异议处理结果",
        {"objection": 3, "words": "已核实，车已报废"},
    ),
    "end": (_end, EndIn, "结束公示", {}),
    "withdraw": (_withdraw, TakeDownIn, "撤下公示", {"reason": "名单有误"}),
}


def address(act: str) -> type[Door]:
    """The address of one act on a notice."""
    do, asks, verb, example = ACTS[act]

    class NoticeAct(Door):
        """One act on a notice."""

        parser_classes = (WholeFile,)

        @once
        @call(
            verb,
            WRITE,
            name=f"notices_{act}",
            tag=TAG,
            takes=asks,
            answer=NoticeOut,
            seen=True,
            example=example,
        )
        def post(self, request: Request, pk: int) -> Response:
            """The act, and the notice as it is afterwards."""
            given = read(asks, request.data)
            find(self.staff, pk)
            one_editor(KIND, pk)
            found = find(self.staff, pk)
            must_match(request, standing(found), by=self.staff)
            do(found, given, self.staff)
            return _told(find(self.staff, pk))

    NoticeAct.__name__ = NoticeAct.__qualname__ = f"Notice{act.title()}"
    return NoticeAct
