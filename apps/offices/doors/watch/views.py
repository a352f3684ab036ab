"""登录安全的页面: locked accounts and failed tries; unlocking, resetting, for the administrator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from apps.offices.doors import actions
from apps.offices.doors.gate import confirmed
from apps.offices.doors.lockout import locked_users
from apps.offices.doors.models import Attempt, Sitting
from apps.offices.doors.need import REAL, needs_factor, roles_in_need
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.perms import for_staff

TRIES, ACCOUNTS = 100, 500
WATCHERS = (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@for_staff
@require_safe
def page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """登录安全: the accounts with what guards them, and the tries that failed."""
    if staff.role not in WATCHERS:
        raise NotAllowed(gettext("登录安全只由安全管理员办理，审计管理员可以查看。"))
    return _page(request, staff)


def _page(request: HttpRequest, staff: Staff, made: tuple[str, str] | None = None) -> HttpResponse:
    now = timezone.now()
    failed = Attempt.objects.visible_to(staff).exclude(outcome=Attempt.Outcome.PASSED)
    locked = locked_users(now)
    context = {
        "accounts": [_row(one, locked) for one in _accounts(staff)],
        "tries": failed.select_related("user__staff").order_by("-pk")[:TRIES],
        "may_act": staff.role == Role.SECURITY_ADMIN,
        "made": made,
        "roles": roles_in_need(),
        "failures": settings.LOGIN_FAILURES,
        "minutes": settings.LOGIN_LOCK_MINUTES,
        "me": staff.pk,
    }
    return render(request, "offices/doors/watch.html", context)


def _accounts(staff: Staff) -> Any:
    """Posts of the territory that have a log-in, in one question however many there are."""
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=REAL)
    sittings = Sitting.objects.filter(user=OuterRef("user")).order_by().values("user")
    return (
        Staff.objects.filter(Q(user__isnull=False) & Q(division__startswith=staff.division))
        .select_related("user")
        .annotate(
            factored=Exists(factors),
            open_sittings=sittings.annotate(n=Count("pk")).values("n")[:1],
        )
        .order_by("role", "pk")[:ACCOUNTS]
    )


def _row(one: Any, locked: set[int]) -> dict[str, Any]:
    return {
        "one": one,
        "locked": one.user_id in locked,
        "missing": needs_factor(one) and not one.factored,
    }


@for_staff
@confirmed()
@require_POST
def unlock(request: HttpRequest, staff: Staff, user_id: int) -> HttpResponse:
    """解锁 before its time."""
    actions.unlock(user_id, by=staff)
    messages.success(request, gettext("已解锁。"))
    return redirect("login-security")


@for_staff
@confirmed()
@require_POST
def reset(request: HttpRequest, staff: Staff, user_id: int) -> HttpResponse:
    """重置密码: the new one stands on the answer, once; a reload would make another."""
    made = actions.reset_password(user_id, by=staff)
    whose = Staff.objects.get(user_id=user_id)
    answer = _page(request, staff, (whose.name, made))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@for_staff
@confirmed()
@require_POST
def remove_factors(request: HttpRequest, staff: Staff, user_id: int) -> HttpResponse:
    """撤销两步验证 of who has lost it."""
    actions.remove_factors(user_id, by=staff)
    messages.success(request, gettext("已撤销，该账号须重新登记。"))
    return redirect("login-security")
