"""拟停发 for who sees the reason of an award gone: the proposals of casework.ending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from apps.casework.ending import keep_endings
from apps.offices.models import Staff
from apps.reviews.actions.proposals import propose
from apps.reviews.models import Proposal
from apps.units.months import Month


class Proposals:
    """The proposals about awards."""

    def propose(
        self, award_id: int, *, reason: str, note: str, effective: Month, on: dt.date, by: Staff
    ) -> None:
        """A 停发, which another person approves."""
        terms = {"reason": reason, "effective": effective}
        propose(award_id, kind="stop", data=terms, on=on, by=by, note=note)

    def waiting(self, award_ids: Collection[int]) -> set[int]:
        """By the proposals that are still to be decided."""
        rows = Proposal.objects.filter(entitlement__in=award_ids, state="proposed")
        return set(rows.values_list("entitlement_id", flat=True))


keep_endings(Proposals())
