"""终止公示 for who ends an award: the village board of casework.announcing."""

from __future__ import annotations

import datetime as dt

from apps.casework.announcing import Posted, Standing, keep_board
from apps.offices.models import Staff
from apps.publicity.actions.posting import post_terminations, withdraw
from apps.publicity.announcing import standing_of
from apps.publicity.models import PublicNotice


class VillageBoard:
    """The board of the villages."""

    def post(self, award_id: int, *, on: dt.date, by: Staff) -> Posted:
        """A list of one award (R-TK-13)."""
        notice = post_terminations([award_id], on=on, by=by)
        assert notice.last_day is not None, "only a standing list has no last day"
        return Posted(notice.pk, notice.last_day, notice.length)

    def take_down(self, notice_id: int, *, on: dt.date, by: Staff, reason: str) -> None:
        """Withdraw it where it is still up."""
        if PublicNotice.objects.filter(pk=notice_id, state="posted").exists():
            withdraw(notice_id, on=on, by=by, reason=reason)

    def standing(self, notice_id: int) -> Standing:
        """As its page says."""
        return standing_of(notice_id)


keep_board(VillageBoard())
