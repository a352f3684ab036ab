"""我的待办: what is due, derived from what is recorded; no task is ever stored (desk.py keeps
only what somebody arranged about one).

Every app lays its queues on the table in its own worklist.py. A queue says beforehand what it asks
(``asks``), so that the questions of all queues are put to the database as one statement, however
many tasks there are; it answers with at most LIMIT of them. What a task says is worded lazily: of
thousands, one page is read.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from apps.casework.kept import KEPT, Keeping, Scope, answers
from apps.offices.models import Role, Staff
from apps.offices.together import Question, R, of_rows
from apps.standards.book import Book
from apps.units.calendar import WorkCalendar
from apps.units.language import lazy as _

LIMIT = 3000  # tasks of one queue; who has more sees those due first
FIELD_ROLES = (
    Role.VILLAGE_HELPER,
    Role.TOWNSHIP_CLERK,
    Role.TOWNSHIP_LEAD,
    Role.COUNTY_CLERK,
    Role.COUNTY_SUPERVISOR,
)
# Who begins the day with the worklist; 残联 has only what waits for its step.
WORKERS = (*FIELD_ROLES, Role.FEDERATION)


T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, by which calendar and standards."""

    staff: Staff
    today: dt.date
    calendar: WorkCalendar
    book: Book
    only: Scope | None = None  # a question that is kept is asked again of these alone
    _answers: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, name: str, find: Callable[[Asked], T]) -> T:
        """What several queues look at is asked for once, however many they are."""
        if name not in self._answers:
            self._answers[name] = find(self)
        answer: T = self._answers[name]
        return answer

    def ask(self, *asks: Ask) -> None:
        """Put the questions not yet answered together (casework/kept.py: two queries)."""
        new = [one for one in dict.fromkeys(asks) if one not in self._answers]
        plain = [one for one in new if one not in KEPT]
        may = [one for one in new if one in KEPT]
        rows = answers(
            [_made(one, self) for one in plain], [self._keeping(one) for one in may], LIMIT
        )
        self._answers.update(zip([*plain, *may], rows, strict=True))

    def _keeping(self, ask: Ask) -> Keeping:
        def within(scope: Scope) -> Question[Any]:
            return ask(replace(self, only=scope))

        return Keeping(ask(self), within, *KEPT[ask])

    def rows(self, ask: Callable[[Asked], Question[R]]) -> list[R]:
        """The answer to a question; asked for now where nobody has put it before."""
        self.ask(ask)
        answer: list[R] = self._answers[ask]
        return answer


Ask = Callable[[Asked], Question[Any]]
A = TypeVar("A", bound=Ask)
_LASTING: set[object] = set()
_MADE: dict[tuple[object, ...], Question[Any]] = {}


def lasting(ask: A) -> A:
    """Mark a question made of nothing but who asks, the day and the standards: once is enough.

    Making SQL of a query set takes Django longer than the database takes to answer most of them.
    """
    _LASTING.add(ask)
    return ask


def _made(ask: Ask, asked: Asked) -> Question[Any]:
    if ask not in _LASTING:
        return ask(asked)
    staff = asked.staff
    key = (ask, staff.pk, staff.role, staff.division, asked.today, asked.book)
    if key not in _MADE:
        if len(_MADE) >= 10_000:
            _MADE.clear()
        _MADE[key] = ask(asked)
    return _MADE[key]


class Task(NamedTuple):
    """One thing to do: by when, what and why, about whom, and the one verb that does it.

    The words may be lazy ones (units/language.py).
    """

    key: str  # the same while the task stands: "review-12"
    what: str
    why: str
    verb: str
    url: str
    division: str
    due: dt.date | None = None  # None: no time limit
    since: dt.date | None = None
    programme: str = ""
    household_id: int = 0
    person_id: int = 0
    visit: bool = False  # somebody has to go there, so that a day can be arranged


class Line(NamedTuple):
    """A row of a queue's question: which thing, about whom, and what its words are made of."""

    pk: int
    division: str
    home: int = 0
    who: int | None = None
    programme: str = ""
    on: dt.date | None = None  # since when it waits
    until: dt.date | None = None  # when it is due, or what is said runs out
    code: str = ""
    words: str = ""
    number: int | str = 0

    @property
    def began(self) -> dt.date:
        """``on``, where the question asks for it."""
        assert self.on is not None
        return self.on

    @property
    def last(self) -> dt.date:
        """``until``, where the question asks for it."""
        assert self.until is not None
        return self.until

    def task(self, key: str, **words: Any) -> Task:
        """The task about it, waiting since ``on`` unless said otherwise."""
        about: dict[str, Any] = {
            "division": self.division,
            "since": self.on,
            "programme": self.programme,
            "household_id": self.home,
            "person_id": self.who or 0,
        }
        return Task(key=f"{key}-{self.pk}", **about | words)


# The columns of Line for what hangs on an award, an application or a household.
OF_AWARD: dict[str, Any] = {
    "division": F("entitlement__household__division"),
    "home": F("entitlement__household_id"),
    "who": F("entitlement__person_id"),
    "programme": F("entitlement__programme"),
}
OF_APPLICATION: dict[str, Any] = {
    "division": F("application__household__division"),
    "home": F("application__household_id"),
    "who": F("application__person_id"),
    "programme": F("application__programme"),
}
OF_HOUSEHOLD: dict[str, Any] = {"division": F("household__division"), "home": F("household_id")}


