"""预警的接口: what stands of the low-income alerts, with why, and working one to its outcome."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.casework.models import CASEWORKERS
from apps.offices.api.asking import body_of, judged, read, typed
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, link, page_of
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.once import once
from apps.offices.tokens import Scope
from apps.registers import actions
from apps.registers import alerts as raised
from apps.registers import low_income_words as words
from apps.registers.low_income_forms import Work
from apps.registers.on_record import alert_seen
from apps.standards.models import current_book

TAG = "预警"


class AlertOut(serializers.Serializer[Any]):
    """One alert that nobody has dealt with."""

    key = serializers.CharField(help_text="预警编号；情况不变则不变")
    rule = serializers.CharField(help_text="规则代码")
    kind = serializers.CharField(help_text="类别代码")
    kind_words = serializers.CharField(help_text="类别")
    words = serializers.CharField(help_text="缘由")
    since = serializers.DateField(help_text="情况登记的日期")
    household = serializers.CharField(help_text="户编号")
    person = serializers.IntegerField(allow_null=True, help_text="人员编号；null 为全户")
    name = serializers.CharField(allow_blank=True, help_text="对象")
    division = serializers.CharField(help_text="村（社区）代码")


ALERT = {
    "key": "nursing-12-31",
    "rule": "nursing",
    "kind": "due",
    "kind_words": "应享未享",
    "words": "持一级残疾人证，没有享受护理补贴",
    "since": "2024-07-01",
    "household": "430482001200000012",
    "person": 31,
    "name": "张三",
    "division": "430482001200",
}


def _told(one: raised.Alert) -> dict[str, Any]:
    plain = ("key", "rule", "since", "name", "division")
    said = {
        "kind": one.about.kind,
        "kind_words": str(words.KINDS[one.about.kind]),
        "words": str(one.said),
        "household": one.number,
        "person": one.person_id,
        **{name: getattr(one, name) for name in plain},
    }
    return dict(AlertOut(said).data)


class AlertDoor(Door):
    """Alerts tell of health and income: for the caseworkers of township and county alone."""

    def gate(self) -> None:
        """As on the page."""
        super().gate()
        if self.staff.role not in CASEWORKERS:
            raise NotAllowed(gettext("预警含健康和收入情况，只供乡镇、县级经办和审核查看。"))


def standing_of(staff: Staff, division: str = "") -> list[raised.Alert]:
    """Every alert of the territory, in the order of their keys (one query beside the book)."""
    found = raised.alerts(staff, today=timezone.localdate(), book=current_book(), division=division)
    return sorted(found, key=lambda one: one.key)


def find(staff: Staff, key: str) -> raised.Alert:
    """An alert that stands; NotFound where it has been dealt with or never was."""
    found = next((one for one in standing_of(staff) if one.key == key), None)
    if found is None:
        raise NotFound(gettext("没有这条预警：已经处置，情况已经变化，或不在您的管辖范围内。"))
    return found


class AlertsAsked(Paged):
    """Filters of the alerts."""

    kind = serializers.ChoiceField(choices=list(words.KINDS), required=False, help_text="类别代码")
    division = serializers.RegexField(r"^\d{1,12}$", required=False, help_text="区划代码（前缀）")


class Alerts(AlertDoor):
    """预警."""

    @call(
        "预警清单",
        Scope.CASES_READ,
        name="alerts_list",
        tag=TAG,
        answer=page_of(AlertOut, "AlertPage"),
        asks=[AlertsAsked],
        say="还没有人处置的，附缘由。",
        told={"results": [ALERT], "next": None},
    )
    def get(self, request: Request) -> Response:
        """Those that stand, in the order of their keys."""
        asked = asked_of(request, AlertsAsked)
        kind = asked.filters.get("kind")
        after = asked.after[0] if asked.after else ""
        found = [
            one
            for one in standing_of(self.staff, asked.filters.get("division", ""))
            if kind in (None, one.about.kind) and one.key > after
        ]
        shown = found[: asked.limit]
        following = link(asked, [shown[-1].key]) if len(found) > asked.limit else None
        return Response({"results": [_told(one) for one in shown], "next": following})


class OneAlert(AlertDoor):
    """一条预警."""

    @call(
        "一条预警", Scope.CASES_READ, name="alerts_retrieve", tag=TAG, answer=AlertOut, told=ALERT
    )
    def get(self, request: Request, key: str) -> Response:
        """With why it stands."""
        one = find(self.staff, key)
        return told(_told(one), alert_seen(one))


WorkIn = body_of(Work, "AlertWorkIn", "What was found out about an alert, and what came of it.")


class WorkedOut(serializers.Serializer[Any]):
    """That an alert has been dealt with."""

    key = serializers.CharField(help_text="预警编号")


class Working(AlertDoor):
    """处置预警."""

    @once
    @call(
        "处置预警",
        Scope.CASES_WRITE,
        name="alerts_work",
        tag=TAG,
        takes=WorkIn,
        answer=WorkedOut,
        seen=True,
        say="登记核查和处置情况；情况不变的不再提示。",
        example={"outcome": next(iter(words.OUTCOMES)), "note": "已上门告知并协助申请"},
        told={"key": "nursing-12-31"},
    )
    def post(self, request: Request, key: str) -> Response:
        """It stands no more."""
        given = read(WorkIn, request.data)
        one = find(self.staff, key)
        one_editor("registers.alert", one.household_id)
        must_match(request, alert_seen(find(self.staff, key)), by=self.staff)
        data = judged(Work(typed(given)))
        actions.work_alert(key, on=timezone.localdate(), by=self.staff, **data)
        return Response({"key": key})
