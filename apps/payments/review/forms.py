"""审批前核查的表单."""

from __future__ import annotations

from django import forms

from apps.offices.models import Role, Staff
from apps.payments.forms import MonthField
from apps.payments.review.models import OWNERS, WHOSE
from apps.payments.review.rules import Rules
from apps.units.language import lazy as _


class Adopt(forms.Form):
    """核查规则的新一版."""

    code = forms.ChoiceField(label=_("规则"), error_messages={"required": _("请选择规则。")})
    from_month = MonthField(label=_("自何月起"), error_messages={"required": _("请选择自何月起。")})
    owner = forms.ChoiceField(
        label=_("责任岗位"),
        choices=[(role.value, role.label) for role in OWNERS],
        error_messages={"required": _("请选择责任岗位。")},
    )
    days = forms.IntegerField(
        label=_("时限（工作日）"),
        min_value=1,
        max_value=60,
        error_messages={"required": _("请填写时限。"), "invalid": _("时限须为1至60的整数。")},
    )
    asked = forms.BooleanField(label=_("启用"), required=False, initial=True)
    source = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("文件，或本地决定的来源"),
        error_messages={"required": _("请写明依据：文件，或本地决定的来源。")},
    )

    def __init__(self, *args: object, known: Rules, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(code, rule.short) for code, rule in known.items()]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]


class Account(forms.Form):
    """工作人员账户."""

    person = forms.ChoiceField(
        label=_("工作人员"), error_messages={"required": _("请选择工作人员。")}
    )
    whose = forms.ChoiceField(label=_("户名关系"), choices=WHOSE)
    number = forms.CharField(
        label=_("账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("请填写账号。")},
    )

    def __init__(self, *args: object, by: Staff, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        rows = Staff.objects.filter(active=True, division__startswith=by.division)
        found = rows.order_by("name", "pk").values_list("pk", "name", "role")
        names = [(str(pk), f"{name}（{Role(role).label}）") for pk, name, role in found]
        self.fields["person"].choices = [("", _("请选择")), *names]  # type: ignore[attr-defined]
