"""来自何处: the address and the browser of a request, as far as they can be believed."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

# What a browser calls itself by, the most particular first: Edge says Chrome too.
BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("QQBrowser/", "QQ"),
    ("360", "360"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str:
    """The address a request came from; behind a trusted proxy the one that proxy saw itself.

    The proxy appends, so only the last part of X-Forwarded-For is its own word.
    """
    near = str(request.META.get("REMOTE_ADDR", ""))
    if near in settings.TRUSTED_PROXIES:
        near = str(request.headers.get("X-Forwarded-For", near)).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(near))
    except ValueError:
        return ""


def browser_of(request: HttpRequest) -> str:
    """What the browser calls itself, cut to what is kept."""
    return str(request.headers.get("User-Agent", ""))[:200]


def plain(browser: str) -> str:
    """Browser and system in two words; for people who look through their sessions."""
    found = next((name for mark, name in BROWSERS if mark in browser), "")
    system = next((name for mark, name in SYSTEMS if mark in browser), "")
    return " · ".join(filter(None, (found, system))) or gettext("未知的浏览器")
