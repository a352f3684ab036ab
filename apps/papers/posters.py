"""公示单: exactly the frozen list of a notice, and nothing else of anybody. Only reads."""

from __future__ import annotations

import datetime as dt

from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.papers.content import Content, county, day, place, township
from apps.publicity.listing import table
from apps.publicity.models import PublicNotice
from apps.publicity.shown import NAMES


def poster(notice_id: int, _on: dt.date, staff: Staff) -> Content:
    """The poster of a notice, from its frozen rows (R-DB-20)."""
    found = PublicNotice.objects.visible_to(staff).filter(pk=notice_id).first()
    if found is None:
        raise NotFound("没有找到这份公示，或不在您的管辖范围内。")
    heads, rows = table(found)
    data = {
        "county": county(found.division),
        "township": township(found.division),
        "village": place(found.division),
        "stage": found.get_stage_display(),
        "standing": found.standing,
        "termination": found.stage == "termination",
        "family": NAMES[found.family],
        "heads": heads,
        "rows": [[str(number), *cells] for number, cells in rows],
        "posted_on": day(found.posted_on),
        "first": day(found.first_day),
        "last": day(found.last_day) if found.last_day else "",
        "length": found.length,
    }
    return Content(f"{NAMES[found.family]}{data['stage']}", found.division, None, data)
