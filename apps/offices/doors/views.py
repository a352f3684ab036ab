"""登录、密码与在线会话的页面."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login as Entering
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.offices.doors import actions
from apps.offices.doors.entering import owes_password
from apps.offices.doors.forms import Entry, NewPassword
from apps.offices.doors.gate import confirmed
from apps.offices.doors.passwords import days_left, in_days, was_given
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff


class Login(LoginView):
    """登录: name and password; who has a second factor is asked for it next, by allauth."""

    redirect_authenticated_user = True
    authentication_form = Entry

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the second step, or in."""
        then = self.get_redirect_url() or self.get_default_redirect_url()
        login = Entering(user=form.get_user(), redirect_url=then)
        answer: HttpResponse = perform_password_login(self.request, {}, login)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """``kept``: whether a form that was sent after the session had ended has been kept."""
        about = {
            "kept": self.request.GET.get("kept") == "1",
            "failures": settings.LOGIN_FAILURES,
            "minutes": settings.LOGIN_LOCK_MINUTES,
        }
        return super().get_context_data(**kwargs) | about


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """登录的第二步: a code or a key, of who has already shown the password."""

    template_name = "offices/doors/second.html"


def admin_login(request: HttpRequest) -> HttpResponse:
    """The way into Django's admin is the one log-in there is, with all that it asks."""
    if request.user.is_authenticated:
        raise NotAllowed(gettext("系统后台只供系统管理员账号使用。"))
    return redirect_to_login(request.GET.get("next", "/admin/"))


@sensitive_post_parameters()
@never_cache
@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, staff: Staff) -> HttpResponse:
    """修改密码: by choice, before it runs out, or first of all where it was given."""
    user: Any = request.user
    then = _then(request)
    form = NewPassword(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        actions.choose_password(user, form.cleaned_data["new"], at=now)
        actions.stay(request, user)
        messages.success(request, gettext("已修改密码，其他登录都已退出。"))
        return redirect(then)
    left = days_left(user, timezone.now())
    context = {
        "form": form,
        "next": then,
        "owes": owes_password(request),
        "given": was_given(user),
        "left": in_days(left) if left else "",
        "rules": [words for words in password_validators_help_texts() if words],
        "days": settings.PASSWORD_MAX_AGE_DAYS,
    }
    status = 400 if form.errors else 200
    return render(request, "offices/doors/password.html", context, status=status)


def _then(request: HttpRequest) -> str:
    """Where to go on afterwards: an address of this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else "/profile/"


@for_staff
@confirmed()
@require_POST
def end_sitting(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """结束一个登录 of one's own."""
    actions.end_sitting(pk, by=staff)
    messages.success(request, gettext("已退出那一个登录。"))
    return redirect("profile")


@for_staff
@confirmed()
@require_POST
def end_others(request: HttpRequest, staff: Staff) -> HttpResponse:
    """结束其他登录: every one but this."""
    count = actions.end_others(request.session.session_key or "", by=staff)
    words = ngettext("已退出另外{n}个登录。", "已退出另外{n}个登录。", count)
    messages.success(request, words.format(n=count))
    return redirect("profile")
