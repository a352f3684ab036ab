"""批次接口: GET and POST /api/runs/, one run, its progress, and one address for each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.offices.access import staff_of
from apps.offices.doors.gate import need_fresh
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.once import once
from apps.offices.perms import refuse_outsiders
from apps.payments import actions, run_page, tasks
from apps.payments.closing.actions import close_run
from apps.payments.models import Held, PaymentLine, PaymentRun
from apps.payments.perms import BINDING, may_make, runs_of
from apps.units.months import last_day, month_code, parse_month


class RunIn(serializers.Serializer[Any]):
    """A new run: its month as "2024-12"."""

    month = serializers.CharField(max_length=7)


class ReasonIn(serializers.Serializer[Any]):
    """Why: needed to return a run. State and version as the caller saw them: 409 if not as now."""

    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    state = serializers.ChoiceField(PaymentRun.State.choices, required=False, default="")
    version = serializers.IntegerField(required=False, default=None)


class RunOut(serializers.ModelSerializer[PaymentRun]):
    """A run; sums in fen of its current calculation."""

    month = serializers.SerializerMethodField()
    state_words = serializers.CharField(source="get_state_display")
    version = serializers.SerializerMethodField()
    lines = serializers.SerializerMethodField()

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

    fen = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField()
    changed = serializers.SerializerMethodField()

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


class ProgressOut(serializers.Serializer[Any]):
    """How far a computing run is; eta in words."""

    computing = serializers.BooleanField()
    words = serializers.CharField(allow_blank=True)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    by_programme = serializers.DictField(child=serializers.IntegerField())
    eta = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)


def _staff(request: Request) -> Staff:
    staff = staff_of(request)
    refuse_outsiders(staff)
    return staff


def _find(staff: Staff, pk: int) -> PaymentRun:
    found = runs_of(staff).select_related("calculation").defer("calculation__book")
    run = found.filter(pk=pk).first()
    if run is None:
        raise NotFound(gettext("没有找到该发放批次，或不在您的管辖范围内。"))
    return run


class Runs(APIView):
    """发放批次."""

    @extend_schema(responses=RunOut(many=True))
    def get(self, request: Request) -> Response:
        """The newest 100 runs of the territory."""
        found = runs_of(_staff(request)).select_related("calculation").defer("calculation__book")
        return Response(RunOut(found.order_by("-month", "-number")[:100], many=True).data)

    @once
    @extend_schema(request=RunIn, responses={201: RunOut})
    def post(self, request: Request) -> Response:
        """新建批次."""
        staff = _staff(request)
        asked = RunIn(data=request.data)
        asked.is_valid(raise_exception=True)
        month = parse_month(asked.validated_data["month"])
        cutoff = min(timezone.localdate(), last_day(month))
        run = actions.open_run(month=month, cutoff=cutoff, division=staff.division, by=staff)
        return Response(RunOut(run).data, status=status.HTTP_201_CREATED)


class OneRun(APIView):
    """一个批次."""

    @extend_schema(responses=OneRunOut)
    def get(self, request: Request, pk: int) -> Response:
        """The run with its sums."""
        return Response(OneRunOut(_find(_staff(request), pk)).data)


class RunProgress(APIView):
    """进度."""

    @extend_schema(responses=ProgressOut)
    def get(self, request: Request, pk: int) -> Response:
        """How far the run is."""
        run = _find(_staff(request), pk)
        found = run_page.progress(run, timezone.now())
        if found is None:
            found = run_page.ProgressView(False, "", 0, 0, [], "", "")
        answer = found._asdict() | {
            "computing": found.waiting,
            "by_programme": dict(found.by_programme),
        }
        return Response(ProgressOut(answer).data)


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


Act = Callable[[int, Staff, str], object]
ACTS: dict[str, Act] = {
    "compute": compute,
    "stop": stop,
    "check": lambda pk, by, _: actions.check_run(pk, by=by),
    "approve": lambda pk, by, _: actions.approve_run(pk, by=by),
    "send": lambda pk, by, _: actions.send_run(pk, by=by),
    "close": lambda pk, by, why: close_run(pk, by=by, at=timezone.now(), note=why),
    "return": lambda pk, by, why: actions.return_run(pk, by=by, reason=why),
    "cancel": lambda pk, by, why: actions.cancel_run(pk, by=by, reason=why),
}


class RunAct(APIView):
    """One act on a run."""

    @once
    @extend_schema(operation_id="runs_act", request=ReasonIn, responses=RunOut)
    def post(self, request: Request, pk: str, step: str) -> Response:
        """The act, and the run as it is afterwards; refusals are 403, 404 and 409."""
        staff = _staff(request)
        if step in BINDING:
            need_fresh(request)
        asked = ReasonIn(data=request.data)
        asked.is_valid(raise_exception=True)
        run = _find(staff, int(pk))
        data = asked.validated_data
        actions.stand_still(run.pk, state=data["state"], version=data["version"])
        ACTS[step](run.pk, staff, data["reason"])
        return Response(RunOut(_find(staff, run.pk)).data)
