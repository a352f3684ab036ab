"""页面所见: a form remembers what its page showed, so that nobody saves over a colleague's change.

Each form carries, signed, what stood on record when its page was made (``Sight.token``). Comes
it back when the record says otherwise, nothing is written: the page shows box by box what stood,
what stands and what was typed, and the person chooses 用我的 or 用他的. The new page remembers
the record of now, so that its submit goes through, unless the record has moved once more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from apps.offices.models import Event, Staff
from apps.units.language import listed

BOX = "sight"
CHOICES = MINE, THEIRS = "mine", "theirs"
FEW = 20  # choices of a box that a form remembers by name
WHOLE = ""  # the subject of a form about one thing only


class Worded(NamedTuple):
    """A value that a page shows in other words: a village by its name, an account by its tail."""

    value: str
    shown: str


class Record(NamedTuple):
    """What is on record of one subject: box name → what the box would hold.

    A name that is no box of the form is its own label; there is nothing to choose about it. The
    newest Event of ``kind`` about ``pk`` tells who has recorded it, and when; where only the
    household is known, the newest of any kind that begins so.
    """

    boxes: Mapping[str, Any]
    kind: str = ""
    pk: int = 0
    household: int = 0


class Row(NamedTuple):
    """One box in which the record has moved on, in words; ``name`` empty: nothing to choose."""

    label: str
    opened: str
    theirs: str
    mine: str
    name: str = ""
    chosen: str = ""


class Sight(NamedTuple):
    """What a form carries, and the clash it has met with, if any."""

    token: str
    rows: tuple[Row, ...] = ()
    words: str = ""

    def read_only(self) -> Sight:
        """The same table where there is no form any more that a choice could go into."""
        return Sight("", tuple(row._replace(name="") for row in self.rows), self.words)

    @property
    def choices(self) -> bool:
        """Whether there is anything to choose."""
        return any(row.name for row in self.rows)


def sight(records: Mapping[str, Record], at: dt.datetime, form: forms.Form | None = None) -> Sight:
    """What the form of a fresh page carries; ``records`` by subject.

    ``form`` where its act may be gone when it comes back: its labels are remembered too.
    """
    labels = {box.name: _told(box) for box in form if not box.is_hidden} if form else {}
    return Sight(_token(records, at, labels))


def kept(data: Any, records: Mapping[str, Record], at: dt.datetime) -> Sight:
    """What a form that is shown again carries: what it came with, else as on a fresh page."""
    return Sight(data[BOX]) if _read(data) else sight(records, at)


def clash(
    form: forms.Form,
    records: Mapping[str, Record],
    *,
    by: Staff,
    at: dt.datetime,
    subject: str = WHOLE,
) -> Sight | None:
    """What has to be chosen before this bound form may be saved; None: nothing has to be.

    A form without a token has seen no page (a program's), and is judged by the action alone.
    """
    seen = _read(form.data)
    if seen is None:
        return None
    record = records.get(subject, Record({}))
    stood = seen["records"].get(subject, {})
    moved = {
        name: stood.get(name, "")
        for name in dict.fromkeys([*record.boxes, *stood])
        if _stored(record.boxes.get(name, "")) != stood.get(name, "")
    }
    before = seen["was"] if seen["subject"] == subject else {}
    was = {**before, **moved}
    rows = [row for name in was if (row := _row(form, name, was[name], record)) is not None]
    waits = any(row.name and form.data.get(f"use-{row.name}") not in CHOICES for row in rows)
    if not rows or not (moved or waits):
        return None
    opened = dt.datetime.fromisoformat(seen["at"])
    token = _token(records, opened, seen["labels"], subject, was)
    return Sight(token, tuple(rows), _who(record, opened, by, at))


def chosen(data: QueryDict, record: Record | None, prefix: str = "") -> QueryDict:
    """What was typed, with 用他的 put in its place; the same when nothing was chosen."""
    typed = data.copy()
    for name, value in (record.boxes if record else {}).items():
        box = f"{prefix}-{name}" if prefix else name
        if data.get(f"use-{box}") == THEIRS:
            plain = _plain(value)
            typed.setlist(box, plain if isinstance(plain, list) else [plain] if plain else [])
    return typed


def settled(form: forms.Form, record: Record | None) -> bool:
    """Whether 用他的 was chosen so far that the form says only what is on record already."""
    typed: Any = form.data
    if record is None or THEIRS not in typed.values():
        return False
    return all(
        _same(form.fields[name], typed.get(form.add_prefix(name), ""), _plain(value))
        for name, value in record.boxes.items()
        if name in form.fields and not isinstance(_plain(value), list)
    )


def lost(
    data: QueryDict, prefix: str, record: Record, *, by: Staff, at: dt.datetime
) -> Sight | None:
    """A form whose act is gone: what was typed in it beside what stands, nothing to choose."""
    seen = _read(data)
    if seen is None:
        return None
    stood = seen["records"].get(WHOLE, {})
    rows = []
    for name, (label, names) in seen["labels"].items():
        mine = data.getlist(f"{prefix}-{name}" if prefix else name)
        theirs = _stored(record.boxes.get(name, ""))
        if any(mine) or theirs:
            was = stood.get(name)
            rows.append(Row(label, *(_named(names, one) for one in (was, theirs, mine))))
    for name, value in record.boxes.items():
        if name not in seen["labels"] and _stored(value) != stood.get(name, ""):
            rows.append(Row(name, _say(stood.get(name)), _say(_stored(value)), "—"))
    return Sight("", tuple(rows), _who(record, dt.datetime.fromisoformat(seen["at"]), by, at))


def left(
    form: forms.Form, record: Record, *, by: Staff, at: dt.datetime, subject: str = WHOLE
) -> Sight:
    """The same of a bound form that the page does not show any more: its boxes are known.

    A form that only says why (退回) carries no memory: who was last at it is said all the same.
    """
    seen = _read(form.data)
    stood = seen["records"].get(subject, {}) if seen else {}
    rows = []
    for box in form:
        typed = _typed(form, box.name)
        if typed and not box.is_hidden and not isinstance(box.field, forms.FileField):
            was = _words(box.field, stood.get(box.name, "")) if seen else "—"
            now = _plain(record.boxes.get(box.name, ""))
            said = _words(box.field, now) if now else _say("")
            rows.append(Row(_label(form, box.name), was, said, _words(box.field, typed)))
    for name, value in record.boxes.items():
        if name not in form.fields and rows:
            was = _say(stood.get(name)) if seen else "—"
            rows.append(Row(name, was, _say(_stored(value)), "—"))
    opened = dt.datetime.fromisoformat(seen["at"]) if seen else None
    return Sight("", tuple(rows), _who(record, opened, by, at))


def changed_by(record: Record, *, by: Staff, at: dt.datetime) -> str:
    """这条记录 09:12 被王敏修改: by the newest Event about it, whenever that was."""
    return _who(record, None, by, at)


# ---- values: as a box holds them, as the token keeps them, as people read them -----------------
def _plain(value: Any) -> str | list[str]:
    if isinstance(value, Worded):
        return value.value
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _stored(value: Any) -> str | list[str]:
    """As the token keeps it: of a secret only what may be shown."""
    return value.shown if isinstance(value, Worded) else _plain(value)


def _told(box: forms.BoundField) -> tuple[str, dict[str, str]]:
    """What a box is called, and how it calls its choices, where they are few."""
    names = {str(code): str(words) for code, words in getattr(box.field, "choices", ())}
    return str(box.label), names if len(names) <= FEW else {}


def _named(names: Mapping[str, str], value: Any) -> str:
    values = value if isinstance(value, list) else [value or ""]
    return _say([names.get(one, one) for one in values if one])


def _say(text: Any) -> str:
    return (listed(text) if isinstance(text, list) else text) or gettext("（空）")


def _words(field: forms.Field, value: str | list[str]) -> str:
    """A value as its box shows it: a choice by its name."""
    if isinstance(field, forms.BooleanField):
        return gettext("是") if value else gettext("否")
    names = {str(code): str(words) for code, words in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    return listed(names.get(one, one) for one in values if one) or gettext("（空）")


def _typed(form: forms.Form, name: str) -> str | list[str]:
    """What was sent for a box, as it was typed."""
    data: Any = form.data
    found = data.getlist(form.add_prefix(name))
    return found if len(found) > 1 else "".join(found).strip()


def _row(form: forms.Form, name: str, was: Any, record: Record) -> Row | None:
    """One line of the table; None where both have come to the same."""
    now = record.boxes.get(name, "")
    field = form.fields.get(name)
    if field is None:
        return Row(name, _say(was), _say(_stored(now)), "—")
    box, theirs = form.add_prefix(name), _plain(now)
    typed: Any = form.data
    many = isinstance(theirs, list) or isinstance(was, list)
    mine = typed.getlist(box) if many else typed.get(box, "").strip()
    if _same(field, mine, theirs):
        return None
    # A box that was left alone would be put back to what it was: 用他的 is offered first.
    use = typed.get(f"use-{box}") or (THEIRS if _same(field, mine, was) else "")
    said = now.shown if isinstance(now, Worded) else _words(field, theirs)
    return Row(_label(form, name), _words(field, was), said, _words(field, mine), box, use)


def _same(field: forms.Field, one: Any, other: Any) -> bool:
    """Whether two values of a box mean the same: 650 and 650.00 do."""
    if one == other:
        return True
    try:
        return bool(field.clean(one) == field.clean(other))
    except forms.ValidationError:
        return False


def _label(form: forms.Form, name: str) -> str:
    """The label of a box; a form whose boxes share labels says more by ``label_of``."""
    more = getattr(form, "label_of", None)
    return str(more(name) if more else form[name].label)


# ---- the token ---------------------------------------------------------------------------------
def _token(
    records: Mapping[str, Record],
    at: dt.datetime,
    labels: Mapping[str, tuple[str, dict[str, str]]],
    subject: str = WHOLE,
    was: Mapping[str, Any] | None = None,
) -> str:
    content = {
        "at": at.isoformat(),
        "subject": subject,
        "was": was or {},
        "labels": labels,
        "records": {
            subject: {name: _stored(value) for name, value in record.boxes.items()}
            for subject, record in records.items()
        },
    }
    return signing.dumps(content, salt=BOX, compress=True)


def _read(data: Any) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = signing.loads(data.get(BOX, ""), salt=BOX)
    except signing.BadSignature:
        return None
    return found


def _who(record: Record, opened: dt.datetime | None, by: Staff, at: dt.datetime) -> str:
    """这条记录 09:12 被王敏修改: by the newest Event about it since the page was opened."""
    events = Event.objects.select_related("by").order_by("pk")
    if opened is not None:
        events = events.filter(at__gte=opened)
    if record.household:
        events = events.filter(household_id=record.household, kind__startswith=record.kind)
    else:
        events = events.filter(kind=record.kind, object_id=record.pk)
    last = events.last() if record.kind else None
    if last is None or last.by is None:
        return gettext("这条记录刚刚被他人修改")
    when = timezone.localtime(last.at)
    today = when.date() == timezone.localtime(at).date()
    clock = f"{when:%H:%M}" if today else f"{when:%m-%d %H:%M}"
    if last.by_id == by.pk:
        return gettext("这条记录 {clock} 您自己在另一页面修改").format(clock=clock)
    return gettext("这条记录 {clock} 被{who}修改").format(clock=clock, who=last.by.name)
