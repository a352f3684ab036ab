"""批次清单的接口: lines, what is held, what is doubted; holding, releasing and answering."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import Strict, read
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Asked, Paged, asked_of, link, page_of
from apps.offices.api.versions import told
from apps.offices.models import Role
from apps.offices.moves import NotFound
from apps.offices.once import once
from apps.payments import listing
from apps.payments.api.runs import READ, RUN, TAG, WRITE, RunOut, find, seen_run, standing
from apps.payments.holding import actions as holding
from apps.payments.models import Calculation, Kind, PaymentRun
from apps.payments.review import actions as reviewing
from apps.payments.review import reading
from apps.payments.review.deadlines import Deadlines
from apps.units.months import month_code


class ListAsked(Paged):
    """Filters that every list of a run has."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=9999, help_text="第几版计算；不写为现行的"
    )
    township = serializers.RegexField(r"^\d{9}$", required=False, help_text="乡镇代码")


def computed(run: PaymentRun, version: int | None) -> Calculation:
    """The calculation that is asked for; NotFound where there is none."""
    found = run.calculation
    if version is not None:
        found = run.calculations.filter(version=version).first()
    if found is None:
        raise NotFound(gettext("该批次没有这一版计算。"))
    return found


def _said(asked: Asked, page: listing.Page, rows: Any) -> Response:
    following = link(asked, [page.after]) if page.after else None
    return Response({"results": rows, "next": following})


def _after(asked: Asked) -> int:
    return int(asked.after[0]) if asked.after else 0


# ---- lines -------------------------------------------------------------------------------------
class LineOut(serializers.Serializer[Any]):
    """One issued line."""

    programme = serializers.CharField(help_text="项目代码")
    programme_words = serializers.CharField(help_text="项目")
    subject = serializers.IntegerField(help_text="对象：人员编号，或户内部编号的负数")
    month = serializers.CharField(help_text="所属月份")
    kind = serializers.CharField(help_text="类别代码")
    kind_words = serializers.CharField(help_text="类别")
    fen = serializers.IntegerField(help_text="金额（分）")
    offset_fen = serializers.IntegerField(help_text="其中抵扣（分）")
    household = serializers.CharField(help_text="户编号")
    name = serializers.CharField(allow_blank=True, help_text="对象姓名")
    village = serializers.CharField(allow_blank=True, help_text="乡镇和村（社区）")


class LinesAsked(ListAsked):
    """Filters of the lines."""

    programme = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="项目代码")
    kind = serializers.ChoiceField(choices=Kind.choices, required=False, help_text="类别代码")


def _line(row: listing.Line) -> dict[str, Any]:
    subject, programme, _, kind = row.key.split("~")
    return {
        "programme": programme,
        "programme_words": str(row.programme),
        "subject": int(subject),
        "month": month_code(row.month),
        "kind": kind,
        "kind_words": str(row.kind),
        "fen": row.fen,
        "offset_fen": row.offset_fen,
        "household": row.number,
        "name": row.name,
        "village": row.village,
    }


