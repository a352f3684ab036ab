"""缺标准的批次: what of the next run cannot be found for want of a standard. Only reads."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Count
from django.utils.translation import gettext

from apps.casework.assess import ordered
from apps.casework.models import Entitlement
from apps.casework.programme import PROGRAMMES, Nature, Programme, Subject
from apps.payments.whatif import next_run_month
from apps.standards.models import current_book
from apps.standards.needed import lacking
from apps.units.language import month_words


@lacking
def runs(today: dt.date) -> Mapping[str, list[str]]:
    """By key: 2024年12月批次：最低生活保障 512 户 (nothing is guessed: they are held)."""
    month = next_run_month(today)
    standards = current_book().month(month)
    missing = {
        card: [key for key in card.standards if not standards.has(key)]
        for card in ordered(PROGRAMMES.values())
        if card.rules and card.nature in (Nature.MONTHLY, Nature.ONE_OFF)
    }
    awards = _awards(month) if any(missing.values()) else {}
    found: dict[str, list[str]] = defaultdict(list)
    for card, keys in missing.items():
        for key in keys:
            found[key].append(
                gettext("{month_words}批次：{waiting}").format(
                    month_words=month_words(month), waiting=_waiting(card, awards)
                )
            )
    return found


def _awards(month: dt.date) -> dict[str, int]:
    rows = Entitlement.objects.payable_in(month).order_by().values_list("programme")
    return dict(rows.annotate(n=Count("pk")))


def _waiting(card: Programme, awards: Mapping[str, int]) -> str:
    count = awards.get(card.awarded_with or card.code, 0)
    if not count:
        return gettext("{programme}（还没有享受对象）").format(programme=card.name)
    if card.subject is Subject.PERSON:
        return gettext("{programme} {count} 人待补").format(programme=card.name, count=count)
    return gettext("{programme} {count} 户待补").format(programme=card.name, count=count)
