"""岗位: who is asking."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.moves import NotAllowed


def staff_of(request: HttpRequest) -> Staff:
    """The active member of staff behind a request; NotAllowed when there is none."""
    user = request.user
    staff = Staff.objects.filter(user_id=user.pk, active=True).first() if user.pk else None
    if staff is None:
        raise NotAllowed(gettext("您的账号没有岗位，请联系系统管理员开通。"))
    return staff
