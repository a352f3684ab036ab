"""材料与核对的接口: what an application's papers lack, handing one in, checks and visits."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.models import Application
from apps.evidence import actions, holdings
from apps.evidence.catalogue import TYPES
from apps.evidence.models import CheckRequest, Document, Survey
from apps.offices.api.asking import Day, Nothing, Number, Strict, WholeFile, read
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope

TAG = "材料与核对"
READ, WRITE = Scope.CASES_READ, Scope.CASES_WRITE
CHECK = "evidence.checkrequest"


def application_of(staff: Staff, pk: int) -> Application:
    """An application inside the territory; NotFound otherwise."""
    rows = Application.objects.visible_to(staff).select_related("household", "person")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份申请，或不在您的管辖范围内。"))
    return found


# ---- papers ------------------------------------------------------------------------------------
class HoldingOut(serializers.Serializer[Any]):
    """One paper that is asked for, and the one that answers."""

    type = serializers.CharField(help_text="材料种类代码")
    type_words = serializers.CharField(help_text="材料种类")
    person = serializers.IntegerField(allow_null=True, help_text="属于谁：人员编号；null 为全户")
    required: Any = serializers.BooleanField(help_text="必须有")
    state = serializers.CharField(
        help_text="ok 齐、soon 快到期、late 已过期、missing 缺、optional 可不交"
    )
    document = serializers.IntegerField(allow_null=True, help_text="答复它的材料编号")


class PapersOut(serializers.Serializer[Any]):
    """What an application's papers lack."""

    results = HoldingOut(many=True)


class DocumentOut(serializers.ModelSerializer[Document]):
    """A paper as it was handed in."""

    class Meta:
        model = Document
        fields = (
            "id",
            "type",
            "person",
            "application",
            "name",
            "pages",
            "size",
            "issued_on",
            "expires_on",
            "recorded_on",
            "note",
        )


class DocumentIn(Strict):
    """A paper that is handed in."""

    type = serializers.ChoiceField(choices=sorted(TYPES), help_text="材料种类代码")
    name = serializers.CharField(max_length=200, help_text="文件名")
    content = serializers.CharField(
        max_length=44_739_244, help_text="文件内容，Base64；PDF、JPEG 或 PNG"
    )
    person = Number(required=False, help_text="属于谁：人员编号；不写为全户")
    pages = serializers.IntegerField(
        required=False, default=1, min_value=1, max_value=2000, help_text="页数"
    )
    issued_on = Day(required=False, help_text="出具（签署、拍摄）日期")
    expires_on = Day(required=False, help_text="有效期至；长期有效的不写")
    replaces = Number(required=False, help_text="替换哪一份：材料编号")
    note = serializers.CharField(
        required=False, default="", max_length=200, allow_blank=True, help_text="说明"
    )


