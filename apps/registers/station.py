"""救助站: lists of stays and of people who may stray, and the page of one stay. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext

from apps.casework.ending import endings
from apps.casework.models import Entitlement
from apps.casework.procedures import COUNTY
from apps.offices.models import Division, Event, Role, Staff
from apps.offices.moves import NotAllowed, NotFound
from apps.offices.together import Question, of_rows, together
from apps.registers import station_forms as forms
from apps.registers import station_words as words
from apps.registers import stay_relief
from apps.registers.clocks import days
from apps.registers.models import ProneEntry, Stay
from apps.registers.offers import Offer
from apps.registers.words import HEALTH_READERS, HIDDEN, VISITORS
from apps.standards.book import Book
from apps.standards.models import current_book
from apps.units.ages import age_on
from apps.units.calendar import WorkCalendar
from apps.units.language import lazy as _
from apps.units.months import month_of

PAGE = 50
READERS = VISITORS  # who sees whose stay it is
ON_RELIEF = {"minimum_living": _("低保"), "destitute_basic": _("特困")}


class Filters(NamedTuple):
    """What the list of stays is narrowed to; empty means all."""

    state: str = "in"
    division: str = ""
    flag: str = ""
    text: str = ""


FLAGS = {"due": _("期限届满"), "unknown": _("身份不明"), "minor": _("未成年人")}


def stays(staff: Staff, filters: Filters, today: dt.date) -> QuerySet[Stay]:
    """Stays inside the territory, the newest in front."""
    rows = Stay.objects.visible_to(staff).filter(division__startswith=filters.division)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.flag == "due":
        rows = rows.filter(state="in", last_day__lte=today)
    if filters.flag == "unknown":
        rows = rows.filter(person=None).exclude(tells="told")
    if filters.flag == "minor":
        rows = rows.filter(group="minor")
    if filters.text and staff.role in READERS:
        rows = rows.filter(
            Q(name__startswith=filters.text) | Q(person__name__startswith=filters.text)
        )
    found: QuerySet[Stay] = rows.select_related("person").order_by("-admitted_on", "-pk")
    return found


def name_of(stay: Stay, staff: Staff) -> str:
    """What somebody is called: by proof, by their own word, or not at all."""
    if staff.role not in READERS:
        return HIDDEN
    if stay.person is not None:
        return str(stay.person.name)
    return gettext("{name}（自报）").format(name=stay.name) if stay.name else gettext("姓名不详")


def age(stay: Stay, today: dt.date) -> int:
    """As proved; as told or estimated at the door while nobody knows who it is."""
    return age_on(stay.person.born, today) if stay.person is not None else stay.age


def age_words(stay: Stay, today: dt.date) -> str:
    """The age, and whether it is an estimate."""
    return gettext("{words}{age} 岁").format(
        words="" if stay.person is not None else gettext("约 "), age=age(stay, today)
    )


def marks(stay: Stay, today: dt.date) -> list[tuple[str, str, str]]:
    """What stands out about a stay: colour, icon, words."""
    if stay.state == "left":
        return [("end", "x", words.LEAVINGS[stay.leaving])]
    said = []
    left = (stay.last_day - today).days
    if left < 0:
        said.append(("bad", "stop", gettext("超过期限 {left} 天").format(left=-left)))
    elif left == 0:
        said.append(("warn", "clock", gettext("今天期限届满")))
    else:
        said.append(("doing", "circle", gettext("期限还有 {left} 天").format(left=left)))
    if stay.unknown:
        said.append(("warn", "warn", gettext("身份不明")))
    return said


def found(staff: Staff, pk: int) -> Stay:
    """A stay of one's territory; NotAllowed for those who need not see it."""
    if staff.role not in READERS:
        raise NotAllowed(gettext("入站救助档案只供经办岗位查看，您的岗位只能看名册数量。"))
    stay: Stay | None = (
        Stay.objects.visible_to(staff).select_related("person", "admitted_by").filter(pk=pk).first()
    )
    if stay is None:
        raise NotFound(gettext("没有找到这份档案，或不在您的管辖范围内。"))
    return stay


class Wanted(NamedTuple):
    """A search that has to be made by a day because nobody knows who this is."""

    kind: str
    due: dt.date


def wanted(stay: Stay, made: set[str], calendar: WorkCalendar, book: Book) -> list[Wanted]:
    """寻亲公告 and DNA that are still to be asked for, with their last days."""
    if not stay.unknown or stay.state != "in":
        return []
    return searches_owed(stay.admitted_on, made, calendar, book)


def searches_owed(
    admitted_on: dt.date, made: Collection[str], calendar: WorkCalendar, book: Book
) -> list[Wanted]:
    """What somebody unknown is owed, but for the searches made."""
    due = []
    announce = days(book, admitted_on, "announce_days")
    if announce and "announcement" not in made:
        due.append(Wanted("announcement", admitted_on + dt.timedelta(days=announce)))
    dna = days(book, admitted_on, "dna_workdays")
    if dna and "dna" not in made:
        due.append(Wanted("dna", calendar.add_workdays(admitted_on, dna)))
    return due


