"""发放批次的接口: the list, one run, its progress, and one address for each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import Day, MonthText, Strict, read
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.payments import actions, run_page, tasks
from apps.payments.closing.actions import close_run
from apps.payments.models import Held, PaymentLine, PaymentRun
from apps.payments.perms import BINDING, may_make, runs_of
from apps.units.months import last_day, month_code

TAG = "发放批次"
READ, WRITE = Scope.PAYMENTS_READ, Scope.PAYMENTS_WRITE
KIND = "payments.paymentrun"


class RunIn(Strict):
    """A new run."""

    month = MonthText(help_text="发放月份，如 2024-12")
    cutoff = Day(required=False, help_text="数据截止日；不写为今天，至多该月最后一天")


class RunOut(serializers.ModelSerializer[PaymentRun]):
    """A run."""

    month = serializers.SerializerMethodField(help_text="发放月份")
    state_words = serializers.CharField(source="get_state_display", help_text="状态")
    version = serializers.SerializerMethodField(help_text="现行计算的版本；null 尚未计算")
    lines = serializers.SerializerMethodField(help_text="现行计算的明细行数")

    class Meta:
        model = PaymentRun
        fields = (
            "id",
            "month",
            "number",
            "division",
            "state",
            "state_words",
            "cutoff",
            "version",
            "lines",
        )

    def get_month(self, run: PaymentRun) -> str:
        """The month as 2024-12."""
        return month_code(run.month)

    def get_version(self, run: PaymentRun) -> int | None:
        """The version of the current calculation."""
        return run.calculation.version if run.calculation else None

    def get_lines(self, run: PaymentRun) -> int | None:
        """How many lines the current calculation has."""
        return run.calculation.lines if run.calculation else None


class OneRunOut(RunOut):
    """A run with its sums by programme (fen), what is held, and changes since it was computed."""

    fen = serializers.SerializerMethodField(help_text="各项目合计（分）")
    held = serializers.SerializerMethodField(help_text="待补与暂缓的笔数")
    changed = serializers.SerializerMethodField(help_text="计算后又登记的变动数")

    class Meta(RunOut.Meta):
        fields = (*RunOut.Meta.fields, "fen", "held", "changed")  # type: ignore[assignment]

    def get_fen(self, run: PaymentRun) -> dict[str, int]:
        """Fen by programme."""
        lines = PaymentLine.objects.filter(calculation_id=run.calculation_id or 0)
        return dict(lines.values_list("programme").annotate(fen=Sum("fen")).order_by("programme"))

    def get_held(self, run: PaymentRun) -> int:
        """How many amounts are held."""
        return Held.objects.filter(calculation_id=run.calculation_id or 0).count()

    def get_changed(self, run: PaymentRun) -> int:
        """Changes recorded since it was computed."""
        return actions.changed_since(run)


RUN: dict[str, Any] = {
    "id": 3,
    "month": "2024-07",
    "number": 1,
    "division": "430482",
    "state": "computed",
    "state_words": "已计算",
    "cutoff": "2024-07-10",
    "version": 1,
    "lines": 4,
}
ONE_RUN = RUN | {"fen": {"minimum_living": 45000}, "held": 0, "changed": 0}


class ProgressOut(serializers.Serializer[Any]):
    """How far a computing run is."""

    computing = serializers.BooleanField(help_text="正在计算")
    words = serializers.CharField(allow_blank=True, help_text="进度")
    done = serializers.IntegerField(help_text="已算")
    total = serializers.IntegerField(help_text="总数")
    by_programme = serializers.DictField(child=serializers.IntegerField(), help_text="各项目已算")
    eta = serializers.CharField(allow_blank=True, help_text="预计还需")
    error = serializers.CharField(allow_blank=True, help_text="失败原因")


def find(staff: Staff, pk: int) -> PaymentRun:
    """A run inside the territory; NotFound otherwise, without saying which."""
    found = runs_of(staff).select_related("calculation").defer("calculation__book")
    run = found.filter(pk=pk).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    return run


def standing(run: PaymentRun) -> Record:
    """What an act on a run has to have seen: where it stands, and which calculation."""
    one = run.calculation
    boxes = {
        "state": run.get_state_display(),
        "version": one.version if one else "",
        "lines": one.lines if one else "",
    }
    return Record(boxes, KIND, run.pk)


def seen_run(door: Door, request: Request, pk: int) -> PaymentRun:
    """The run of an edit, ours until we commit, and as the caller has seen it."""
    find(door.staff, pk)
    one_editor(KIND, pk)
    actions.stand_still(pk, state="", version=None)
    run = find(door.staff, pk)
    must_match(request, standing(run), by=door.staff)
    return run


class RunsAsked(Paged):
    """Filters of the runs."""

    state = serializers.ChoiceField(
        choices=PaymentRun.State.choices, required=False, help_text="状态代码"
    )
    month = MonthText(required=False, help_text="发放月份，如 2024-12")


class Runs(Door):
    """发放批次."""

    @call(
        "发放批次清单",
        READ,
        name="runs_list",
        tag=TAG,
        answer=page_of(RunOut, "RunPage"),
        asks=[RunsAsked],
        say="新建的在前。",
        told={"results": [RUN], "next": None},
    )
    def get(self, request: Request) -> Response:
        """Of the territory, the newest in front."""
        asked = asked_of(request, RunsAsked)
        found = runs_of(self.staff).select_related("calculation").defer("calculation__book")
        rows = found.filter(**asked.filters)
        return Response(paged(asked, rows, ("-pk",), lambda some: RunOut(some, many=True).data))

    @once
    @call(
        "新建批次",
        WRITE,
        name="runs_create",
        tag=TAG,
        takes=RunIn,
        answer=RunOut,
        status=201,
        example={"month": "2024-07"},
        told=RUN | {"state": "draft", "state_words": "草稿", "version": None, "lines": None},
    )
    def post(self, request: Request) -> Response:
        """新建批次."""
        given = read(RunIn, request.data)
        month = given["month"]
        cutoff = min(given.get("cutoff") or timezone.localdate(), last_day(month))
        run = actions.open_run(
            month=month,
            cutoff=min(cutoff, timezone.localdate()),
            division=self.staff.division,
            by=self.staff,
        )
        return told(RunOut(run).data, standing(run), status.HTTP_201_CREATED)


class OneRun(Door):
    """一个批次."""

    @call(
        "一个批次",
        READ,
        name="runs_retrieve",
        tag=TAG,
        answer=OneRunOut,
        say="答复头 ETag 是版本（状态和现行计算），办理时写在 If-Match 中。",
        told=ONE_RUN,
    )
    def get(self, request: Request, pk: int) -> Response:
        """The run with its sums."""
        run = find(self.staff, pk)
        return told(OneRunOut(run).data, standing(run))


class RunProgress(Door):
    """进度."""

    @call("计算进度", READ, name="runs_progress", tag=TAG, answer=ProgressOut)
    def get(self, request: Request, pk: int) -> Response:
        """How far the run is."""
        run = find(self.staff, pk)
        found = run_page.progress(run, timezone.now())
        if found is None:
            found = run_page.ProgressView(False, "", 0, 0, [], "", "")
        answer = found._asdict() | {
            "computing": found.waiting,
            "by_programme": dict(found.by_programme),
        }
        return Response(ProgressOut(answer).data)


# ---- acts --------------------------------------------------------------------------------------
class RunActIn(Strict):
    """Why: needed to return a run."""

    reason = serializers.CharField(
        max_length=200, required=False, default="", allow_blank=True, help_text="理由；退回必填"
    )


def compute(pk: int, by: Staff, _reason: str) -> None:
    """Ask for a calculation; wish and errand are committed together."""
    with transaction.atomic():
        actions.request_compute(pk, by=by, at=timezone.now())
        tasks.hand_over_computing(pk)


def stop(pk: int, by: Staff, _reason: str) -> None:
    """Ask a calculation to stop."""
    if not may_make(by):
        raise NotAllowed(gettext("停止计算由县级经办办理。"))
    actions.request_stop(pk, by=by)


def give_back(pk: int, by: Staff, why: str) -> None:
    """Return a run, for a reason."""
    if not why.strip():
        raise serializers.ValidationError({"reason": [gettext("退回须写明理由。")]})
    actions.return_run(pk, by=by, reason=why)


Act = Callable[[int, Staff, str], object]
ACTS: dict[str, tuple[Act, str, str]] = {
    "compute": (compute, "计算", "答复后在后台计算；进度见 progress。"),
    "stop": (stop, "停止计算", "计算中的批次停下，不留结果。"),
    "check": (lambda pk, by, _: actions.check_run(pk, by=by), "复核", "由经办以外的复核人办理。"),
    "approve": (
        lambda pk, by, _: actions.approve_run(pk, by=by),
        "审批",
        "审批后明细即为已发放，代发文件封存。",
    ),
    "send": (lambda pk, by, _: actions.send_run(pk, by=by), "送银行", "由财务办理。"),
    "close": (
        lambda pk, by, why: close_run(pk, by=by, at=timezone.now(), note=why),
        "归档",
        "回盘齐全、账目对平后归档。",
    ),
    "return": (give_back, "退回", "退回草稿，须写明理由。"),
    "cancel": (
        lambda pk, by, why: actions.cancel_run(pk, by=by, reason=why),
        "撤销",
        "没有审批的批次才能撤销。",
    ),
}


def address(step: str) -> type[Door]:
    """The address of one act on a run."""
    do, verb, say = ACTS[step]

    class RunAct(Door):
        """One act on a run."""

        @once
        @call(
            f"{verb}批次",
            WRITE,
            name=f"runs_{step}",
            binding=step in BINDING,
            tag=TAG,
            takes=RunActIn,
            answer=RunOut,
            seen=True,
            say=say,
            example={"reason": "金额有误"} if step == "return" else {},
            told=RUN,
        )
        def post(self, request: Request, pk: int) -> Response:
            """The act, and the run as it is afterwards."""
            why = read(RunActIn, request.data)["reason"]
            seen_run(self, request, pk)
            do(pk, self.staff, why)
            run = find(self.staff, pk)
            return told(RunOut(run).data, standing(run))

    RunAct.__name__ = RunAct.__qualname__ = f"Run{step.title()}"
    return RunAct
