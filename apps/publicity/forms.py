"""公示的表单."""

from __future__ import annotations

from django import forms

from apps.publicity.models import NoticeRow, PublicNotice
from apps.units.language import lazy as _

_REQUIRED = {"required": _("这一项必须填写。")}


class PhotoForm(forms.Form):
    """上传照片."""

    moment = forms.ChoiceField(
        label=_("时点"), choices=[("start", _("张贴时")), ("end", _("期满时"))]
    )
    photo = forms.FileField(
        label=_("照片"),
        help_text=_("JPEG 或 PNG，不超过 8MB；手机可直接拍照"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        error_messages={"required": _("请选择照片。"), "empty": _("照片是空文件，请重新选择。")},
    )


def _row_words(obj: NoticeRow) -> str:
    return f"{obj.place} {obj.shown.get('name', '')}"


class ObjectionForm(forms.Form):
    """登记异议."""

    row = forms.ModelChoiceField(
        label=_("对哪一行"),
        queryset=NoticeRow.objects.none(),
        error_messages={"required": _("请选择对哪一行提出异议。")},
    )
    objector = forms.CharField(
        label=_("提出人"), max_length=100, help_text=_("不对外公开"), error_messages=_REQUIRED
    )
    words = forms.CharField(
        label=_("异议内容"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=_REQUIRED,
    )

    def __init__(self, *args: object, notice: PublicNotice, **kwargs: object) -> None:
        """Offer the rows of one notice."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = self.fields["row"]
        assert isinstance(rows, forms.ModelChoiceField)
        rows.queryset = notice.rows.order_by("place")
        rows.label_from_instance = _row_words  # type: ignore[method-assign]


class AnswerForm(forms.Form):
    """处理异议."""

    words = forms.CharField(
        label=_("处理结果"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_REQUIRED,
    )


class EndForm(forms.Form):
    """结束公示."""

    no_photo_reason = forms.CharField(
        label=_("没有期满照片的原因"),
        max_length=200,
        required=False,
        help_text=_("已上传期满照片的不填"),
    )


class WithdrawForm(forms.Form):
    """撤下公示."""

    reason = forms.CharField(label=_("撤下的原因"), max_length=200, error_messages=_REQUIRED)
