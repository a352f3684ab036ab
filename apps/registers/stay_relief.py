"""流浪乞讨救助申请 of a stay: which application belongs to which stay. Only reads.

A stay keeps the application that was asked for it. One made elsewhere belongs to the person's
newest stay until that ends, and is kept with it then; so every stay has its own application and
its own award (按次救助).
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from apps.casework.ending import endings
from apps.casework.models import OPEN_STATES, Application, Entitlement
from apps.casework.procedures import COUNTY
from apps.households.models import Household, Member
from apps.offices.models import Division, Staff
from apps.registers.forms import Nothing
from apps.registers.models import Stay
from apps.registers.offers import Offer
from apps.registers.station_forms import Alone
from apps.units.language import lazy as _
from apps.units.months import month_of

PROGRAMME = "vagrant_relief"
VERB = _("提出流浪乞讨救助申请")
END = _("提出停发救助待遇")
STANDS = (*OPEN_STATES, Application.State.CONFIRMED)


def standing(person_id: int, today: dt.date) -> QuerySet[Application]:
    """Applications of a person that are open, or whose award still runs in the month."""
    runs = Entitlement.objects.payable_in(month_of(today)).filter(application=OuterRef("pk"))
    mine = Application.objects.filter(programme=PROGRAMME, person=person_id)
    return mine.filter(Q(state__in=OPEN_STATES) | Exists(runs))


def application_of(stay: Stay, today: dt.date) -> Application | None:
    """The application that belongs to the stay, the newest of several (2 queries)."""
    if stay.person_id is None:
        return None
    until = _next_stay(stay)
    loose = Q(applied_on__gte=stay.admitted_on)
    if until is None:
        loose |= Q(pk__in=standing(stay.person_id, today).values("pk"))
    else:
        loose &= Q(applied_on__lt=until)
    rows = Application.objects.filter(
        Q(stay=stay.pk) | Q(loose, stay=None), programme=PROGRAMME, person=stay.person_id
    )
    return rows.select_related("household").order_by("-pk").first()


def in_the_way(stay: Stay) -> Application | None:
    """An application for an earlier stay that is still open: a second one cannot be opened."""
    rows = Application.objects.open().filter(programme=PROGRAMME, person=stay.person_id)
    return rows.filter(stay__isnull=False).exclude(stay=stay.pk).first()


def _next_stay(stay: Stay) -> dt.date | None:
    """The day on which the same person was taken in again."""
    newer = Stay.objects.filter(
        Q(admitted_on__gt=stay.admitted_on) | Q(admitted_on=stay.admitted_on, pk__gt=stay.pk),
        person=stay.person_id,
    )
    days: QuerySet[Stay, dt.date] = newer.order_by("admitted_on").values_list(
        "admitted_on", flat=True
    )
    return days.first()


def stay_of(application: Application, today: dt.date) -> Stay | None:
    """The stay to which an application belongs (at most 3 queries)."""
    if application.programme != PROGRAMME or application.person_id is None:
        return None
    rows = Stay.objects.filter(person=application.person_id).select_related("person")
    own: Stay | None = rows.filter(application=application.pk).first()
    if own is not None:
        return own
    if not standing(application.person_id, today).filter(pk=application.pk).exists():
        rows = rows.filter(admitted_on__lte=application.applied_on)
    found: Stay | None = rows.order_by("-admitted_on", "-pk").first()
    return found


def running(application: Application | None) -> Entitlement | None:
    """The award of the application while it has no end."""
    if application is None:
        return None
    rows = Entitlement.objects.of(PROGRAMME).filter(application=application.pk)
    return rows.filter(period__isempty=False, period__upper_inf=True).first()


def home_of(stay: Stay, today: dt.date) -> Household | None:
    """The household in which the identified person lives on the day."""
    lives = Member.objects.known_now().filter(person=stay.person_id, period__contains=today)
    stays = lives.select_related("household").first()
    return stays.household if stays else None


def offers(staff: Staff, stay: Stay, today: dt.date) -> list[Offer]:
    """办理流浪乞讨救助申请, once the person is known and while none belongs to the stay.

    Who lives in no household is put on record alone in a village of the township of the stay.
    After the stay: its award's end, where none has been proposed.
    """
    if staff.role not in COUNTY or stay.person_id is None:
        return []
    one = application_of(stay, today)
    if one is not None and one.state in STANDS:
        return _ending(stay, one)
    if _next_stay(stay) is not None or in_the_way(stay) is not None:
        return []
    home = home_of(stay, today)
    if home is not None:
        inside = home.division.startswith(staff.division)
        hint = gettext("以{number}户成员的身份申请").format(number=home.number)
        return [Offer("relief", VERB, Nothing, hint=hint, open=True)] if inside else []
    villages = Division.objects.filter(kind="village", code__startswith=stay.division)
    choices = list(villages.order_by("code").values_list("code", "name"))
    form = partial(Alone, villages=choices)
    return [Offer("relief", VERB, form, hint=gettext("此人不在任何一户，同时单独建户"), open=True)]


def _ending(stay: Stay, one: Application) -> list[Offer]:
    """The award of somebody who has left without its end being proposed."""
    award = running(one) if stay.state == "left" else None
    if award is None or endings().waiting([award.pk]):
        return []
    return [Offer("end_relief", END, Nothing, hint=gettext("此人已离站，须另一人批准"), open=True)]
