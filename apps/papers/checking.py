"""核验: whether a sheet was given out by this system; says nothing about anybody."""

from __future__ import annotations

import re

from django.core.cache import cache

from apps.papers.digests import digest
from apps.papers.models import Paper

_SHAPE = re.compile(r"[A-HJKMNP-Z2-9]{4}(?:-[A-HJKMNP-Z2-9]{4}){2}")
TRIES, MINUTES = 20, 10  # wrong codes from one address before it has to wait


def normalized(text: str) -> str:
    """The code as printed, however it was typed; empty when it cannot be one."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    code = "-".join(plain[n : n + 4] for n in (0, 4, 8))
    return code if len(plain) == 12 and _SHAPE.fullmatch(code) else ""


def genuine(code: str) -> Paper | None:
    """The paper of a code, if what is stored is still what was given."""
    found = Paper.objects.filter(code=code).first() if code else None
    return found if found is not None and digest(found.data) == found.sha256 else None


def too_often(address: str) -> bool:
    """Whether the address has tried too many wrong codes within the last minutes."""
    return int(cache.get(f"verify:{address}", 0)) >= TRIES


def count_wrong(address: str) -> None:
    """One more wrong code from the address."""
    key = f"verify:{address}"
    cache.add(key, 0, MINUTES * 60)
    cache.incr(key)
