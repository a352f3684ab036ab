"""变更的接口: what may be reported of a household, one address a kind, and deciding what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.changes import actions
from apps.changes.about import About, about
from apps.changes.api import shapes
from apps.changes.forms import FORMS, ChangeForm
from apps.changes.kinds import CHANGES, ChangeKind, offered
from apps.changes.models import FamilyChange
from apps.changes.records import records
from apps.offices.api.asking import Nothing, Strict, judged, read, typed
from apps.offices.api.boxes import hidden
from apps.offices.api.door import Door, call
from apps.offices.api.paging import Paged, asked_of, page_of, paged
from apps.offices.api.versions import must_match, one_editor, told
from apps.offices.models import Staff
from apps.offices.once import Handler, once
from apps.offices.page_token import new_token
from apps.offices.sight import Record, Worded
from apps.offices.tokens import Scope

TAG = "变更"
READ, WRITE = Scope.HOUSEHOLDS_READ, Scope.HOUSEHOLDS_WRITE
FILED = "changes.familychange"


def on_record(kind: ChangeKind, whose: About, form: ChangeForm) -> Record:
    """What stands in the boxes of a kind, of everybody of the household it may be about."""
    boxes = {
        f"{subject}.{name}" if subject else name: value
        for subject, record in records(kind, whose, form).items()
        for name, value in record.boxes.items()
    }
    return Record(boxes, "households.", household=whose.home.pk)


def _shown(record: Record) -> list[tuple[str, Any]]:
    return [
        (name, value.shown if isinstance(value, Worded) else "" if value is None else value)
        for name, value in record.boxes.items()
    ]


# ---- the changes of a household ----------------------------------------------------------------
class ChangesAsked(Paged):
    """Filters of the changes."""

    state = serializers.ChoiceField(
        choices=FamilyChange.State.choices, required=False, help_text="状态"
    )


def _told(rows: list[FamilyChange]) -> list[dict[str, Any]]:
    return [shapes.change_told(one, one.promised.get("said", ())) for one in rows]


class HouseholdChanges(Door):
    """一户的变更."""

    @call(
        "一户的变更记录",
        READ,
        name="changes_of_household",
        tag=TAG,
        answer=page_of(shapes.ChangeOut, "ChangePage"),
        asks=[ChangesAsked],
        say="新的在前。",
    )
    def get(self, request: Request, number: str) -> Response:
        """The newest in front."""
        whose = about(number, self.staff, timezone.localdate())
        rows = FamilyChange.objects.visible_to(self.staff).filter(household=whose.home)
        return _page(request, rows)


class Changes(Door):
    """变更."""

    @call(
        "变更清单",
        READ,
        name="changes_list",
        tag=TAG,
        answer=page_of(shapes.ChangeOut, "AllChangePage"),
        asks=[ChangesAsked],
        say="辖区内的变更，新的在前；待复核的用 state=submitted。",
    )
    def get(self, request: Request) -> Response:
        """Of the territory."""
        return _page(request, FamilyChange.objects.visible_to(self.staff))


def _page(request: Request, rows: Any) -> Response:
    asked = asked_of(request, ChangesAsked)
    people = ("household", "prepared_by", "decided_by")
    rows = rows.filter(**asked.filters).select_related(*people)
    page = paged(asked, rows, ("-pk",), _told)
    return Response(page | {"results": shapes.ChangeOut(page["results"], many=True).data})


class KindOut(serializers.Serializer[Any]):
    """A kind of change."""

    code = serializers.CharField(help_text="种类代码")
    name = serializers.CharField(help_text="种类")
    hint = serializers.CharField(help_text="说明")
    rule = serializers.CharField(help_text="规则")


class KindsOut(serializers.Serializer[Any]):
    """All kinds."""

    results = KindOut(many=True)


class Kinds(Door):
    """变更种类."""

    @call("变更种类", READ, name="change_kinds", tag=TAG, answer=KindsOut)
    def get(self, request: Request) -> Response:
        """Those in the menu of a household."""
        rows = [
            {"code": k.code, "name": str(k.name), "hint": str(k.hint), "rule": k.rule}
            for k in offered()
        ]
        return Response({"results": KindOut(rows, many=True).data})


# ---- reporting one -----------------------------------------------------------------------------
EXAMPLES: dict[str, dict[str, Any]] = {
    "join": {"name": "李小", "born": "2024-06-30", "relationship": "child", "on": "2024-06-30"},
    "income": {
        "person": "31",
        "code": "wage",
        "amount": "900.00",
        "per": "month",
        "on": "2024-07-01",
    },
    "property": {"within": "yes", "on": "2024-07-01"},
    "zone": {"zone": "urban", "on": "2024-07-01"},
    "account": {
        "owner": "0",
        "payee_name": "张三",
        "payee_is": "head",
        "bank": "农商银行",
        "number": "6217000000004321",
        "reason": "卡遗失",
    },
    "move": {"village": "430482001201", "address": "一组3号", "on": "2024-07-01"},
    "disability": {"person": "31", "code": "hearing", "grade": "2", "on": "2024-06-20"},
    "self_care": {"person": "31", "failed": 3, "on": "2024-07-01"},
    "split": {
        "zone": "rural",
        "on": "2024-07-01",
        "members": [{"person": 33, "relationship": "applicant"}],
    },
    "merge": {
        "other": "430482001200000013",
        "on": "2024-07-01",
        "members": [{"person": 40, "relationship": "parent"}],
    },
    "head": {
        "head": "32",
        "on": "2024-07-01",
        "members": [{"person": 31, "relationship": "spouse"}],
    },
    "guardian": {"person": "33", "code": "parent", "guardian": "张三", "on": "2024-07-01"},
    "unite": {"pair": "31-57", "keep": "31", "reason": "身份证号登记有误，已核对原件"},
    "part": {"merge": "4", "reason": "两人同名，核对原件后确认"},
}
USUAL = {"person": "31", "on": "2024-07-01"}  # of the kinds that ask no more than who and when


def address(kind: ChangeKind) -> type[Door]:
    """The address of one kind of change: its form, and reporting it."""
    asks = shapes.body(kind)
    telling = call(
        f"{kind.name}：要填什么",
        READ,
        name=f"changes_{kind.code}_form",
        tag=TAG,
        answer=shapes.FormOut,
        say=f"{kind.hint}。{FORM_SAYS}",
    )

    class OfKind(Door):
        """One kind of change of a household."""

        @telling
        def get(self, request: Request, number: str) -> Response:
            """What it asks, and what is on record."""
            whose = about(number, self.staff, timezone.localdate())
            form = FORMS[kind.code](about=whose)
            record = on_record(kind, whose, form)
            said = shapes.form_told(kind, form, _shown(record))
            return told(shapes.FormOut(said).data, record)

        @once
        @_reporting(kind, asks)
        def post(self, request: Request, number: str) -> Response:
            """The change, carried out or laid before a second person; or what it would mean."""
            return _reported(self, request, kind, asks, number)

    OfKind.__name__ = OfKind.__qualname__ = f"Change{kind.code.title()}"
    return OfKind


FORM_SAYS = "逐项列出要填的内容、可选的代码和现在登记的内容；答复头 ETag 写在办理时的 If-Match 中。"


def _reporting(kind: ChangeKind, asks: type[Strict]) -> Callable[[Handler], Handler]:
    return call(
        f"办理{kind.name}",
        WRITE,
        name=f"changes_{kind.code}",
        tag=TAG,
        takes=asks,
        answer={200: shapes.PromiseOut, 201: shapes.ChangeOut},
        status=201,
        seen=True,
        say=f"{kind.hint}（{kind.rule}）。须经复核的，另一人复核后才生效。",
        example=EXAMPLES.get(kind.code, USUAL),
        told=shapes.CHANGE,
    )


def _reported(
    door: Door, request: Request, kind: ChangeKind, asks: type[Strict], number: str
) -> Response:
    given = read(asks, request.data)
    actions.check_may_report(kind, door.staff)
    dry = given.pop("dry_run", False)
    whose = about(number, door.staff, timezone.localdate())
    one_editor("households.household", whose.home.pk)
    form = FORMS[kind.code](typed(shapes.boxes_of(given)), about=whose)
    unknown = [name for name in form.data if name not in form.fields]
    if unknown:
        words = gettext("这一户的这项变更不填这一项。")
        raise serializers.ValidationError({name: [words] for name in unknown})
    must_match(request, on_record(kind, whose, form), by=door.staff)
    judged(form)
    if dry:
        shown = actions.preview(kind, whose, form.cleaned_data)
        return Response(shapes.PromiseOut(shapes.promise_told(shown)).data)
    done = actions.submit(kind, form, token=new_token())
    said = shapes.change_told(done, done.promised.get("said", ()))
    return told(shapes.ChangeOut(said).data, waits(done), status.HTTP_201_CREATED)


# ---- one change, and what may be done with it --------------------------------------------------
def waits(found: FamilyChange) -> Record:
    """A change as it waits: what is approved or sent back is what was shown."""
    said = {str(label): hidden(str(w)) for label, w in found.promised.get("said", ())}
    return Record({"state": found.get_state_display(), **said}, FILED, found.pk)


def _one(pk: int, staff: Staff) -> Response:
    found = actions.found(pk, staff)
    said = shapes.change_told(found, found.promised.get("said", ()))
    return told(shapes.ChangeOut(said).data, waits(found))


class OneChange(Door):
    """一项变更."""

    @call(
        "一项变更",
        READ,
        name="changes_retrieve",
        tag=TAG,
        answer=shapes.ChangeOut,
        told=shapes.CHANGE,
    )
    def get(self, request: Request, pk: int) -> Response:
        """With what was typed."""
        return _one(pk, self.staff)


class SendBackIn(Strict):
    """Why."""

    reason = serializers.CharField(max_length=300, help_text="退回理由")


def act(code: str, summary: str, say: str) -> type[Door]:
    """The address of one act on a change that waits."""
    asks: type[Strict] = SendBackIn if code == "send-back" else ChangeActIn

    class Act(Door):
        """One act on a change."""

        @once
        @call(
            summary,
            WRITE,
            name=f"changes_{code.replace('-', '_')}",
            tag=TAG,
            takes=asks,
            answer=shapes.ChangeOut,
            seen=True,
            binding=code == "approve",
            say=say,
            example={"reason": "金额与工资单不符"} if asks is SendBackIn else {},
            told=shapes.CHANGE,
        )
        def post(self, request: Request, pk: int) -> Response:
            """The act, and the change as it is afterwards."""
            given, today = read(asks, request.data), timezone.localdate()
            found = actions.found(pk, self.staff)
            one_editor(FILED, pk)
            found.refresh_from_db()
            must_match(request, waits(found), by=self.staff)
            _done(code, pk, self.staff, today, given.get("reason", ""))
            return _one(pk, self.staff)

    Act.__name__ = Act.__qualname__ = f"Change{code.title()}"
    return Act


def _done(code: str, pk: int, by: Staff, today: dt.date, reason: str) -> None:
    if code == "approve":
        actions.approve(pk, by=by, today=today)
    elif code == "send-back":
        actions.send_back(pk, by=by, reason=reason)
    elif code == "withdraw":
        actions.withdraw(pk, by=by)
    else:
        actions.ask_after_split(pk, on=today, by=by)


class ChangeActIn(Nothing):
    """An act that asks nothing."""


ACTS = {
    code: act(code, summary, say)
    for code, summary, say in (
        ("approve", "复核通过变更", "由另一人办理；按提交的内容生效。"),
        ("send-back", "退回变更", "退回经办人修改，须写明理由。"),
        ("withdraw", "撤回变更", "由经办岗位撤回，没有生效。"),
        ("ask-after-split", "分户后为新户申请", "原户在享的项目，为新户逐项提出申请。"),
    )
}
KINDS = {code: address(kind) for code, kind in CHANGES.items()}
