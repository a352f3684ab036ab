"""银行回盘的接口: take a file in, see what it would do, commit or drop it; decide disputes."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import MONEY, Nothing, Strict, WholeFile, read
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.payments.results import actions, desk
from apps.payments.results.control import Control
from apps.payments.results.matching import counts
from apps.payments.results.models import Dispute, ResultFile
from apps.units.money import parse_yuan

TAG = "银行回盘"
READ, WRITE = Scope.PAYMENTS_READ, Scope.PAYMENTS_WRITE
DISPUTE = "payments.dispute"


class FateOut(serializers.Serializer[Any]):
    """How many lines come to the same."""

    code = serializers.CharField(help_text="结果代码")
    words = serializers.CharField(help_text="结果")
    count = serializers.IntegerField(help_text="笔数")
    fen = serializers.IntegerField(help_text="金额（分）")


class FileRow(serializers.ModelSerializer[ResultFile]):
    """A file as a list shows it."""

    run = serializers.IntegerField(source="batch.run_id", help_text="批次编号")
    state_words = serializers.CharField(source="get_state_display", help_text="状态")

    class Meta:
        model = ResultFile
        fields = ("id", "batch", "run", "name", "count", "fen", "state", "state_words", "at")


class FileOut(FileRow):
    """A file with what it would do, or did."""

    fates = serializers.SerializerMethodField(help_text="逐类的笔数和金额")
    blocked = serializers.SerializerMethodField(help_text="不能入账的原因")

    class Meta(FileRow.Meta):
        fields = (*FileRow.Meta.fields, "fates", "blocked")  # type: ignore[assignment]

    def get_fates(self, file: ResultFile) -> list[dict[str, Any]]:
        """By what becomes of the lines."""
        rows = desk.preview(file)["fates"]
        return [
            dict(zip(("code", "words", "count", "fen"), (c, str(w), n, fen), strict=True))
            for c, w, n, fen in rows
        ]

    def get_blocked(self, file: ResultFile) -> list[str]:
        """Why it cannot be committed."""
        return [str(words) for words in desk.preview(file)["blocked"]]


def find(staff: Staff, pk: int) -> ResultFile:
    """A file inside the territory; NotFound otherwise."""
    rows = ResultFile.objects.visible_to(staff).select_related("batch__run")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这份回盘文件，或不在您的管辖范围内。"))
    return found


def previewed(file: ResultFile) -> Record:
    """What the lines come to now: nobody commits another result than was shown."""
    said = "" if file.state != "staged" else desk.said_of(counts(file.pk))
    return Record({"state": file.get_state_display(), "fates": said}, actions.KIND, file.pk)


class FileIn(Strict):
    """A file of the bank."""

    batch = serializers.IntegerField(
        min_value=1, max_value=10**18 - 1, help_text="代发批次编号（已送银行的）"
    )
    name = serializers.CharField(max_length=120, help_text="文件名")
    content = serializers.CharField(
        max_length=44_739_244, help_text="文件内容，Base64；CSV、XLSX 或 pain.002"
    )
    typed_count = serializers.IntegerField(
        required=False, min_value=0, max_value=10**8, help_text="银行另行告知的笔数"
    )
    typed_yuan = serializers.RegexField(MONEY, required=False, help_text="银行另行告知的合计（元）")


class FilesAsked(Paged):
    """Filters of the files."""

    state = serializers.ChoiceField(
        choices=ResultFile.State.choices, required=False, help_text="状态代码"
    )


class Files(Door):
    """回盘文件."""

    parser_classes = (WholeFile,)

    @call(
        "回盘文件清单",
        READ,
        name="bank_results_list",
        tag=TAG,
        answer=page_of(FileRow, "BankResultPage"),
        asks=[FilesAsked],
        say="新的在前。",
    )
    def get(self, request: Request) -> Response:
        """The newest in front."""
        asked = asked_of(request, FilesAsked)
        rows = ResultFile.objects.visible_to(self.staff).filter(**asked.filters)
        rows = rows.select_related("batch__run")
        return Response(paged(asked, rows, ("-pk",), lambda some: FileRow(some, many=True).data))

    @once
    @call(
        "上传回盘",
        WRITE,
        name="bank_results_create",
        tag=TAG,
        takes=FileIn,
        answer=FileOut,
        status=201,
        say="读入并与代发笔逐笔对照，不改动任何一笔；看过结果再入账。",
        example={
            "batch": 3,
            "name": "回盘.csv",
            "content": "5bqP5Y+3LOmHkeminQ==",
            "typed_count": 4,
            "typed_yuan": "720.00",
        },
    )
    def post(self, request: Request) -> Response:
        """What the file would do."""
        given = read(FileIn, request.data)
        try:
            content = base64.b64decode(given["content"], validate=True)
        except (binascii.Error, ValueError):
            words = [gettext("文件内容应是 Base64。")]
            raise serializers.ValidationError({"content": words}) from None
        fen = parse_yuan(given["typed_yuan"]) if "typed_yuan" in given else None
        made = actions.take(
            given["batch"],
            actions.Upload(given["name"], content),
            typed=Control(given.get("typed_count"), fen),
            by=self.staff,
            at=timezone.now(),
        )
        file = find(self.staff, made.pk)
        return told(FileOut(file).data, previewed(file), status.HTTP_201_CREATED)


class OneFile(Door):
    """一份回盘."""

    @call("一份回盘", READ, name="bank_results_retrieve", tag=TAG, answer=FileOut)
    def get(self, request: Request, pk: int) -> Response:
        """With what it would do, or did."""
        file = find(self.staff, pk)
        return told(FileOut(file).data, previewed(file))


class CommitIn(Nothing):
    """Committing asks nothing."""


class DropIn(Strict):
    """Why a file is dropped, or how a dispute is decided."""

    reason = serializers.CharField(max_length=200, help_text="理由")


class Commit(Door):
    """回盘入账."""

    @once
    @call(
        "回盘入账",
        WRITE,
        name="bank_results_commit",
        tag=TAG,
        takes=CommitIn,
        answer=FileOut,
        seen=True,
        example={},
    )
    def post(self, request: Request, pk: int) -> Response:
        """All of it or nothing."""
        read(CommitIn, request.data)
        find(self.staff, pk)
        one_editor(actions.KIND, pk)
        must_match(request, previewed(find(self.staff, pk)), by=self.staff)
        actions.commit(pk, by=self.staff, at=timezone.now())
        file = find(self.staff, pk)
        return told(FileOut(file).data, previewed(file))


class Drop(Door):
    """撤下回盘."""

    @once
    @call(
        "撤下回盘",
        WRITE,
        name="bank_results_drop",
        tag=TAG,
        takes=DropIn,
        answer=FileOut,
        seen=True,
        example={"reason": "传错了文件"},
    )
    def post(self, request: Request, pk: int) -> Response:
        """It has moved nothing, and may come again."""
        given = read(DropIn, request.data)
        find(self.staff, pk)
        one_editor(actions.KIND, pk)
        must_match(request, previewed(find(self.staff, pk)), by=self.staff)
        actions.drop(pk, reason=given["reason"], by=self.staff)
        file = find(self.staff, pk)
        return told(FileOut(file).data, previewed(file))


# ---- disputes ----------------------------------------------------------------------------------
class DisputeOut(serializers.ModelSerializer[Dispute]):
    """A word of the bank that somebody has to decide about."""

    payment = serializers.IntegerField(source="item_id", help_text="代发笔编号")
    household = serializers.CharField(source="item.household.number", help_text="户编号")
    fen = serializers.IntegerField(source="item.fen", help_text="金额（分）")
    state_words = serializers.CharField(source="get_state_display", help_text="状态")

    class Meta:
        model = Dispute
        fields = (
            "id",
            "payment",
            "household",
            "fen",
            "why",
            "stood",
            "said",
            "words",
            "on",
            "state",
            "state_words",
            "note",
        )


def disputes(staff: Staff) -> Any:
    """Disputes inside the territory."""
    return Dispute.objects.visible_to(staff).select_related("item__household")


def stands(one: Dispute) -> Record:
    """Where a dispute stands."""
    return Record({"state": one.get_state_display(), "note": one.note}, DISPUTE, one.pk)


def one_dispute(staff: Staff, pk: int) -> Dispute:
    """A dispute inside the territory; NotFound otherwise."""
    found: Dispute | None = disputes(staff).filter(pk=pk).first()
    if found is None:
        raise NotFound(gettext("没有找到这条争议，或不在您的管辖范围内。"))
    return found


class DisputesAsked(Paged):
    """Filters of the disputes."""

    state = serializers.ChoiceField(
        choices=Dispute.State.choices, required=False, help_text="状态代码"
    )


class Disputes(Door):
    """回盘争议."""

    @call(
        "回盘争议清单",
        READ,
        name="disputes_list",
        tag=TAG,
        answer=page_of(DisputeOut, "DisputePage"),
        asks=[DisputesAsked],
        say="新的在前。",
    )
    def get(self, request: Request) -> Response:
        """The newest in front."""
        asked = asked_of(request, DisputesAsked)
        rows = disputes(self.staff).filter(**asked.filters)
        return Response(paged(asked, rows, ("-pk",), lambda some: DisputeOut(some, many=True).data))


class OneDispute(Door):
    """一条争议."""

    @call("一条回盘争议", READ, name="disputes_retrieve", tag=TAG, answer=DisputeOut)
    def get(self, request: Request, pk: int) -> Response:
        """What both have said."""
        one = one_dispute(self.staff, pk)
        return told(DisputeOut(one).data, stands(one))


class DecideIn(DropIn):
    """Whom to believe, and why."""

    accept = serializers.BooleanField(help_text="true 采信新结果；false 维持原结果")


class Deciding(Door):
    """处理争议."""

    @once
    @call(
        "处理回盘争议",
        WRITE,
        name="disputes_decide",
        tag=TAG,
        takes=DecideIn,
        answer=DisputeOut,
        seen=True,
        say="由上传回盘以外的人办理。",
        example={"accept": True, "reason": "银行书面更正"},
    )
    def post(self, request: Request, pk: int) -> Response:
        """The dispute as it is afterwards."""
        given = read(DecideIn, request.data)
        one_dispute(self.staff, pk)
        one_editor(DISPUTE, pk)
        must_match(request, stands(one_dispute(self.staff, pk)), by=self.staff)
        actions.decide(
            pk, accept=given["accept"], note=given["reason"], by=self.staff, at=timezone.now()
        )
        one = one_dispute(self.staff, pk)
        return told(DisputeOut(one).data, stands(one))
