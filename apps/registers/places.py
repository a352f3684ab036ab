"""地域筛选: the township or village a list is narrowed to."""

from __future__ import annotations

from django.http import HttpRequest

VILLAGE = 12  # digits of a village's code


def wanted_division(request: HttpRequest) -> str:
    """The township or village of the address; empty when it is not a code."""
    asked = request.GET.get("division", "")
    return asked if asked.isdecimal() and len(asked) <= VILLAGE else ""
