"""表单的说法: the boxes of a form as a program is told of them, and what stands on record."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from rest_framework import serializers

from apps.units.id_number import masked

LONG = re.compile(r"\d{7,}[\dXx]?")


def hidden(words: str) -> str:
    """Words with every long number starred: what was typed may hold ID numbers and accounts."""
    return LONG.sub(lambda found: masked(found[0]), words)


class SaidOut(serializers.Serializer[Any]):
    """One thing as people read it."""

    label: Any = serializers.CharField(help_text="项")
    words = serializers.CharField(allow_blank=True, help_text="内容（长号码遮盖）")


class BoxOut(serializers.Serializer[Any]):
    """One box of a form."""

    name = serializers.CharField(help_text="字段名")
    label: Any = serializers.CharField(help_text="项")
    required: Any = serializers.BooleanField(help_text="必填")
    choices = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="可选：[代码, 内容]",
    )


def boxes_told(form: forms.BaseForm) -> list[dict[str, Any]]:
    """Every box of a form, with what may be chosen."""
    return [
        {
            "name": box.name,
            "label": str(box.label),
            "required": box.field.required,
            "choices": [
                [str(code), hidden(str(words))]
                for code, words in getattr(box.field, "choices", ())
                if code != ""
            ],
        }
        for box in form
    ]


def refuse_others(form: forms.BaseForm, given: dict[str, Any], verb: str) -> None:
    """ValidationError naming what an act does not ask: nothing that is sent is ignored."""
    words = gettext("“{verb}”不填这一项。").format(verb=verb)
    wrong = {name: [words] for name in given if name not in form.fields}
    if wrong:
        raise serializers.ValidationError(wrong)
