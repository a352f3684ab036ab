"""衔接: whether a new value joins the months already entered without overlap or gap."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext

from apps.units.language import month_words
from apps.units.months import Month, next_month


class Entered(NamedTuple):
    """A month from which values have been entered already, and which."""

    since: Month
    words: str


class Misfit(NamedTuple):
    """What does not fit: the box of the form, and the words."""

    field: str
    words: str


def misfit(
    entered: Collection[Entered], since: Month, last: Month | None, *, mends: bool
) -> Misfit | None:
    """Why a value for ``since`` to ``last`` (None: until the next) may not be entered; else None.

    ``mends``: it is meant to replace what was entered from the very month (更正).
    """
    same = next((one for one in entered if one.since == since), None)
    if same is not None and not mends:
        return Misfit(
            "from_month",
            gettext(
                "{month}起已登记过“{words}”，月份重叠。登记错了要更正的，请勾选“更正已登记的值”；是新的调整的，请改成以后的月份。"
            ).format(month=month_words(since), words=same.words),
        )
    if same is None and mends:
        return Misfit(
            "mends",
            gettext("没有从{month}起登记的值可更正；新的调整请不要勾选“更正”。").format(
                month=month_words(since)
            ),
        )
    if last is None:
        return None
    if last < since:
        return Misfit(
            "last_month",
            gettext("截止月份早于起始月份{month}，请改正其中一个。").format(
                month=month_words(since)
            ),
        )
    return _ends_badly(entered, since, last)


def _ends_badly(entered: Collection[Entered], since: Month, last: Month) -> Misfit | None:
    """The month after the last must be the first of the next value."""
    follows = min((one for one in entered if one.since > since), default=None)
    after = next_month(last)
    if follows is None:
        return Misfit(
            "last_month",
            gettext(
                "{month}起就没有标准了，会出现空档，以后的批次算不出金额。请留空，一直适用到下一次调整；或先登记以后月份的标准。"
            ).format(month=month_words(after)),
        )
    if after < follows.since:
        gap = month_words(after)
        if next_month(follows.since, -1) != after:
            gap += f"至{month_words(next_month(follows.since, -1))}"
        return Misfit(
            "last_month",
            gettext("{gap}没有标准，出现空档。请把截止月份改为{month}，或留空。").format(
                gap=gap, month=month_words(next_month(follows.since, -1))
            ),
        )
    if after > follows.since:
        return Misfit(
            "last_month",
            gettext("与{month}起已登记的“{words}”重叠。请把截止月份改为{month2}，或留空。").format(
                month=month_words(follows.since),
                words=follows.words,
                month2=month_words(next_month(follows.since, -1)),
            ),
        )
    return None
