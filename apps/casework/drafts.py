"""草稿的来处: whose page it was, which draft to go on with, what a search brings. Only reads."""

from __future__ import annotations

import re
import unicodedata

from django.core import signing
from django.http import HttpRequest

from apps.casework.models import Draft
from apps.offices.models import Staff
from apps.offices.page_token import TOKEN_BITS

PAGE = "apply"
SALT = "casework.draft"
OPEN_FOR = 24 * 60 * 60  # seconds a page may stand open and still keep its draft without a session


def owner_sign(staff: Staff) -> str:
    """Hidden in the page, so that what is sent after the session has ended is still its owner's."""
    return signing.dumps(staff.pk, salt=SALT)


def owner_of(request: HttpRequest) -> int | None:
    """Whose page was sent; None when the page does not say so credibly."""
    try:
        found = signing.loads(request.POST.get("who", ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    return int(found)


def draft_of(request: HttpRequest, staff: Staff) -> Draft | None:
    """The draft asked for, else the newest: whoever opens the page goes on where they were."""
    mine = Draft.objects.filter(staff=staff, page=PAGE)
    asked = request.GET.get("draft", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 20 and int(asked) < 2**TOKEN_BITS:
        return mine.filter(token=int(asked)).first()
    return mine.order_by("-saved_at").first()


def searched(text: str) -> dict[str, list[str]]:
    """What was searched for in vain, in the box where it belongs."""
    plain = unicodedata.normalize("NFKC", text).strip()[:60]
    if re.fullmatch(r"\d{17}[\dXx]", plain):
        return {"m1-id_number": [plain.upper()]}
    if re.fullmatch(r"1\d{10}", plain):
        return {"phone": [plain]}
    if plain and not re.search(r"[0-9A-Za-z]", plain):
        return {"m1-name": [plain]}
    return {}
