"""密码规则: what a new password must be, and whether the present one has had its time.

The rules are settings (PASSWORD_PROFILE, docs/deploy.md); why there are two profiles that
contradict each other: docs/decisions/0022-log-in.md.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from apps.offices.doors.models import ChosenPassword


class KindsOfCharacters:
    """At least so many of capitals, small letters, digits and other signs; 0 asks for nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError when there are too few kinds."""
        kinds = {_kind(sign) for sign in password}
        if len(kinds) < settings.PASSWORD_KINDS:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        """The rule in words; empty when there is none."""
        if not settings.PASSWORD_KINDS:
            return ""
        return gettext("须含大写字母、小写字母、数字、其他符号中的至少{n}种。").format(
            n=settings.PASSWORD_KINDS
        )


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    return "upper" if sign.isupper() else "lower" if sign.islower() else "other"


class LongEnough:
    """As many characters as the profile asks; read at every use, as it is a setting."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError when it is too short."""
        if len(password) < settings.PASSWORD_MIN_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """The rule in words."""
        return gettext("至少{n}个字符。").format(n=settings.PASSWORD_MIN_LENGTH)


class NotOneOfTheLast:
    """None of the owner's last so many, the present one included; 0 asks for nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        """ValidationError when it was theirs already."""
        limit = settings.PASSWORD_HISTORY
        if user is None or user.pk is None or not limit:
            return
        past = ChosenPassword.objects.filter(user=user).order_by("-pk")
        known = {user.password, *past.values_list("encoded", flat=True)[:limit]}
        if any(check_password(password, encoded) for encoded in known if encoded):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in words; empty when there is none."""
        if not settings.PASSWORD_HISTORY:
            return ""
        return gettext("不能与最近{n}次用过的密码相同。").format(n=settings.PASSWORD_HISTORY)


def was_given(user: Any) -> bool:
    """Whether the present password was chosen by somebody else, and is to be changed first."""
    newest = _newest(user)
    return newest is None or newest.encoded != user.password


def days_left(user: Any, at: dt.datetime) -> int | None:
    """Days until the password has to be changed, 0 when it has; None when it never has."""
    newest = _newest(user)
    if newest is None or newest.public or not settings.PASSWORD_MAX_AGE_DAYS:
        return None
    left = newest.at + dt.timedelta(days=settings.PASSWORD_MAX_AGE_DAYS) - at
    return max(0, math.ceil(left / dt.timedelta(days=1)))


def _newest(user: Any) -> ChosenPassword | None:
    return ChosenPassword.objects.filter(user=user).order_by("-pk").first()


def in_days(days: int) -> str:
    """How long a password still holds, in words."""
    return ngettext("密码还有{n}天到期。", "密码还有{n}天到期。", days).format(n=days)
