"""办理接口的形状: one application with its options, and a step as the API is asked for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework import serializers

from apps.casework.clocks import clocks_of
from apps.casework.models import Application
from apps.casework.pathway import history, told
from apps.casework.step_forms import asked
from apps.casework.steps import Option, options, raised
from apps.offices.api.asking import MONEY, MONTH, Day, Number, Strict
from apps.offices.calendar import current_calendar
from apps.offices.models import Staff
from apps.standards.models import current_book


class LackOut(serializers.Serializer[Any]):
    """One thing that is missing: which need, in words, and the page that mends it."""

    need = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField(allow_blank=True)


class OptionOut(serializers.Serializer[Any]):
    """One legal next step; ``ready``: nothing is missing and this person may take it."""

    code = serializers.CharField()
    verb = serializers.CharField()
    target = serializers.CharField()
    target_words = serializers.CharField()
    ready = serializers.BooleanField()
    missing = LackOut(many=True)
    why_not = serializers.CharField(allow_blank=True)
    asks = serializers.ListField(child=serializers.CharField())


class TakenOut(serializers.Serializer[Any]):
    """One step that was taken."""

    code = serializers.CharField()
    verb = serializers.CharField()
    on = serializers.DateField()
    by = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    back_entry = serializers.BooleanField()


class ClockOut(serializers.Serializer[Any]):
    """One clock; ``late``: it runs, and its last day is over."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    rule = serializers.CharField()
    started = serializers.DateField()
    length = serializers.CharField()
    last_day = serializers.DateField()
    running = serializers.BooleanField()
    late = serializers.BooleanField()


class ApplicationOut(serializers.Serializer[Any]):
    """An application: where it stands, what may be done next, what was done, its clocks."""

    id = serializers.IntegerField()
    programme = serializers.CharField()
    track = serializers.CharField(allow_blank=True)
    household = serializers.CharField()
    person = serializers.IntegerField(allow_null=True)
    state = serializers.CharField()
    state_words = serializers.CharField()
    version = serializers.IntegerField()
    applied_on = serializers.DateField()
    accepted_on = serializers.DateField(allow_null=True)
    origin = serializers.CharField()
    back_entry = serializers.BooleanField()
    delegated = serializers.BooleanField()
    raised = serializers.ListField(child=serializers.CharField())
    options = OptionOut(many=True)
    steps = TakenOut(many=True)
    clocks = ClockOut(many=True)


class StepIn(Strict):
    """What a step is told: what this step asks (``asks``); the version seen is in If-Match.

    Amounts in yuan as text; ``first`` and ``second`` are the numbers of two investigators.
    """

    on = Day(required=False, help_text="办理日期；不写为今天")
    note = serializers.CharField(
        required=False, max_length=500, allow_blank=True, help_text="说明、原因或缺少的材料"
    )
    again = serializers.CharField(
        required=False, max_length=200, allow_blank=True, help_text="再次告知的原因"
    )
    first = Number(required=False, help_text="调查人编号")
    second = Number(required=False, help_text="另一调查人编号")
    assessed = serializers.RegexField(MONEY, required=False, help_text="核定金额（元）")
    relief_type = serializers.CharField(
        required=False, max_length=12, allow_blank=True, help_text="救助类型"
    )
    over_cap_approved = serializers.BooleanField(required=False, help_text="一事一议")
    school_year = serializers.CharField(
        required=False, max_length=12, allow_blank=True, help_text="学年"
    )
    arrears_from = serializers.RegexField(MONTH, required=False, help_text="补发起始月")


def answer(application: Application, staff: Staff, today: dt.date) -> dict[str, Any]:
    """An application as the API tells it."""
    person = application.person_id
    return {
        "id": application.pk,
        "programme": application.programme,
        "track": application.track,
        "household": application.household.number,
        "person": person,
        "state": application.state,
        "state_words": application.get_state_display(),
        "version": application.version,
        "applied_on": application.applied_on,
        "accepted_on": application.accepted_on,
        "origin": application.origin,
        "back_entry": application.back_entry,
        "delegated": application.delegated,
        "raised": raised(application),
        "options": [_option(application, one) for one in options(application, staff, today)],
        "steps": _steps(application),
        "clocks": [
            clock._asdict() | {"late": clock.running and clock.last_day < today}
            for clock in clocks_of(application, current_calendar(), current_book())
        ],
    }


def _option(application: Application, option: Option) -> dict[str, Any]:
    return {
        "code": option.step.code,
        "verb": option.step.verb,
        "target": option.step.target,
        "target_words": option.target,
        "ready": option.ready,
        "missing": [one._asdict() for one in option.lacks],
        "why_not": option.why_not,
        "asks": [
            name for name in asked(application, option.step, again=option.again) if name != "seen"
        ],
    }


def _steps(application: Application) -> list[dict[str, Any]]:
    return [
        {
            "code": one.step.code,
            "verb": one.verb,
            "on": one.step.on,
            "by": one.step.by.name,
            "source": one.step.source,
            "target": one.step.target,
            "note": one.step.note,
            "back_entry": one.step.back_entry,
        }
        for one in reversed(told(application, history(application)))
    ]