def lines(rows: QuerySet[Any, Any], *names: str, **columns: Any) -> Question[Line]:
    """The question of a query set, at most LIMIT of its rows; the columns are fields of Line."""
    return of_rows(Line, rows.values(*names, **columns)[:LIMIT])


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[0])


def page_of(name: str, pk: int | str) -> str:
    """The address of the page of one thing by its number: thousands a list, so no search each."""
    return _pattern(name).replace("/0/", f"/{pk}/")


class Bulk(NamedTuple):
    """What may be done to several tasks of one queue at once: posted to ``url`` as ``task``."""

    label: str
    url: str


# What may be done to any tasks for which somebody has to go there.
VISITS: list[Bulk] = []


def for_visits(bulk: Bulk) -> None:
    """Offer something for visits of every queue; called at import of an app's worklist.py."""
    VISITS[:] = [one for one in VISITS if one.label != bulk.label] + [bulk]


class Queue(NamedTuple):
    """A kind of task: its tab, who has it, and where its tasks come from."""

    code: str
    label: str
    find: Callable[[Asked], Iterable[Task]]
    roles: tuple[Role, ...]
    order: int
    bulk: Bulk | None
    asks: tuple[Ask, ...] = ()  # what ``find`` reads by ``asked.rows``


QUEUES: dict[str, Queue] = {}
Find = Callable[[Asked], Iterable[Task]]


def queue(
    code: str,
    label: str,
    *,
    roles: tuple[Role, ...] = FIELD_ROLES,
    order: int = 50,
    bulk: Bulk | None = None,
    asks: tuple[Ask, ...] = (),
) -> Callable[[Find], Find]:
    """Lay a queue on the table; called at import of an app's worklist.py."""

    def register(find: Find) -> Find:
        known = QUEUES.get(code)
        if known is not None and _place(known.find) != _place(find):
            raise ValueError(f"two queues are called {code}")
        QUEUES[code] = Queue(code, label, find, roles, order, bulk, asks)
        return find

    return register


def _place(find: Find) -> tuple[str, str]:
    """Where a queue is written: the same place may lay it on the table again."""
    return find.__module__, find.__qualname__


class Found(NamedTuple):
    """A task with the queue it stands in."""

    queue: Queue
    task: Task

    @property
    def kind(self) -> str:
        """What may be done together: one queue, and going there apart from the desk."""
        return f"{self.queue.code}-visit" if self.task.visit else self.queue.code


def queues_of(staff: Staff) -> list[Queue]:
    """The queues of a post, in the order of the tabs."""
    mine = (one for one in QUEUES.values() if staff.role in one.roles)
    return sorted(mine, key=lambda one: (one.order, one.code))


def tasks_of(asked: Asked, *also: Ask) -> list[Found]:
    """Every task of a post, what is due first in front; those without a limit come last.

    ``also``: what else the page asks, put in the same statement and read by ``asked.rows``.
    """
    queues = queues_of(asked.staff)
    asked.ask(*also, *(ask for one in queues for ask in one.asks))
    found = [Found(one, task) for one in queues for task in _within(one.find(asked), asked.staff)]
    return sorted(found, key=_by_due)


def _within(tasks: Iterable[Task], staff: Staff) -> Iterable[Task]:
    """Only tasks inside the territory: a queue that forgets to ask shows nobody else's."""
    return (task for task in tasks if task.division.startswith(staff.division))


def _by_due(found: Found) -> tuple[dt.date, dt.date, str]:
    task = found.task
    return (task.due or dt.date.max, task.since or dt.date.max, task.key)


class Narrowed(NamedTuple):
    """What a list of tasks is narrowed to; empty means all."""

    queue: str = ""
    division: str = ""
    programme: str = ""
    due: str = ""
    whose: str = ""  # "me": only what was handed over to the one who asks


# The due bands of the strip and the filter: (label, days from today of the last day inside).
BANDS = {"late": _("已逾期"), "today": _("今天到期"), "soon": _("3 天内"), "month": _("30 天内")}
SOON, MONTH = 3, 30


def band_of(due: dt.date | None, today: dt.date) -> str:
    """The band a due day lies in; empty beyond thirty days or without a limit."""
    if due is None:
        return ""
    days = (due - today).days
    if days < 0:
        return "late"
    if days == 0:
        return "today"
    return "soon" if days <= SOON else "month" if days <= MONTH else ""


def inside(found: Iterable[Found], wanted: Narrowed) -> list[Found]:
    """The tasks of a village or township and a programme, of every queue and due day."""
    return [
        one
        for one in found
        if one.task.division.startswith(wanted.division)
        and wanted.programme in ("", one.task.programme)
    ]


def by_queue(found: Iterable[Found]) -> Counter[str]:
    """How many tasks each queue holds."""
    return Counter(one.queue.code for one in found)


def due_words(due: dt.date, today: dt.date) -> tuple[str, str]:
    """How a due day looks: its colour, and how far away it is in words."""
    days = (due - today).days
    if days < 0:
        return "late", gettext("逾期 {days} 天").format(days=-days)
    if days == 0:
        return "today", gettext("今天")
    words = gettext("明天") if days == 1 else gettext("{days} 天后").format(days=days)
    return ("soon" if days <= SOON else ""), words
