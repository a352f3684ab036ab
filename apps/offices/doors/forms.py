"""登录的表单: the password, the second step, a new password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.translation import gettext

from apps.offices.doors import actions
from apps.offices.doors.codes import step_of
from apps.offices.doors.models import Attempt
from apps.offices.doors.whence import address_of
from apps.offices.trail.acting import become, of_request
from apps.units.language import lazy as _


class Entry(AuthenticationForm):
    """账号与密码; one refusal for whatever is wrong, the lock included."""

    def clean(self) -> dict[str, Any]:
        """The account behind name and password; a try that is on record either way."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password or self.request is None:
            raise self.get_invalid_login_error()
        request = self.request
        self.user_cache = actions.attempt(
            Attempt.Kind.LOGIN,
            name,
            address=address_of(request),
            at=timezone.now(),
            check=lambda: authenticate(request, username=name, password=password),
        )
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        become(of_request(request, self.user_cache))
        # Only now: it takes time, and would tell a right password while the account is locked.
        actions.rehashed(self.user_cache, password)
        return self.cleaned_data


def _second(form: Any, check: Any) -> Any:
    """One try at the second step; what it found."""
    from allauth.core import context  # noqa: PLC0415 - holds the request of this thread

    found = actions.attempt(
        Attempt.Kind.FACTOR,
        form.user.get_username(),
        address=address_of(context.request),
        at=timezone.now(),
        check=check,
    )
    if found is not None:
        become(of_request(context.request, form.user))
    return found


class Code(AuthenticateForm):  # type: ignore[misc]
    """验证码: of the app, or a recovery code."""

    def clean_code(self) -> str:
        """The code, once; refused like a wrong one while the account is locked."""
        code: str = self.cleaned_data["code"]
        found = _second(self, lambda: actions.code_of(self.user, code, at=timezone.now()))
        if found is None:
            raise forms.ValidationError(gettext("验证码不对或已用过，请换一个。"))
        self.authenticator = found
        found.user = self.user
        return code


class Key(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """安全钥匙."""

    def clean_credential(self) -> Any:
        """The key's answer to this session's challenge."""
        found = _second(self, self._found)
        if found is None:
            raise forms.ValidationError(gettext("安全钥匙不对，请重新试一次。"))
        return found

    def _found(self) -> Any:
        try:
            return super().clean_credential()
        except forms.ValidationError:
            return None


class NewApp(ActivateTOTPForm):  # type: ignore[misc]
    """登记验证器应用; the code that proves it is used up by it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("应用里显示的6位数字")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "placeholder": ""}
        self.step: int | None = None

    def clean_code(self) -> str:
        """A code of the secret that the page shows."""
        code = "".join(self.cleaned_data["code"].split())
        self.step = step_of(self.secret, code)
        if self.step is None:
            raise forms.ValidationError(gettext("验证码不对，请看一下手机的时间是否准确。"))
        return code


class NewKey(AddWebAuthnForm):  # type: ignore[misc]
    """登记安全钥匙; the name is for people with more than one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext("钥匙的名称")
        self.fields["name"].initial = self.initial["name"] = gettext("安全钥匙")
        self.fields["name"].max_length = 40


class NewPassword(forms.Form):
    """修改密码: the present one, and the new one twice."""

    old = forms.CharField(
        label=_("现在的密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输入一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        """The present password is a try like any other; the rules are all said at once."""
        data: dict[str, Any] = self.cleaned_data
        if not {"old", "new", "again"} <= data.keys():
            return data
        if data["new"] != data["again"]:
            self.add_error("again", gettext("两次输入的新密码不一样。"))
        try:
            password_validation.validate_password(data["new"], self.request.user)
        except forms.ValidationError as refusal:
            self.add_error("new", refusal)
        if not self.errors and not self._is_owner(data["old"]):
            self.add_error("old", gettext("现在的密码不对。"))
        return data

    def _is_owner(self, password: str) -> bool:
        user = self.request.user
        found = actions.attempt(
            Attempt.Kind.CONFIRM,
            user.get_username(),
            address=address_of(self.request),
            at=timezone.now(),
            check=lambda: user.check_password(password) or None,
        )
        return found is not None