class Papers(Door):
    """一份申请的材料."""

    parser_classes = (WholeFile,)

    @call(
        "申请的材料：齐缺",
        READ,
        name="applications_documents",
        tag=TAG,
        answer=PapersOut,
        told={
            "results": [
                {
                    "type": "application_form",
                    "type_words": "申请书",
                    "person": None,
                    "required": True,
                    "state": "missing",
                    "document": None,
                }
            ]
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """Line by line what the programme asks for, and what answers."""
        found = application_of(self.staff, pk)
        rows = [
            {
                "type": one.type,
                "type_words": str(one.label),
                "person": one.who.pk if one.who else None,
                "required": one.required,
                "state": one.state,
                "document": one.document.pk if one.document else None,
            }
            for one in holdings.holdings(found, timezone.localdate())
        ]
        return Response({"results": HoldingOut(rows, many=True).data})

    @once
    @call(
        "上传材料",
        WRITE,
        name="applications_documents_create",
        tag=TAG,
        takes=DocumentIn,
        answer=DocumentOut,
        status=201,
        say="文件按内容核验；只增不改，更正用 replaces 替换。",
        example={
            "type": "household_book",
            "name": "户口簿.pdf",
            "content": "JVBERi0xLjQK",
            "pages": 4,
            "issued_on": "2024-06-01",
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        """The paper as it is on record."""
        given = read(DocumentIn, request.data)
        found = application_of(self.staff, pk)
        paper = actions.Paper(
            type=given["type"],
            name=given["name"],
            pages=given["pages"],
            person_id=given.get("person"),
            application_id=found.pk if TYPES[given["type"]].own else None,
            issued_on=given.get("issued_on"),
            expires_on=given.get("expires_on"),
            replaces_id=given.get("replaces"),
            note=given["note"],
        )
        made = actions.file_document(
            paper,
            _decoded(given["content"]),
            household_id=found.household_id,
            on=timezone.localdate(),
            by=self.staff,
        )
        return Response(DocumentOut(made).data, status=status.HTTP_201_CREATED)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        words = [gettext("文件内容应是 Base64。")]
        raise serializers.ValidationError({"content": words}) from None


# ---- checks ------------------------------------------------------------------------------------
class CheckOut(serializers.ModelSerializer[CheckRequest]):
    """One economic check; its answers are for the posts of the check, on its page."""

    state_words = serializers.CharField(source="get_state_display", help_text="状态")

    class Meta:
        model = CheckRequest
        fields = (
            "id",
            "application",
            "state",
            "state_words",
            "requested_on",
            "sent_on",
            "concluded_on",
            "expires_on",
        )


class CheckIn(Nothing):
    """Asking for a check, sending it or giving its result asks nothing."""


def standing(check: CheckRequest) -> Record:
    """Where a check stands."""
    return Record({"state": check.get_state_display()}, CHECK, check.pk)


class Checks(Door):
    """一份申请的经济核对."""

    @call(
        "申请的经济核对",
        READ,
        name="applications_checks",
        tag=TAG,
        answer=page_of(CheckOut, "CheckPage"),
        asks=[Paged],
        say="新的在前。",
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest in front."""
        rows = CheckRequest.objects.filter(application=application_of(self.staff, pk))
        page = paged(asked_of(request), rows, ("-pk",), lambda some: CheckOut(some, many=True).data)
        return Response(page)

    @once
    @call(
        "提请核对",
        WRITE,
        name="applications_checks_create",
        tag=TAG,
        takes=CheckIn,
        answer=CheckOut,
        status=201,
        say="须先有全部成年成员的核对授权（在网页登记）。",
        example={},
    )
    def post(self, request: Request, pk: int) -> Response:
        """A check that waits for the county."""
        read(CheckIn, request.data)
        found = application_of(self.staff, pk)
        made = actions.request_check(found.pk, on=timezone.localdate(), by=self.staff)
        check = one_check(self.staff, made.pk)
        return told(CheckOut(check).data, standing(check), status.HTTP_201_CREATED)


def one_check(staff: Staff, pk: int) -> CheckRequest:
    """A check inside the territory; NotFound otherwise."""
    found: CheckRequest | None = CheckRequest.objects.visible_to(staff).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这次核对，或不在您的管辖范围内。"))
    return found


class OneCheck(Door):
    """一次经济核对."""

    @call("一次经济核对", READ, name="checks_retrieve", tag=TAG, answer=CheckOut)
    def get(self, request: Request, pk: int) -> Response:
        """Where it stands."""
        check = one_check(self.staff, pk)
        return told(CheckOut(check).data, standing(check))


Do = Callable[[int, dt.date, Staff], object]
CHECK_ACTS: dict[str, tuple[Do, str]] = {
    "send": (lambda pk, on, by: actions.send_check(pk, on=on, by=by), "发起核对"),
    "answer-the-rest": (
        lambda pk, on, by: actions.answer_the_rest(pk, on=on, by=by),
        "其余部门登记为一致",
    ),
    "conclude": (lambda pk, on, by: actions.conclude_check(pk, on=on, by=by), "出具核对结果"),
}


def address(act: str) -> type[Door]:
    """The address of one act on a check."""
    do, verb = CHECK_ACTS[act]

    class CheckAct(Door):
        """One act on a check."""

        @once
        @call(
            verb,
            WRITE,
            name=f"checks_{act.replace('-', '_')}",
            tag=TAG,
            takes=CheckIn,
            answer=CheckOut,
            seen=True,
            example={},
        )
        def post(self, request: Request, pk: int) -> Response:
            """The act, and the check as it is afterwards."""
            read(CheckIn, request.data)
            one_check(self.staff, pk)
            one_editor(CHECK, pk)
            must_match(request, standing(one_check(self.staff, pk)), by=self.staff)
            do(pk, timezone.localdate(), self.staff)
            check = one_check(self.staff, pk)
            return told(CheckOut(check).data, standing(check))

    CheckAct.__name__ = CheckAct.__qualname__ = f"Check{act.title()}"
    return CheckAct


# ---- visits ------------------------------------------------------------------------------------
class VisitOut(serializers.ModelSerializer[Survey]):
    """One visit; its form is filled in and signed on its page."""

    state_words = serializers.CharField(source="get_state_display", help_text="状态")

    class Meta:
        model = Survey
        fields = (
            "id",
            "application",
            "purpose",
            "state",
            "state_words",
            "visited_on",
            "first",
            "second",
            "conclusion",
            "version",
        )


class VisitIn(Strict):
    """A visit that is to be made, by two."""

    purpose = serializers.ChoiceField(choices=Survey.Purpose.choices, help_text="性质")
    first = Number(help_text="调查人编号")
    second = Number(help_text="另一调查人编号")


class Visits(Door):
    """一份申请的入户调查."""

    @call(
        "申请的入户调查",
        READ,
        name="applications_visits",
        tag=TAG,
        answer=page_of(VisitOut, "VisitPage"),
        asks=[Paged],
        say="新的在前。",
    )
    def get(self, request: Request, pk: int) -> Response:
        """The newest in front."""
        rows = Survey.objects.filter(application=application_of(self.staff, pk))
        page = paged(asked_of(request), rows, ("-pk",), lambda some: VisitOut(some, many=True).data)
        return Response(page)

    @once
    @call(
        "登记入户调查",
        WRITE,
        name="applications_visits_create",
        tag=TAG,
        takes=VisitIn,
        answer=VisitOut,
        status=201,
        say="两名不同的调查人；调查表在网页填写和签字。",
        example={"purpose": "first", "first": 7, "second": 9},
    )
    def post(self, request: Request, pk: int) -> Response:
        """A form to be filled in."""
        given = read(VisitIn, request.data)
        found = application_of(self.staff, pk)
        made = actions.open_survey(
            found.pk,
            purpose=given["purpose"],
            first_id=given["first"],
            second_id=given["second"],
            on=timezone.localdate(),
            by=self.staff,
        )
        return Response(VisitOut(made).data, status=status.HTTP_201_CREATED)
