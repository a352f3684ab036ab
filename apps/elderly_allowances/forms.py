"""养老服务的表单."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from apps.elderly_allowances.models import ServiceOrder, ServicePrice, ServiceProvider
from apps.units.language import lazy as _
from apps.units.money import parse_yuan


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrderForm(forms.Form):
    """下单: one item of one provider, how many times."""

    price = forms.ChoiceField(label=_("机构与服务项目"))
    times = forms.IntegerField(label=_("次数"), min_value=1, max_value=99, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ServicePrice.objects.select_related("provider").order_by("provider_id", "item")
        pairs = {
            f"{row.provider_id}|{row.item}": f"{row.provider.name}：{row.item}" for row in rows
        }
        self.fields["price"].choices = list(pairs.items())  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    """登记上门服务: what was delivered, by whom, and who signed for it."""

    line = forms.ChoiceField(label=_("订单与服务项目"))
    day = forms.DateField(label=_("服务日期"), widget=_day())
    times = forms.IntegerField(label=_("次数"), min_value=1, max_value=99, initial=1)
    minutes = forms.IntegerField(label=_("服务分钟"), min_value=1, max_value=1440, required=False)
    worker = forms.CharField(label=_("服务人员"), max_length=40)
    confirmed_by = forms.CharField(label=_("签字确认人"), max_length=40)

    def __init__(self, *args: Any, orders: list[ServiceOrder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [  # type: ignore[attr-defined]
            (f"{order.pk}|{line.price.item}", f"{line.price.item}（{order.provider.name}）")
            for order in orders
            if order.state == "placed"
            for line in order.items.all()
        ]


class CancelForm(forms.Form):
    """取消订单: why."""

    reason = forms.CharField(label=_("取消理由"), max_length=200)


class ProviderForm(forms.Form):
    """登记服务机构."""

    name = forms.CharField(
        label=_("机构名称"), max_length=80, error_messages={"required": _("请填写机构名称。")}
    )
    contract_from = forms.DateField(
        label=_("合同起始日"), widget=_day(), error_messages={"required": _("请填写合同起始日。")}
    )
    contract_until = forms.DateField(
        label=_("合同截止日"), widget=_day(), required=False, help_text=_("未约定的不填")
    )


class PriceForm(forms.Form):
    """登记项目价格."""

    provider = forms.ModelChoiceField(
        ServiceProvider.objects.order_by("name"),
        label=_("服务机构"),
        error_messages={"required": _("请选择服务机构。")},
    )
    item = forms.CharField(
        label=_("服务项目"), max_length=40, error_messages={"required": _("请填写服务项目。")}
    )
    unit = forms.CharField(label=_("计量单位"), max_length=10, initial="次")
    yuan = forms.CharField(
        label=_("单价（元）"), max_length=12, error_messages={"required": _("请填写单价。")}
    )
    since = forms.DateField(
        label=_("起始日"), widget=_day(), error_messages={"required": _("请填写起始日。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        provider.label_from_instance = _provider_words  # type: ignore[method-assign]

    def clean_yuan(self) -> int:
        """The price in fen."""
        try:
            return parse_yuan(self.cleaned_data["yuan"])
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None


def _provider_words(obj: ServiceProvider) -> str:
    return obj.name


class ReverseForm(forms.Form):
    """冲正: why."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class ReturnForm(forms.Form):
    """退回: why; left empty when approving."""

    reason = forms.CharField(label=_("退回理由（仅退回时填写）"), max_length=200, required=False)


class SettleForm(forms.Form):
    """提交结算: which provider's month."""

    provider = forms.ModelChoiceField(ServiceProvider.objects.order_by("name"), label=_("服务机构"))
    month = forms.DateField(
        label=_("月份"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ModelChoiceField)
        provider.label_from_instance = _provider_words  # type: ignore[method-assign]

    def clean_month(self) -> dt.date:
        """The month as the date of its first day."""
        found: dt.date = self.cleaned_data["month"]
        return found.replace(day=1)
