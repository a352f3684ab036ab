"""Filters: 金额、月份、证件号码、比例 as pages show them; nothing in gives nothing out."""

from django import template

from apps.units import id_number, money, months, rates
from apps.units.language import month_words

register = template.Library()


@register.filter
def yuan(fen: int | str | None) -> str:
    """The amount (fen) in yuan with thousands set off: 1,234.50."""
    return money.yuan_grouped(fen) if isinstance(fen, int) else ""


@register.filter
def capital(fen: int | str | None) -> str:
    """大写金额 of the amount (fen)."""
    return money.capital(fen) if isinstance(fen, int) else ""


@register.filter
def month(value: months.Month | None) -> str:
    """The month for people: 2024年12月; 2024-12 on an English page."""
    return month_words(value) if value else ""


@register.filter
def masked(number: str | None) -> str:
    """The 公民身份号码 with the birth date hidden."""
    return id_number.masked(number) if number else ""


@register.filter
def percent(rate: int | str | None) -> str:
    """The rate (万分比) as a percentage: 3000 is 30%."""
    return rates.rate_words(rate) if isinstance(rate, int) else ""
