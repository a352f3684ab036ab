"""办理的答复: what is refused and how it is said; one line of record for every act."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from apps.casework.models import Application
from apps.casework.programme import PROGRAMMES, Programme
from apps.offices.actions import log
from apps.offices.models import Staff

APPLICATION, AWARD = "casework.application", "casework.entitlement"


class Refused(ValueError):
    """不能办理: the act is not possible as asked; the message says why and what to do.

    ``field``: what of the request is wrong, where it is one thing ("on", "note", "again").
    """

    def __init__(self, words: str, field: str = "") -> None:
        self.field = field
        super().__init__(words)


class Missing(Refused):
    """还缺: the step needs more; ``missing`` names everything, in one go."""

    def __init__(self, verb: str, missing: Iterable[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            gettext("还不能办理“{verb}”：{names}。").format(
                verb=verb, names=gettext("；").join(m.rstrip("。.") for m in self.missing)
            )
        )


def card_of(programme: str) -> Programme:
    """The card one may apply for; Refused where there is none, or another is to be asked for."""
    card = PROGRAMMES.get(programme)
    if card is None:
        raise Refused(
            gettext("没有名为“{programme}”的救助项目，请从项目清单中选择。").format(
                programme=programme
            )
        )
    if card.awarded_with:
        other = PROGRAMMES[card.awarded_with].name
        raise Refused(
            gettext("{programme}随{other}一并确认，请办理{other}。").format(
                programme=card.name, other=other
            )
        )
    return card


def logged(
    by: Staff, application: Application, verb: str, reason: str = "", source: str = ""
) -> None:
    """One line of the 经办记录 about an application, on its household.

    ``source``: the state it has just left, where it has.
    """
    log(
        by=by,
        kind=APPLICATION,
        object_id=application.pk,
        verb=verb,
        household_id=application.household_id,
        reason=reason,
        source=source,
        target=application.state if source else "",
    )
