"""接口的来话: what is sent is read with care, and every box of a page's form is a field here.

A call asks what the page asks: the very form judges it. Whatever no form could ever have sent
(NUL, half a character, a number of a thousand digits, JSON a thousand levels deep, a day in the
year 9999) is refused before it is looked at, and what is refused is named.
"""

from __future__ import annotations

import codecs
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from rest_framework import exceptions, serializers, status
from rest_framework.parsers import JSONParser

from apps.units.months import parse_month

DEEPEST = 16  # levels of JSON; the deepest call, a trial, has five
LONGEST_NUMBER = 18  # digits; a bigint holds any such number
BIG = 10**LONGEST_NUMBER
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
MONTH = r"^(19|20)\d{2}-(0[1-9]|1[0-2])$"
MONEY = r"^\d{1,9}(\.\d{1,2})?$"
MAX_TEXT = 2000


class TooLarge(exceptions.APIException):
    """413: more than a call may hold."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BoundedJson(JSONParser):
    """JSON of a bounded size, depth and alphabet."""

    def most(self) -> int:
        """How many bytes a call may hold."""
        most: int = settings.API_BODY_BYTES
        return most

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The object that was sent; 400 or 413 in words otherwise."""
        most = self.most()
        content = stream.read(most + 1)
        if len(content) > most:
            raise TooLarge(gettext("请求内容不能超过{most}字节。").format(most=most))
        try:
            found = json.loads(
                codecs.decode(content, "utf-8") or "{}",
                parse_constant=_no_constant,
                parse_int=_whole,
            )
        except (ValueError, RecursionError):
            raise exceptions.ParseError(gettext("请求内容不是合规的 JSON（UTF-8）。")) from None
        if not isinstance(found, dict):
            raise exceptions.ParseError(gettext("请求内容应是一个 JSON 对象。"))
        _look_through(found, DEEPEST)
        return found


class WholeFile(BoundedJson):
    """The same where a call brings a file along, in Base64."""

    def most(self) -> int:
        """How many bytes a call with a file may hold."""
        most: int = settings.API_FILE_BYTES
        return most


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise ValueError(text[:LONGEST_NUMBER])
    return int(text)


def _look_through(found: Any, levels: int) -> None:
    """ParseError where a text cannot be stored, or the nesting has no end."""
    if levels == 0:
        raise exceptions.ParseError(gettext("请求内容嵌套过深。"))
    if isinstance(found, str):
        if "\0" in found or any("\ud800" <= sign <= "\udfff" for sign in found):
            raise exceptions.ParseError(gettext("文字中有不能保存的字符（空字符或半个字符）。"))
    elif isinstance(found, dict):
        for name, value in found.items():
            _look_through(name, levels - 1)
            _look_through(value, levels - 1)
    elif isinstance(found, list):
        for value in found:
            _look_through(value, levels - 1)


# ---- fields ------------------------------------------------------------------------------------
class Day(serializers.DateField):
    """A day of our time: 1900 to 2100."""

    def to_internal_value(self, value: Any) -> Any:
        """The day, refused in words when it is none or lies beyond."""
        found = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            raise serializers.ValidationError(gettext("日期应在1900年至2100年之间。"))
        return found


class MonthText(serializers.RegexField):
    """A month as "2024-12"; the first day of it inside."""

    def __init__(self, **more: Any) -> None:
        words = {"invalid": gettext("不是月份，请写成 2024-12 的样子。")}
        super().__init__(MONTH, **{"error_messages": words, **more})

    def to_internal_value(self, data: Any) -> Any:
        """The month as its first day."""
        text = super().to_internal_value(data)
        self.run_validators(text)
        return parse_month(text)

    def run_validators(self, value: Any) -> None:
        """The pattern is of the text, not of the day it becomes."""
        if isinstance(value, str):
            super().run_validators(value)

    def to_representation(self, value: Any) -> str:
        """The month as it is asked."""
        return f"{value:%Y-%m}"


class Number(serializers.IntegerField):
    """A number of a thing: 1 to 18 digits."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": BIG - 1, **more})


class Strict(serializers.Serializer[Any]):
    """What is sent: a name it does not know is an error that names it, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """The values by name; every unknown name refused at its name."""
        if isinstance(data, Mapping):
            unknown = [str(name)[:60] for name in data if name not in self.fields]
            if unknown:
                words = [serializers.ErrorDetail(gettext("没有这一项。"), code="unknown")]
                raise serializers.ValidationError(dict.fromkeys(unknown, words))
        return super().to_internal_value(data)


