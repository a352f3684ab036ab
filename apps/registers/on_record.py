"""档案上的登记: what is on record of the boxes of each act of a file, whoever wrote it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from apps.offices.models import Staff
from apps.offices.sight import Record
from apps.registers.alerts import Alert
from apps.registers.models import AlertWork, ChildFile, ChildReport, Monitored, ProneEntry, Stay

CARER = ("name", "relation", "phone", "paper")
RATING = ("ground", "level", "note")
ANSWER = ("outcome", "answer")
SEEN = 5  # of what only adds up, the newest
WORK = ("outcome", "note")
PRONE = ("reason", "keeper", "phone", "note")


def recorded_of(file: ChildFile, code: str, row: int) -> Record:
    """Of a child's file: the carer, the rating, the report, the closing."""
    if code == "carer":
        newest: Any = file.carers.order_by("-on", "-pk").first()
        return _of(newest, CARER, "registers.childfile", file.pk)
    if code == "rate":
        return _of(
            file.ratings.order_by("-on", "-pk").first(), RATING, "registers.childfile", file.pk
        )
    if code == "answer":
        report = ChildReport.objects.filter(file=file, pk=row).first()
        return _of(report, ANSWER, "registers.childreport", row)
    if code in ("visit", "refer"):
        return _added(file, code)
    if code == "close":
        return Record({"reason": file.close_reason}, "registers.childfile", file.pk)
    return Record({})


def _added(file: ChildFile, code: str) -> Record:
    """Visits and referrals only add up: whoever adds one sees those of others first."""
    rows: Any = {"visit": file.visits, "refer": file.referrals}[code]
    what = {"visit": gettext("已登记的走访"), "refer": gettext("已登记的转介")}[code]
    newest = rows.select_related("by").order_by("-pk")[:SEEN]
    said = [f"{one.on} {one.by.name} {one.note}" for one in newest]
    return Record({what: said}, "registers.childfile", file.pk)


def recorded_of_stay(stay: Stay, code: str, row: int) -> Record:
    """Of a stay: what a search has found, who it is, the decision on an extension, the leaving."""
    boxes: dict[str, Any] = {}
    if code == "conclude" and (step := stay.searches.filter(pk=row).first()):
        boxes = {"result": step.result, "on": step.result_on, "note": step.result_note}
    elif code == "identify" and stay.person:
        boxes = {"name": stay.person.name}
    elif code == "decide" and (extension := stay.extensions.filter(pk=row).first()):
        grant = {"granted": "yes", "refused": "no"}
        boxes = {"grant": grant.get(extension.state, "")}
    elif code == "file" and (extension := stay.extensions.filter(pk=row).first()):
        boxes = {"filing": extension.filing}
    elif code == "leave":
        boxes = {"leaving": stay.leaving, "on": stay.left_on, "note": stay.left_note}
    elif code == "prone":
        entry = ProneEntry.objects.filter(person=stay.person_id, state="open").first()
        return _of(entry, PRONE, "registers.proneentry", entry.pk if entry else 0)
    return Record(boxes, "registers.stay", stay.pk)


def recorded_of_list(code: str, row: int) -> Record:
    """Of a row of 监测名单 and of 易走失人员库: why it has been let go meanwhile."""
    if code == "end" and (listed := Monitored.objects.filter(pk=row).first()):
        return Record({"reason": listed.end_reason}, "registers.monitored", row)
    if code == "close" and (entry := ProneEntry.objects.filter(pk=row).first()):
        return Record({"reason": entry.close_reason}, "registers.proneentry", row)
    return Record({})


def alert_seen(alert: Alert) -> Record:
    """What an alert says: with other facts it is another one."""
    return Record({gettext("预警"): alert.said})


def alert_worked(key: str, by: Staff) -> Record:
    """What has been done about an alert that no longer stands."""
    rule, home, person = [*key.split("-"), "", ""][:3]
    if not (home.isdecimal() and person.isdecimal()):
        return Record({})
    about = {"rule": rule, "household_id": int(home[:18]), "person_id": int(person[:18]) or None}
    one = AlertWork.objects.visible_to(by).filter(**about).order_by("-pk").first()
    return _of(one, WORK, "registers.alertwork", one.pk if one else 0)


def _of(row: Any, names: tuple[str, ...], kind: str, pk: int) -> Record:
    """The columns of a row that are boxes of the form by the same name."""
    return Record({name: getattr(row, name) for name in names} if row else {}, kind, pk)