class Lines(Door):
    """明细."""

    @call(
        "批次明细",
        READ,
        name="runs_lines",
        tag=TAG,
        answer=page_of(LineOut, "LinePage"),
        asks=[LinesAsked],
        told={
            "results": [
                {
                    "programme": "minimum_living",
                    "programme_words": "最低生活保障",
                    "subject": -12,
                    "month": "2024-07",
                    "kind": "regular",
                    "kind_words": "当月",
                    "fen": 45000,
                    "offset_fen": 0,
                    "household": "430482001200000012",
                    "name": "张三",
                    "village": "宜阳街道禄福村",
                }
            ],
            "next": None,
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """In the order of subject, programme, month and kind."""
        run = find(self.staff, pk)
        asked = asked_of(request, LinesAsked)
        wanted = asked.filters
        filters = {name: wanted.get(name, "") for name in listing.Filters._fields}
        page = listing.lines(
            computed(run, wanted.get("version")),
            listing.Filters(**filters),
            territory=self.staff.division,
            after=asked.after[0] if asked.after else "",
            limit=asked.limit,
        )
        rows = [_line(row) for row in page.rows]
        return _said(asked, page, LineOut(rows, many=True).data)


# ---- held --------------------------------------------------------------------------------------
class HeldOut(serializers.Serializer[Any]):
    """What is held of one award for one reason."""

    id = serializers.IntegerField(source="key", help_text="编号")
    programme = serializers.CharField(help_text="项目")
    first_month = serializers.CharField(help_text="起始月")
    last_month = serializers.CharField(help_text="截止月")
    months = serializers.IntegerField(help_text="月数")
    fen = serializers.IntegerField(allow_null=True, help_text="金额（分）；null 未知")
    reason = serializers.CharField(source="short", help_text="原因")
    words = serializers.CharField(allow_blank=True, help_text="说明")
    household = serializers.CharField(source="number", help_text="户编号")
    name = serializers.CharField(allow_blank=True, help_text="对象姓名")
    village = serializers.CharField(allow_blank=True, help_text="乡镇和村（社区）")
    hold = serializers.IntegerField(allow_null=True, help_text="人工暂缓的编号")
    due = serializers.DateField(allow_null=True, help_text="办理期限")


class HeldAsked(ListAsked):
    """Filters of what is held."""

    why = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="原因代码")
    owner = serializers.ChoiceField(choices=Role.choices, required=False, help_text="责任岗位")


class HeldList(Door):
    """待补与暂缓."""

    @call(
        "批次的待补与暂缓",
        READ,
        name="runs_held",
        tag=TAG,
        answer=page_of(HeldOut, "HeldPage"),
        asks=[HeldAsked],
    )
    def get(self, request: Request, pk: int) -> Response:
        """One row an award and reason."""
        run = find(self.staff, pk)
        asked = asked_of(request, HeldAsked)
        page = reading.held(
            computed(run, asked.filters.get("version")),
            _filters(asked),
            Deadlines(run.month, timezone.localdate()),
            territory=self.staff.division,
            after=_after(asked),
            limit=asked.limit,
        )
        rows = [
            row._asdict()
            | {
                "first_month": month_code(row.first),
                "last_month": month_code(row.last),
                "due": row.deadline.due if row.deadline else None,
            }
            for row in page.rows
        ]
        return _said(asked, page, HeldOut(rows, many=True).data)


def _filters(asked: Asked) -> reading.Filters:
    names = reading.Filters._fields
    return reading.Filters(**{n: v for n, v in asked.filters.items() if n in names})


class HoldIn(Strict):
    """Whose amounts are held back, and why."""

    programme = serializers.RegexField(r"^[a-z_]{1,32}$", help_text="项目代码")
    subject = serializers.IntegerField(
        min_value=-(10**18), max_value=10**18, help_text="对象，如明细所列"
    )
    reason = serializers.CharField(max_length=200, help_text="暂缓理由")


class Holding(Door):
    """暂缓."""

    @once
    @call(
        "暂缓一笔",
        WRITE,
        name="runs_hold",
        tag=TAG,
        takes=HoldIn,
        answer=RunOut,
        status=201,
        seen=True,
        say="该对象的金额不进本批和以后的批次，直到解除；计算随之有新的一版。",
        example={"programme": "minimum_living", "subject": -12, "reason": "正在核实收入"},
        told=RUN,
    )
    def post(self, request: Request, pk: int) -> Response:
        """The run with its new calculation."""
        given = read(HoldIn, request.data)
        seen_run(self, request, pk)
        holding.hold(pk, by=self.staff, **given)
        run = find(self.staff, pk)
        return told(RunOut(run).data, standing(run), status.HTTP_201_CREATED)


class ReleaseIn(Strict):
    """Why it is released."""

    reason = serializers.CharField(max_length=200, help_text="解除理由")


class Releasing(Door):
    """解除暂缓."""

    @once
    @call(
        "解除暂缓",
        WRITE,
        name="runs_release",
        binding=True,
        tag=TAG,
        takes=ReleaseIn,
        answer=RunOut,
        seen=True,
        example={"reason": "收入已核实"},
        told=RUN,
    )
    def post(self, request: Request, pk: int, hold_id: int) -> Response:
        """The run with its new calculation."""
        given = read(ReleaseIn, request.data)
        seen_run(self, request, pk)
        holding.release(hold_id, pk, reason=given["reason"], by=self.staff, at=timezone.now())
        run = find(self.staff, pk)
        return told(RunOut(run).data, standing(run))


# ---- doubts ------------------------------------------------------------------------------------
class DoubtOut(serializers.Serializer[Any]):
    """One thing that the rules ask of a run."""

    id = serializers.IntegerField(source="key", help_text="编号")
    code = serializers.CharField(help_text="规则代码")
    short = serializers.CharField(help_text="问题")
    words = serializers.CharField(help_text="说明")
    programme = serializers.CharField(help_text="项目")
    household = serializers.CharField(
        source="number", allow_blank=True, help_text="户编号；空为整批"
    )
    name = serializers.CharField(allow_blank=True, help_text="对象姓名")
    last_fen = serializers.IntegerField(allow_null=True, help_text="上月（分）")
    now_fen = serializers.IntegerField(help_text="本批（分）")
    owner = serializers.CharField(help_text="责任岗位代码")
    due = serializers.DateField(allow_null=True, help_text="核实期限")
    passed_by = serializers.CharField(allow_blank=True, help_text="核实人；空为未核实")
    passed_at = serializers.DateTimeField(allow_null=True, help_text="核实时间")
    note = serializers.CharField(allow_blank=True, help_text="核实说明")


class DoubtsAsked(HeldAsked):
    """Filters of the doubts."""

    state = serializers.ChoiceField(
        choices=["open", "passed"], required=False, help_text="open 未核实、passed 已核实"
    )


class Doubts(Door):
    """需核实."""

    @call(
        "批次的需核实事项",
        READ,
        name="runs_doubts",
        tag=TAG,
        answer=page_of(DoubtOut, "DoubtPage"),
        asks=[DoubtsAsked],
    )
    def get(self, request: Request, pk: int) -> Response:
        """In the order in which they were asked."""
        run = find(self.staff, pk)
        asked = asked_of(request, DoubtsAsked)
        page = reading.listed(
            computed(run, asked.filters.get("version")),
            _filters(asked),
            Deadlines(run.month, timezone.localdate()),
            territory=self.staff.division,
            after=_after(asked),
            limit=asked.limit,
        )
        rows = [
            row._asdict() | {"due": row.deadline.due if row.deadline else None} for row in page.rows
        ]
        return _said(asked, page, DoubtOut(rows, many=True).data)


class PassIn(Strict):
    """Which doubts are answered, and how."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=10**18 - 1),
        required=False,
        max_length=500,
        help_text="需核实事项的编号",
    )
    code = serializers.RegexField(r"^[a-z_]{1,32}$", required=False, help_text="或一条规则的全部")
    note = serializers.CharField(max_length=200, help_text="核实情况")


class PassedOut(serializers.Serializer[Any]):
    """How many were answered."""

    count = serializers.IntegerField(help_text="核实了几条")


class Passing(Door):
    """核实无误."""

    @once
    @call(
        "核实无误",
        WRITE,
        name="runs_pass_doubts",
        tag=TAG,
        takes=PassIn,
        answer=PassedOut,
        seen=True,
        say="由规则的责任岗位办理；整批的由经办人说明。",
        example={"ids": [7, 8], "note": "已入户核实，情况属实"},
        told={"count": 2},
    )
    def post(self, request: Request, pk: int) -> Response:
        """The number of doubts that were answered."""
        given = read(PassIn, request.data)
        seen_run(self, request, pk)
        count = reviewing.pass_doubts(
            pk,
            note=given["note"],
            by=self.staff,
            at=timezone.now(),
            ids=() if given.get("code") else given.get("ids", ()),
            code=given.get("code", ""),
        )
        return Response({"count": count})
