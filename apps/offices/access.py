"""岗位: who is asking."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed


class WithPost(ModelBackend):
    """Django's own log-in, which reads an account together with its post (one query a page)."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:  # type: ignore[override]
        """The account behind a session, while it is active."""
        user = User.objects.select_related("staff").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def staff_of(request: HttpRequest) -> Staff:
    """The active member of staff behind a request; NotAllowed when there is none."""
    staff: Staff | None = getattr(request.user, "staff", None)
    if staff is None or not staff.active:
        raise NotAllowed(gettext("您的账号没有岗位，请联系系统管理员开通。"))
    return staff
