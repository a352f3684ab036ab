"""期间: half-open month ranges, from the first month up to but without the end; None is open."""

from typing import Any, Protocol, TypeAlias

from apps.units.months import Month

Span: TypeAlias = tuple[Month, Month | None]


class DateRangeLike(Protocol):
    """What psycopg's and Django's DateRange have in common."""

    @property
    def lower(self) -> Any: ...
    @property
    def upper(self) -> Any: ...
    @property
    def bounds(self) -> str: ...
    @property
    def isempty(self) -> bool: ...


Period: TypeAlias = Span | DateRangeLike


def span(period: Period) -> Span:
    """The period as (first month, month after the last); refuses empty or otherwise bounded."""
    if isinstance(period, tuple):
        return period
    if period.isempty or period.lower is None:
        raise ValueError("期间没有起始月份。")
    if not period.bounds.startswith("[") or (period.upper is not None and period.bounds != "[)"):
        raise ValueError("期间必须含起始月份、不含截止后的月份。")
    return (period.lower, period.upper)


def contains(period: Period, month: Month) -> bool:
    """Whether the month lies in the period; the end month does not."""
    first, end = span(period)
    return first <= month and (end is None or month < end)


def overlap(one: Period, other: Period) -> Span | None:
    """The months that lie in both periods, or None when they share none."""
    (first, end), (other_first, other_end) = span(one), span(other)
    return _span_or_none(max(first, other_first), _earlier(end, other_end))


def truncate(period: Period, end: Month) -> Span | None:
    """The months of the period before the given one, or None when there are none."""
    first, old_end = span(period)
    return _span_or_none(first, _earlier(old_end, end))


def _earlier(one: Month | None, other: Month | None) -> Month | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _span_or_none(first: Month, end: Month | None) -> Span | None:
    return (first, end) if end is None or first < end else None