def context(staff: Staff, stay: Stay, today: dt.date, calendar: WorkCalendar) -> dict[str, Any]:
    """Everything the page shows beside its acts; a fixed number of queries."""
    searches = list(stay.searches.select_related("by", "result_by").order_by("pk"))
    made = {one.kind for one in searches}
    others = Stay.objects.visible_to(staff).filter(person=stay.person_id).exclude(pk=stay.pk)
    events = Event.objects.filter(kind="registers.stay", object_id=stay.pk)
    place = Division.objects.filter(code=stay.division).values_list("name", flat=True).first()
    asked = stay_relief.application_of(stay, today)
    award = stay_relief.running(asked)
    before = stay_relief.in_the_way(stay) if stay.person_id else None
    return {
        "stay": stay,
        "name": name_of(stay, staff),
        "age": age_words(stay, today),
        "marks": marks(stay, today),
        "place": place or "",
        "health": staff.role in HEALTH_READERS,
        "searches": [(one, words.RESULTS.get(one.result or "", "")) for one in searches],
        "wanted": [
            (words.SEARCHES[one.kind], one.due, one.due < today)
            for one in wanted(stay, made, calendar, current_book())
        ],
        "extensions": stay.extensions.select_related("prepared_by", "decided_by").order_by("pk"),
        "others": others.order_by("-admitted_on") if stay.person_id else [],
        "relief": _relief(stay, today),
        "application": asked
        if asked and asked.household.division.startswith(staff.division)
        else None,
        "award": award,
        "ending": award is not None and bool(endings().waiting([award.pk])),
        "before": before,
        "prone": ProneEntry.objects.filter(person=stay.person_id, state="open").first()
        if stay.person_id
        else None,
        "leaving": words.LEAVINGS.get(stay.leaving, ""),
        "events": events.select_related("by").order_by("-pk"),
    }


def _relief(stay: Stay, today: dt.date) -> list[str]:
    """低保、特困 of the identified person: never a bar, always said (R-LL-01, 649号令 Art. 50)."""
    if stay.person_id is None:
        return []
    rows = Entitlement.objects.payable_in(month_of(today)).filter(programme__in=ON_RELIEF)
    mine = Q(person=stay.person_id) | Q(
        person=None,
        household__members__person=stay.person_id,
        household__members__voided_on=None,
        household__members__period__contains=today,
    )
    codes = set(rows.filter(mine).values_list("programme", flat=True))
    return [label for code, label in ON_RELIEF.items() if code in codes]


def offers(staff: Staff, stay: Stay, today: dt.date) -> list[Offer]:
    """What this post may do with the stay now, what waits for a decision first."""
    if staff.role not in COUNTY:
        return []
    searches = [
        Offer(
            "conclude",
            gettext("登记结果：{searches}").format(searches=words.SEARCHES[one.kind]),
            forms.Conclude,
            row=one.pk,
        )
        for one in stay.searches.filter(result=None).order_by("pk")
    ]
    asked = stay_relief.offers(staff, stay, today)
    found = [*asked, *_extending(staff, stay), *searches]
    if stay.person_id is None:
        if stay.state == "in":
            found.append(Offer("search", gettext("身份查询"), forms.Search, open=stay.unknown))
        found.append(
            Offer("identify", gettext("查明身份"), forms.Identify, hint=gettext("按身份号码登记"))
        )
    else:
        found.append(Offer("prone", gettext("列入易走失人员库"), forms.Prone))
    if stay.state == "in":
        found.append(Offer("leave", gettext("离站"), forms.Leave, hint=gettext("写明去向")))
    return found


def _extending(staff: Staff, stay: Stay) -> list[Offer]:
    found = []
    waits = False
    for one in stay.extensions.order_by("pk"):
        waits = waits or one.state == "proposed"
        mine = one.prepared_by_id == staff.pk
        if one.state == "proposed" and staff.role == Role.COUNTY_SUPERVISOR and not mine:
            found.append(Offer("decide", gettext("审批延长"), forms.Decide, open=True, row=one.pk))
        if one.state == "granted" and one.filed_on is None:
            found.append(
                Offer("file", gettext("报上级备案"), forms.FileAbove, open=True, row=one.pk)
            )
    if stay.state == "in" and not waits:
        found.append(
            Offer(
                "extend",
                gettext("提出延长"),
                forms.Extend,
                hint=gettext("须由另一人批准并报上级备案"),
            )
        )
    return found


def prone(staff: Staff, *, state: str, division: str) -> QuerySet[ProneEntry]:
    """易走失人员库 inside the territory, the newest in front, with how often each was taken in."""
    rows = ProneEntry.objects.visible_to(staff).filter(state=state, division__startswith=division)
    counted = rows.select_related("person").annotate(times=Count("person__stays"))
    found: QuerySet[ProneEntry] = counted.order_by("-on", "-pk")
    return found


class Candidate(NamedTuple):
    """Somebody taken in again and again, and the newest stay."""

    person_id: int
    who: str
    times: int
    newest: int


def candidates(staff: Staff, book: Book, today: dt.date) -> list[Candidate]:
    """Who has been taken in as often as the standard asks and is not in the 易走失人员库."""
    found: list[list[Candidate]] = together([candidates_asked(staff, book, today)])
    return found[0]


def candidates_asked(staff: Staff, book: Book, today: dt.date) -> Question[Candidate]:
    """The same as a question that can be put together with others."""
    asked = days(book, today, "prone_admissions")
    rows = (
        Stay.objects.visible_to(staff)
        .filter(person__isnull=False)
        .exclude(person__prone_entries__state="open")
        .values("person_id", who=F("person__name"))
        .annotate(times=Count("pk"), newest=Max("pk"))
        .filter(times__gte=asked or 0)
        .order_by("-times", "person_id")
    )
    return of_rows(Candidate, rows if asked else rows.none())
