"""锁定: after so many failures an account, or an address, waits. The database alone knows.

Not allauth's own limit (kept in Redis, gone with it, and it told a right password from a wrong
one) nor django-axes (signals, and its maintainers' club is closing): docs/decisions/0022.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from apps.offices.doors.models import Attempt


def subject_of(name: str) -> str:
    """A keyed digest of a user name, however it was typed (case, width, spaces around it)."""
    plain = unicodedata.normalize("NFKC", name).strip().casefold()[:150]
    return salted_hmac("offices.attempt", plain, algorithm="sha256").hexdigest()


def locked_until(
    subject: str, address: str, *, at: dt.datetime, before: int | None = None
) -> dt.datetime | None:
    """Until when tries are not looked at; None when they are. ``before``: of earlier rows only.

    An account: LOGIN_FAILURES counted failures within LOGIN_LOCK_MINUTES. An address:
    LOGIN_ADDRESS_FAILURES of them, whoever they meant; a success there does not undo them, or one
    account would open the way to all others. Tries during the lock do not prolong it.
    """
    earlier = Attempt.objects.filter(pk__lt=before) if before else Attempt.objects.all()
    ends = [_end(earlier.filter(subject=subject, counted=True), settings.LOGIN_FAILURES)]
    if address:
        failed = earlier.filter(address=address, outcome=Attempt.Outcome.FAILED)
        ends.append(_end(failed, settings.LOGIN_ADDRESS_FAILURES))
    return max((end for end in ends if end is not None and end > at), default=None)


def _end(failures: QuerySet[Attempt], limit: int) -> dt.datetime | None:
    newest = failures.order_by("-pk").values_list("at", flat=True)
    return end_of(list(newest[:limit]), limit)


def end_of(newest: Sequence[dt.datetime], limit: int) -> dt.datetime | None:
    """When the lock of these failures, newest first, ends; None when they are no lock."""
    wait = dt.timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    if not limit or len(newest) < limit or newest[0] - newest[limit - 1] > wait:
        return None
    return newest[0] + wait


def locked_users(at: dt.datetime) -> set[int]:
    """The accounts that are locked now, whoever they are; one question."""
    since = at - 2 * dt.timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    rows = Attempt.objects.filter(user__isnull=False, counted=True, at__gt=since)
    newest: dict[int, list[dt.datetime]] = {}
    for user, when in rows.order_by("-pk").values_list("user_id", "at"):
        newest.setdefault(user or 0, []).append(when)
    ends = {user: end_of(when, settings.LOGIN_FAILURES) for user, when in newest.items()}
    return {user for user, end in ends.items() if end is not None and end > at}
