"""两步验证的要求: which posts need a second factor (MFA_ROLES), and who has one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from apps.offices.models import Role, Staff

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


def needs_factor(staff: Staff | None) -> bool:
    """Whether this post may work only after a log-in with a second factor."""
    return staff is not None and staff.role in settings.MFA_ROLES


def has_factor(user: Any) -> bool:
    """Whether an account has an app or a key registered."""
    found: bool = Authenticator.objects.filter(user=user, type__in=REAL).exists()
    return found


def roles_in_need() -> list[str]:
    """Labels of the posts that need one, for the pages to say."""
    return [str(role.label) for role in Role if role in settings.MFA_ROLES]
