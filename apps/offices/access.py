"""岗位: who is asking."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed


class Accounts(ModelBackend):
    """账号: a log-in comes with the post behind it, in one question to the database."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """The account of a name and a password; None also when it, or its post, is closed."""
        user = super().authenticate(request, username=username, password=password, **kwargs)
        staff = getattr(user, "staff", None)
        return None if staff is not None and not staff.active else user

    def get_user(self, user_id: int) -> Any:
        """The account of a session; None when it is gone or closed."""
        known = get_user_model().objects.select_related("staff").filter(pk=user_id)
        user = known.first()
        return user if user is not None and self.user_can_authenticate(user) else None


def staff_of(request: HttpRequest) -> Staff:
    """The active member of staff behind a request; NotAllowed when there is none."""
    staff: Staff | None = getattr(request.user, "staff", None)
    if staff is None or not staff.active:
        raise NotAllowed(gettext("您的账号没有岗位，请联系系统管理员开通。"))
    return staff
