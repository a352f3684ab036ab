"""变更接口的形状: a change as the API tells it, and the body of each kind by its page's form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from rest_framework import serializers

from apps.changes.forms import FORMS, ChangeForm
from apps.changes.kinds import CHANGES, ChangeKind
from apps.changes.models import FamilyChange
from apps.changes.promise import Promise
from apps.offices.api.asking import Strict, body_of
from apps.offices.api.boxes import BoxOut, SaidOut, boxes_told, hidden
from apps.units.months import month_code

EACH = ("split", "merge", "head")  # kinds that ask something of each member


class ChangeOut(serializers.Serializer[Any]):
    """A change."""

    id = serializers.IntegerField(help_text="变更编号")
    kind = serializers.CharField(help_text="种类代码")
    kind_words = serializers.CharField(help_text="种类")
    household = serializers.CharField(help_text="户编号")
    state = serializers.CharField(help_text="状态：draft、submitted、done、withdrawn")
    state_words = serializers.CharField(help_text="状态")
    decided = serializers.BooleanField(help_text="须另一人复核后生效")
    prepared_by = serializers.CharField(help_text="经办人")
    prepared_on = serializers.DateField(help_text="登记日期")
    decided_by = serializers.CharField(allow_null=True, help_text="复核人")
    effective_on = serializers.DateField(allow_null=True, help_text="办结日期")
    answer = serializers.CharField(allow_blank=True, help_text="退回理由")
    said = SaidOut(many=True, help_text="填写的内容")


CHANGE = {
    "id": 12,
    "kind": "income",
    "kind_words": "收入变化",
    "household": "430482001200000012",
    "state": "submitted",
    "state_words": "待复核",
    "decided": True,
    "prepared_by": "王敏",
    "prepared_on": "2024-07-10",
    "decided_by": None,
    "effective_on": None,
    "answer": "",
    "said": [{"label": "新的净收入（元）", "words": "900.00"}],
}


def change_told(found: FamilyChange, said: Iterable[Any]) -> dict[str, Any]:
    """A change as the API tells it."""
    plain = ("id", "kind", "state", "decided", "prepared_on", "effective_on", "answer")
    return {
        **{name: getattr(found, name) for name in plain},
        "kind_words": str(CHANGES[found.kind].name),
        "household": found.household.number,
        "state_words": found.get_state_display(),
        "prepared_by": found.prepared_by.name,
        "decided_by": found.decided_by.name if found.decided_by else None,
        "said": [{"label": str(label), "words": hidden(str(words))} for label, words in said],
    }


class RowOut(serializers.Serializer[Any]):
    """What an award comes to."""

    programme = serializers.CharField(help_text="项目")
    who = serializers.CharField(help_text="对象")
    now = serializers.IntegerField(allow_null=True, help_text="现在每月（分）")
    then = serializers.IntegerField(allow_null=True, help_text="变更后每月（分）")
    since = serializers.CharField(allow_null=True, help_text="自何月起；null 不变")


class PromiseOut(serializers.Serializer[Any]):
    """What a change would mean; nothing is written."""

    month = serializers.CharField(help_text="下一批次的月份")
    decided = serializers.BooleanField(help_text="须另一人复核")
    arrears_fen = serializers.IntegerField(help_text="补发（分）")
    back_fen = serializers.IntegerField(help_text="追缴（分）")
    rows = RowOut(many=True)
    notes = serializers.ListField(child=serializers.CharField(), help_text="须知")


def promise_told(shown: Promise) -> dict[str, Any]:
    """A preview as the API tells it."""
    return {
        "month": month_code(shown.month),
        "decided": shown.decided,
        "arrears_fen": shown.arrears,
        "back_fen": shown.back,
        "rows": [
            {
                "programme": str(row.programme),
                "who": str(row.who),
                "now": row.now,
                "then": row.then,
                "since": month_code(row.since) if row.since else None,
            }
            for row in shown.rows
        ],
        "notes": [str(words) for words in shown.notes],
    }


# ---- what is asked -----------------------------------------------------------------------------
class EachIn(Strict):
    """What one member is to somebody."""

    person = serializers.IntegerField(min_value=1, max_value=10**18 - 1, help_text="人员编号")
    relationship = serializers.RegexField(r"^[a-z_]{1,12}$", help_text="关系代码")


def body(kind: ChangeKind) -> type[Strict]:
    """The body of a kind of change; a preview asks the same."""
    extra: dict[str, Any] = {
        "dry_run": serializers.BooleanField(
            required=False, help_text="只预览不登记；答复 200 和预览"
        ),
    }
    if kind.code in EACH:
        extra["members"] = EachIn(many=True, required=False, help_text="各成员的关系")
    name = "".join(part.title() for part in kind.code.split("_"))
    form: type[forms.BaseForm] = FORMS[kind.code]
    return body_of(form, f"Change{name}In", f"A change: {kind.code}.", **extra)


def boxes_of(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent, by the boxes of the form."""
    each = {f"member_{one['person']}": one["relationship"] for one in given.pop("members", ())}
    return {**given, **each}


class FormOut(serializers.Serializer[Any]):
    """What a change asks, and what is on record of it."""

    kind = serializers.CharField(help_text="种类代码")
    kind_words = serializers.CharField(help_text="种类")
    hint = serializers.CharField(help_text="说明")
    rule = serializers.CharField(help_text="规则")
    boxes = BoxOut(many=True)
    on_record = SaidOut(many=True, help_text="现在登记的内容")


def form_told(kind: ChangeKind, form: ChangeForm, standing: Iterable[Any]) -> dict[str, Any]:
    """The form of a change as the API tells it."""
    return {
        "kind": kind.code,
        "kind_words": str(kind.name),
        "hint": str(kind.hint),
        "rule": kind.rule,
        "boxes": boxes_told(form),
        "on_record": [{"label": str(label), "words": str(words)} for label, words in standing],
    }
