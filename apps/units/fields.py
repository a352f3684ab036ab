"""Model fields: 月份 as the date of its first day, 金额 as whole fen."""

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q

from apps.units.months import month_of, parse_month

_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)

if TYPE_CHECKING:
    from django.db.models import BigIntegerField as _BigInteger
    from django.db.models import DateField as _Date
else:  # Django's own fields cannot be subscripted, the stubs' must be
    _BigInteger = {(_Set, _Get): models.BigIntegerField}
    _Date = {(_Set, _Get): models.DateField}


class MonthField(_Date[_Set, _Get]):
    """月份: a date that is the first of its month; pair it with first_of_month()."""

    description = "月份（存为当月第一天）"

    def to_python(self, value: Any) -> date | None:
        """The date; reads "2024-12" as well as "2024-12-01"."""
        if isinstance(value, str) and len(value.strip()) == len("2024-12"):
            try:
                return parse_month(value.strip())
            except ValueError as fault:
                raise ValidationError(str(fault), code="invalid") from None
        day: date | None = super().to_python(value)
        return day

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse any day but the first; the database does so too, by first_of_month()."""
        super().validate(value, model_instance)
        if value is not None and value != month_of(value):
            raise ValidationError(f"{value}不是月份的第一天。", code="invalid")

    def formfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        """A month box that sends "2024-12"."""
        box = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
        usual = {"input_formats": ["%Y-%m", "%Y-%m-%d"], "widget": box}
        return super().formfield(*args, **{**usual, **kwargs})


class FenField(_BigInteger[_Set, _Get]):
    """金额: whole fen (CV-01)."""

    description = "金额（分）"


def first_of_month(name: str, field: str) -> CheckConstraint:
    """A database check that the field, or a range's end such as period__startswith, is day 1."""
    return CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__day": 1}),
        violation_error_message="月份必须是当月第一天。",
    )
