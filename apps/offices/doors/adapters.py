"""allauth 的接口: what of its flows is ours: who comes in, what follows, and in which words."""

from __future__ import annotations

import base64
import hmac
import os
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from apps.offices.doors.entering import entered
from apps.units.language import lazy as _

BACKEND = "apps.offices.access.Accounts"
SALT = b"offices.factor"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """登录: no sign-up, no e-mail, no message of its own; one second step, and then ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what was done."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no e-mail."""

    def get_login_stages(self) -> list[str]:
        """After the password comes a factor, for who has one; nothing else."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Django's log-in: the session gets another key (no fixation)."""
        login(request, user, backend=BACKEND)

    def post_login(
        self, request: HttpRequest, user: Any, *, redirect_url: str | None = None, **_: Any
    ) -> HttpResponse:
        """The session is put on record, and what the person owes first is asked."""
        records = get_authentication_records(request, user)
        factor = any(one["method"] == "mfa" for one in records)
        return entered(request, user, factor=factor, then=redirect_url or "/")


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """两步验证: secrets are encrypted at rest, and refusals speak our language."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("验证码或安全钥匙不对，请重新试一次。"),
        "cannot_delete_authenticator": _("您的岗位必须使用两步验证，最后一种不能撤销。"),
    }

    def get_totp_issuer(self) -> str:
        """What the app on the telephone shows beside the account."""
        return gettext("社会救助")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as a key knows it: its host."""
        found: dict[str, str] = super().get_public_key_credential_rp_entity()
        return found | {"name": gettext("社会救助")}

    def encrypt(self, text: str) -> str:
        """AES-256-GCM under a key made from SECRET_KEY: a copy of the database is no factor."""
        nonce = os.urandom(12)
        sealed = AESGCM(_key(str(settings.SECRET_KEY))).encrypt(nonce, text.encode(), SALT)
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The same back; ValueError when no key of ours opens it."""
        raw = base64.urlsafe_b64decode(encrypted_text)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return AESGCM(_key(str(secret))).decrypt(raw[:12], raw[12:], SALT).decode()
            except InvalidTag:
                continue
        raise ValueError(gettext("两步验证的密钥打不开：SECRET_KEY 换过了。"))


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), SALT, "sha256")
