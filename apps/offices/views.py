"""机构与岗位的页面: the front door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.offices.models import Staff
from apps.offices.perms import for_staff, home_of


@for_staff
def home(_request: HttpRequest, staff: Staff) -> HttpResponse:
    """首页: on to where this post's day begins."""
    return redirect(home_of(staff))
