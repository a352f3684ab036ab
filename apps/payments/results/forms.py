"""回盘的表单."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.units.language import lazy as _
from apps.units.money import parse_yuan


class SumField(forms.CharField):
    """A sum in yuan that may be left empty; gives fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "123456.00"})

    def clean(self, value: Any) -> int | None:
        """The sum in fen, None when empty; the words of parse_yuan when it is no amount."""
        text = super().clean(value)
        try:
            return parse_yuan(text) if text else None
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


class UploadForm(forms.Form):
    """上传回盘."""

    batch = forms.ChoiceField(
        label=_("代发批次"),
        error_messages={
            "required": _("请选择回盘答复的是哪个批次。"),
            "invalid_choice": _("请从清单中选择已送银行的批次。"),
        },
    )
    file = forms.FileField(
        label=_("回盘文件"),
        help_text=_("CSV（UTF-8 或 GB18030）、XLSX 不超过 5 MB；pain.002（XML）；文本不超过 32 MB"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xml"}),
        error_messages={
            "required": _("请选择银行给的回盘文件。"),
            "empty": _("文件是空的（0 字节），请向银行重新索取。"),
        },
    )
    typed_count = forms.IntegerField(
        label=_("银行另行告知的笔数"),
        required=False,
        min_value=0,
        max_value=10**8,
        help_text=_("电话、回单等另一途径得知的；文件没有合计行的必填"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("笔数请填整数。")},
    )
    typed_fen = SumField(label=_("银行另行告知的合计（元）"), required=False)

    def __init__(self, *args: Any, batches: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box: Any = self.fields["batch"]
        box.choices = [("", _("请选择")), *batches]


class Why(forms.Form):
    """撤下的理由, 处理的理由."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, error_messages={"required": _("请写明理由。")}
    )
