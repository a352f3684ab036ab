"""追缴的接口: recoveries in figures, and what is decided about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.offices.api.asking import MONEY, MONTH, MonthText, Strict, judged, read, typed
from apps.offices.api.boxes import refuse_others
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, link, page_of
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotFound, StaleState
from apps.offices.once import once
from apps.offices.sight import Record
from apps.offices.tokens import Scope
from apps.payments.recoveries import actions
from apps.payments.recoveries.forms import Propose, Refuse, Repaid
from apps.payments.recoveries.models import Treatment
from apps.payments.recoveries.on_record import KIND, open_treatment, recorded
from apps.payments.recoveries.reading import LAST, Row, recoveries

RECOVERIES = "追缴"
READ, WRITE = Scope.PAYMENTS_READ, Scope.PAYMENTS_WRITE


class TreatmentOut(serializers.ModelSerializer[Treatment]):
    """What was decided, or is to be decided, about a recovery."""

    first_month = MonthText(allow_null=True, help_text="起始月")
    prepared_by = serializers.CharField(source="prepared_by.name", help_text="提出人")

    class Meta:
        model = Treatment
        fields = ("id", "way", "fen", "first_month", "note", "state", "proposed_on", "prepared_by")


class RecoveryRow(serializers.Serializer[Any]):
    """A recovery in figures."""

    id = serializers.IntegerField(source="pk", help_text="追缴编号")
    programme = serializers.CharField(help_text="项目代码")
    programme_words = serializers.CharField(source="card", help_text="项目")
    household = serializers.CharField(source="number", help_text="户编号")
    name = serializers.CharField(allow_blank=True, help_text="对象姓名")
    opened_on = serializers.DateField(help_text="立案日期")
    overpaid_fen = serializers.IntegerField(source="overpaid", help_text="多发（分）")
    repaid_fen = serializers.IntegerField(source="repaid", help_text="已退回（分）")
    withheld_fen = serializers.IntegerField(source="withheld", help_text="已抵扣（分）")
    waived_fen = serializers.IntegerField(source="waived", help_text="已减免（分）")
    left_fen = serializers.IntegerField(source="left", help_text="尚待追回（分）")


class RecoveryOut(RecoveryRow):
    """A recovery with its treatments."""

    treatments = TreatmentOut(many=True, help_text="处理，新的在前")


class Recoveries(Door):
    """追缴."""

    @call(
        "追缴清单",
        READ,
        name="recoveries_list",
        tag=RECOVERIES,
        answer=page_of(RecoveryRow, "RecoveryPage"),
        asks=[Paged],
        say="新的在前。",
    )
    def get(self, request: Request) -> Response:
        """Of the territory, the newest in front."""
        asked = asked_of(request)
        before = int(asked.after[0]) if asked.after else LAST
        found = recoveries(self.staff, before=before, limit=asked.limit + 1)
        shown = found[: asked.limit]
        following = link(asked, [shown[-1].pk]) if len(found) > asked.limit else None
        return Response({"results": RecoveryRow(shown, many=True).data, "next": following})


def _row(staff: Staff, pk: int) -> Row:
    row = next(iter(recoveries(staff, only=pk)), None)
    if row is None:
        raise NotFound(gettext("没有找到这笔追缴，或不在您的管辖范围内。"))
    return row


def standing(pk: int) -> Record:
    """What an act on a recovery has to have seen."""
    boxes = {
        f"{act}.{name}": value
        for act in ("propose", "repaid", "decide")
        for name, value in recorded(pk, act).boxes.items()
    }
    return Record(boxes, KIND, pk)


def _told(row: Row) -> Response:
    found = Treatment.objects.filter(recovery=row.pk).select_related("prepared_by")
    plain = {name: getattr(row, name) for name in (*Row._fields, "left", "card")}
    said = RecoveryOut(plain | {"treatments": found.order_by("-pk")}).data
    return told(said, standing(row.pk))


class OneRecovery(Door):
    """一笔追缴."""

    @call("一笔追缴", READ, name="recoveries_retrieve", tag=RECOVERIES, answer=RecoveryOut)
    def get(self, request: Request, pk: int) -> Response:
        """Its figures and treatments."""
        return _told(_row(self.staff, pk))


class RecoveryActIn(Strict):
    """What an act on a recovery asks."""

    way = serializers.ChoiceField(
        choices=Treatment.Way.choices, required=False, help_text="处理方式（propose）"
    )
    fen = serializers.RegexField(
        MONEY, required=False, help_text="金额（元）：每月金额、减免总额或退回金额"
    )
    first_month = serializers.RegexField(MONTH, required=False, help_text="起始月（propose）")
    note = serializers.CharField(required=False, max_length=300, help_text="理由（propose）")
    reason = serializers.CharField(
        required=False, max_length=200, help_text="不批准的理由（refuse）"
    )


RECOVERY_ACTS: dict[str, tuple[type[forms.Form], str, dict[str, Any]]] = {
    "propose": (
        Propose,
        "提出追缴处理",
        {"way": "instalments", "fen": "100.00", "note": "家庭困难，分期退回"},
    ),
    "repaid": (Repaid, "登记退回款", {"fen": "100.00"}),
    "approve": (forms.Form, "批准追缴处理", {}),
    "refuse": (Refuse, "不批准追缴处理", {"reason": "应先核实收入"}),
}


def address(act: str) -> type[Door]:
    """The address of one act on a recovery."""
    form_of, words, example = RECOVERY_ACTS[act]

    class RecoveryAct(Door):
        """One act on a recovery."""

        @once
        @call(
            words,
            WRITE,
            name=f"recoveries_{act}",
            binding=act == "approve",
            tag=RECOVERIES,
            takes=RecoveryActIn,
            answer=RecoveryOut,
            seen=True,
            example=example,
        )
        def post(self, request: Request, pk: int) -> Response:
            """The act, and the recovery as it is afterwards."""
            given, today = read(RecoveryActIn, request.data), timezone.localdate()
            _row(self.staff, pk)
            one_editor(KIND, pk)
            must_match(request, standing(pk), by=self.staff)
            form = form_of(typed(given))
            refuse_others(form, given, words)
            data = judged(form)
            if act == "propose":
                actions.propose(pk, on=today, by=self.staff, **data)
            elif act == "repaid":
                actions.repaid(pk, on=today, by=self.staff, **data)
            elif act == "approve":
                actions.approve(_waiting(pk), on=today, by=self.staff)
            else:
                actions.refuse(_waiting(pk), on=today, by=self.staff, **data)
            return _told(_row(self.staff, pk))

    RecoveryAct.__name__ = RecoveryAct.__qualname__ = f"Recovery{act.title()}"
    return RecoveryAct


def _waiting(pk: int) -> int:
    found = open_treatment(pk)
    if found is None:
        raise StaleState(gettext("没有待批准的处理，请重新取得后再看。"))
    return found.pk
