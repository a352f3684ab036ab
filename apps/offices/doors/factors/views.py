"""两步验证的页面: allauth's own steps in the look of the house, each behind a fresh proof.

allauth makes secrets, challenges and codes and checks what a key answers; which factors a post
must keep, what is put down, and that the password was asked just before, is ours.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from apps.offices.doors import actions
from apps.offices.doors.gate import confirmed
from apps.offices.doors.middleware import first_of_all
from apps.offices.doors.need import REAL, needs_factor, roles_in_need
from apps.offices.models import Staff
from apps.offices.perms import for_staff
from apps.units.language import lazy as _


def _page(view: Any, *, proven: bool = True) -> Any:
    """A view of allauth as a page of ours: for staff, after a fresh proof, and before all else."""

    def plain(request: HttpRequest, _staff: Staff, /, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view.as_view()(request, **kwargs)
        return answer

    gated = confirmed()(plain) if proven else plain
    return first_of_all(never_cache(for_staff(gated)))


def _is_last(user: Any, factor: Authenticator) -> bool:
    """Whether a post that needs a factor would be left without one."""
    others = Authenticator.objects.filter(user=user, type__in=REAL).exclude(pk=factor.pk)
    return needs_factor(getattr(user, "staff", None)) and not others.exists()


class Index(IndexView):  # type: ignore[misc]
    """两步验证: what is registered, and what the post asks for."""

    template_name = "offices/doors/factors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """``needed``: this post may do nothing else before; ``roles``: which posts need one."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        staff = getattr(self.request.user, "staff", None)
        held = found["authenticators"]
        return found | {
            "totp": held.get(Authenticator.Type.TOTP),
            "keys": held.get(Authenticator.Type.WEBAUTHN, []),
            "codes": held.get(Authenticator.Type.RECOVERY_CODES),
            "needed": needs_factor(staff),
            "waits": needs_factor(staff) and not self.request.session.get(actions.FACTOR),
            "roles": roles_in_need(),
        }


class _Added:
    """A new factor: put down, and this session has been proven by it."""

    request: HttpRequest
    what = ""

    def form_valid(self, form: Any) -> HttpResponse:
        """Registered."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        self.request.session[actions.FACTOR] = True
        actions.note_factor(self.request.user, _("登记两步验证"), self.what)
        messages.success(self.request, gettext("已登记。下次登录起，输入密码后还要用它验证。"))
        return answer


class AddApp(_Added, ActivateTOTPView):  # type: ignore[misc]
    """登记验证器应用: the secret as a picture and as letters, proven by one code."""

    template_name = "offices/doors/app.html"
    what = _("验证器应用")

    def form_valid(self, form: Any) -> HttpResponse:
        """Registered; the code it was proven by is used up."""
        answer = super().form_valid(form)
        actions.activated(self.request.user, form.step)
        return answer


class AddKey(_Added, AddWebAuthnView):  # type: ignore[misc]
    """登记安全钥匙: a key or the computer's own, by the browser."""

    template_name = "offices/doors/key.html"
    what = _("安全钥匙")


class _Removed:
    """A factor less; the last one of a post that needs one stays."""

    request: HttpRequest
    what = ""

    def factor(self) -> Authenticator:
        """The one to be removed."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        """Removed, or said why not."""
        if _is_last(self.request.user, self.factor()):
            messages.error(
                self.request, gettext("您的岗位必须使用两步验证，请先登记另一种再撤销这一种。")
            )
            return redirect("mfa_index")
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        actions.note_factor(self.request.user, _("撤销两步验证"), self.what)
        messages.success(self.request, gettext("已撤销。"))
        return redirect("mfa_index") if answer.status_code == 302 else answer


class RemoveApp(_Removed, DeactivateTOTPView):  # type: ignore[misc]
    """撤销验证器应用."""

    template_name = "offices/doors/remove.html"
    what = _("验证器应用")

    def factor(self) -> Authenticator:
        """The app."""
        return self.authenticator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is removed, in words."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"what": gettext("验证器应用")}


class RemoveKey(_Removed, RemoveWebAuthnView):  # type: ignore[misc]
    """撤销一把安全钥匙."""

    template_name = "offices/doors/remove.html"
    what = _("安全钥匙")

    def factor(self) -> Authenticator:
        """The key."""
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is removed, in words."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        return found | {"what": self.get_object().wrap().name}


class Codes(ViewRecoveryCodesView):  # type: ignore[misc]
    """恢复码: shown once, after they were made."""

    template_name = "offices/doors/codes.html"


class NewCodes(GenerateRecoveryCodesView):  # type: ignore[misc]
    """换一套恢复码: the former ones are worth nothing any more."""

    template_name = "offices/doors/new_codes.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Made, and put down."""
        answer: HttpResponse = super().form_valid(form)
        actions.note_factor(self.request.user, _("更换恢复码"), "")
        return answer


index = _page(Index, proven=False)
add_app = _page(AddApp)
remove_app = _page(RemoveApp)
add_key = _page(AddKey)
remove_key = _page(RemoveKey)
codes = _page(Codes)
new_codes = _page(NewCodes)
