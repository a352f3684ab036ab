"""标准的说法: a dated value in words, with its unit, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from apps.standards.book import Value
from apps.standards.fitting import Entered
from apps.standards.loading import catalogue
from apps.standards.models import Standard, Unit
from apps.units.language import in_chinese, month_words
from apps.units.language import lazy as _
from apps.units.money import yuan, yuan_grouped
from apps.units.months import Month, month_code, month_from_number
from apps.units.rates import ONE, rate_words

UNSET = _("未配置")


def value_words(key: str, unit: str, value: int | None, choice: str = "") -> str:
    """The value with its unit: 650.00 元/月, 30%, 3, 开, 2025年12月, 补差, 未配置."""
    if choice:
        entry = catalogue().get(key)
        return entry.choice_titles.get(choice, choice) if entry else choice
    if value is None:
        return UNSET
    if unit in (Unit.FEN, Unit.FEN_MONTH, Unit.FEN_YEAR):
        return f"{yuan_grouped(value)} {Unit(unit).label}"
    if unit == Unit.RATE:
        return rate_words(value)
    if unit == Unit.SWITCH:
        return gettext("开") if value else gettext("关")
    if unit == Unit.MONTH:
        return month_words(month_from_number(value))
    return str(value)


def band_words(key: str, band: str) -> str:
    """The band in words; as it is where the catalogue has no name for it."""
    entry = catalogue().get(key)
    return entry.band_title(band) if entry else band


def value_typed(unit: str, value: int | None, choice: str = "") -> str:
    """The value as a person types it into the form; empty: 未配置."""
    if choice or value is None:
        return choice
    if unit in (Unit.FEN, Unit.FEN_MONTH, Unit.FEN_YEAR):
        return yuan(value)
    if unit == Unit.RATE:
        whole, rest = divmod(value, ONE)
        return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
    if unit == Unit.SWITCH:
        return "true" if value else "false"
    if unit == Unit.MONTH:
        return month_code(month_from_number(value))
    return str(value)


def label_of(key: str) -> str:
    """The name of a standard; its key when the catalogue does not know it."""
    entry = catalogue().get(key)
    return entry.title if entry else key


@in_chinese()
def document_words(row: Value) -> str:
    """One standard a working rests on: name, band, value, document, and whether an example.

    In Chinese, as the working is.
    """
    band = f"（{row.band}）" if row.band else ""
    said = f"{label_of(row.key)}{band} {value_words(row.key, row.unit, row.value, row.choice)}"
    document = f" {row.document}" if row.document else ""
    return f"{said}{document}{' 示例值' if row.example else ''}"


def entered(rows: Iterable[Standard]) -> list[Entered]:
    """The rows of one key by the month from which they hold, with what they say."""
    found: dict[Month, list[str]] = {}
    for row in rows:
        key = f"{row.programme}.{row.name}"
        said = value_words(key, row.unit, row.value, row.choice)
        name = band_words(key, row.band)
        found.setdefault(row.period.lower, []).append(f"{name} {said}".strip())
    return [Entered(since, "，".join(words)) for since, words in sorted(found.items())]
