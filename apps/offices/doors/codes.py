"""验证码: the six digits of an app, by the clock of the telephone."""

from __future__ import annotations

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.utils.crypto import constant_time_compare

A_DAY = 24 * 3600 // 30  # steps of thirty seconds


def step_of(secret: str, code: str) -> int | None:
    """The thirty seconds whose code this is, a step early or late at most; None: of none.

    A demonstration's clock is set back by whole days (CLOCK_BACK); the telephone's is not.
    """
    found = None
    for step in totp.yield_hotp_counters_from_time():
        real = step + settings.CLOCK_BACK * A_DAY
        right = totp.format_hotp_value(totp.hotp_value(secret, real))
        if constant_time_compare(right, code):
            found = real
    return found