def many(kind: type[serializers.Serializer[Any]], most: int, **more: Any) -> Any:
    """A list of such things, at most so many."""
    return cast("Any", kind)(many=True, max_length=most, **more)


class Nothing(Strict):
    """An act that asks nothing: an empty object."""


def read(kind: type[serializers.Serializer[Any]], data: Any, **context: Any) -> dict[str, Any]:
    """What was sent, by the serializer; 400 naming each fault."""
    asked = kind(data=data, context=context)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def read_query(kind: type[serializers.Serializer[Any]], params: Any) -> dict[str, Any]:
    """The filters of a list; a name that is given twice or is unknown is refused."""
    for name in params:
        if len(params.getlist(name)) > 1:
            words = [serializers.ErrorDetail(gettext("只能写一次。"), code="repeated")]
            raise serializers.ValidationError({str(name)[:60]: words})
    return read(kind, params.dict())


# ---- the forms of the pages --------------------------------------------------------------------
def body_of(
    form: type[forms.BaseForm],
    name: str,
    doc: str,
    *,
    drop: Sequence[str] = (),
    **extra: serializers.Field[Any, Any, Any, Any],
) -> type[Strict]:
    """The body of a call whose boxes are those of a page's form; ``extra`` where it adds some."""
    fields = {
        box: field_of(field)
        for box, field in vars(form)["base_fields"].items()
        if box not in drop and not isinstance(field, forms.FileField)
    }
    return cast("type[Strict]", type(name, (Strict,), {"__doc__": doc, **fields, **extra}))


def field_of(box: forms.Field) -> Any:
    """The field of the API that asks what a box of a form asks; the form itself judges it."""
    more: dict[str, Any] = {"required": False, "help_text": str(box.label or "")}
    if isinstance(box, forms.BooleanField):
        return serializers.BooleanField(**more)
    if isinstance(box, forms.IntegerField):
        low, high = box.min_value, box.max_value
        return Number(**more, min_value=low or 0, max_value=BIG - 1 if high is None else high)
    if isinstance(box, forms.DateField):
        return Day(**more)
    if isinstance(box, forms.MultipleChoiceField):
        return serializers.ListField(
            child=serializers.CharField(max_length=60), max_length=50, **more
        )
    if isinstance(box, forms.TypedChoiceField) and box.coerce is int:
        return Number(**more)
    if getattr(box.widget, "input_type", "") == "date":
        return serializers.RegexField(MONTH, **more)
    if getattr(box.widget, "attrs", {}).get("inputmode") == "decimal":
        return serializers.RegexField(MONEY, **more)
    return _text(box, more)


def _text(box: forms.Field, more: dict[str, Any]) -> Any:
    """A choice that is known beforehand, else text."""
    codes = [str(code) for code, _ in getattr(box, "choices", ()) if code != ""]
    if codes:
        return serializers.ChoiceField(choices=codes, allow_blank=not box.required, **more)
    longest = getattr(box, "max_length", None) or MAX_TEXT
    return serializers.CharField(max_length=longest, allow_blank=True, **more)


def typed(data: Mapping[str, Any], prefix: str = "") -> MultiValueDict[str, str]:
    """What was sent, as the boxes of the page would send it."""
    found: MultiValueDict[str, str] = MultiValueDict()
    for name, value in data.items():
        box = f"{prefix}-{name}" if prefix else name
        if value is None or value is False:
            continue
        if isinstance(value, list):
            found.setlist(box, [str(one) for one in value])
        elif isinstance(value, bool):
            found[box] = "on"
        else:
            found[box] = str(value)
    return found


def faults_of(form: forms.BaseForm) -> dict[str, list[str]]:
    """What a form says is wrong, by field."""
    return {
        "non_field_errors" if name == "__all__" else name: [str(one) for one in words]
        for name, words in form.errors.items()
    }


def judged(form: forms.Form) -> dict[str, Any]:
    """The values of a bound form; 400 with what is wrong at each field."""
    if not form.is_valid():
        raise serializers.ValidationError(faults_of(form))
    return dict(form.cleaned_data)
