"""Applications of the county on their way, by the real actions and with their papers."""

from __future__ import annotations

import datetime as dt
from itertools import count

from apps.casework import actions as casework
from apps.casework.models import Application
from apps.evidence import actions as evidence
from apps.evidence.catalogue import Per, asked_of
from apps.evidence.models import CheckRequest
from apps.households import actions as households
from apps.households.models import Household, Person
from apps.offices.models import Role, Staff
from apps.publicity import actions as publicity
from apps.units.id_number import make_id
from seeds.ledger import card_number
from tests import builders
from tests.evidence import papers

VILLAGE = "430482110201"  # 庙前村, of the demonstration's caseworker
TOWNSHIP = VILLAGE[:9]
WEEK_BEFORE = dt.date(2024, 11, 28)
BANK = "农村商业银行"
# Serials that nobody of the seeded county has on these birthdays.
_serials, _cards = count(703, 2), count(800_000_000)


def man(name: str, born: str, relationship: str = "applicant") -> tuple[Person, str]:
    """Somebody with a number of his own."""
    number = make_id("430482", dt.date.fromisoformat(born), next(_serials) % 1000)
    return builders.person(name, born, id_number=number), relationship


def home_of(*members: tuple[Person, str], division: str = VILLAGE) -> Household:
    """A rural household with an account, property within the limits."""
    home = builders.household(*members, zone="rural", division=division)
    builders.fact("property", home, "2024-11-01", flag=True)
    head = members[0][0]
    households.open_account(
        household_id=home.pk,
        payee_name=head.name,
        payee_id_number=head.id_number or "",
        payee_is="head",
        bank=BANK,
        number=card_number(next(_cards)),
        recorded_on=WEEK_BEFORE,
        by=None,
    )
    return home


def applied(
    programme: str, home: Household, who: Person | None = None, on: dt.date = WEEK_BEFORE
) -> Application:
    """An application with every paper it asks for, taken in by the township."""
    clerk = clerk_of(home)
    one = casework.apply(
        programme,
        household_id=home.pk,
        person_id=who.pk if who else None,
        on=on,
        by=clerk,
    )
    adults = [row.person for row in home.members.filter(voided_on=None).select_related("person")]
    for asked in asked_of(programme):
        if asked.required:
            whose = adults if asked.per is Per.ADULT else [who]
            for person in whose:
                about = {"who": person, "asked": one, "by": clerk, "issued_on": on}
                papers.filed(asked.type, home, on=str(on), **about)
    casework.take(one.pk, "accept", on=on, by=clerk)
    return one


def clerk_of(home: Household) -> Staff:
    """A caseworker of the household's township, another one at each call."""
    return builders.staff(Role.TOWNSHIP_CLERK, home.division[:9])


def take(one: Application, *codes: str, on: dt.date = WEEK_BEFORE, by: Staff | None = None) -> None:
    """Steps of the procedure, one after the other."""
    by = by or clerk_of(one.household)
    for code in codes:
        note = "经调查，符合条件，拟同意。" if code == "give_opinion" else ""
        casework.take(one.pk, code, on=on, by=by, note=note)
    one.refresh_from_db()


def nursing(
    name: str, *more: tuple[Person, str], grade: int = 1, division: str = VILLAGE
) -> Application:
    """重度残疾人护理补贴, up to 初审: only papers are asked for. ``more``: who lives there."""
    who, role = man(name, "1979-04-17")
    home = home_of((who, role), *more, division=division)
    builders.fact("disability", who, "2020-06-01", code="limb", number=grade)
    one = applied("disability_nursing", home, who)
    take(one, "complete_check", "give_opinion")
    return one


def aged(name: str, born: str = "1938-02-14", *, by: Staff | None = None) -> Application:
    """高龄津贴, ready for the county's decision; ``by``: who prepared it."""
    who, role = man(name, born)
    home = home_of((who, role))
    one = applied("old_age_allowance", home, who)
    take(one, "complete_check", "give_opinion")
    if by is not None:
        Application.objects.filter(pk=one.pk).update(prepared_by=by)
        one.refresh_from_db()
    return one


def _verified(asked: Application, on: dt.date, clerk: Staff) -> CheckRequest:
    """Everybody has signed, and the county has sent the verification out."""
    home, county = asked.household, builders.staff()
    paper = papers.filed("check_authorisation", home, on=str(on), by=clerk, issued_on=on)
    until, about = on + dt.timedelta(days=365), {"on": on, "by": clerk}
    for row in home.members.filter(voided_on=None):
        evidence.authorise(
            household_id=home.pk,
            person_id=row.person_id,
            signed_on=on,
            until=until,
            document_id=paper.pk,
            **about,
        )
    check = evidence.request_check(asked.pk, **about)
    evidence.send_check(check.pk, on=on, by=county)
    return check


def midway(name: str) -> Application:
    """最低生活保障 of a couple: papers, a verification with a difference, a signed visit."""
    head, wife = man(name, "1966-03-21"), man("李桂芝", "1969-08-02", "spouse")
    asked = applied("minimum_living", home_of(head, wife))
    clerk, county = clerk_of(asked.household), builders.staff()
    check = _verified(asked, WEEK_BEFORE, clerk)
    told = [evidence.Reported(wife[0].pk, "deposits", 13600_00, words="农商行")]
    about = {"on": WEEK_BEFORE, "by": county}
    evidence.answer(check.pk, "bank", result="different", figures=told, **about)
    evidence.answer(check.pk, "tax", result="same", **about)
    lead = builders.staff(Role.TOWNSHIP_LEAD, TOWNSHIP)
    papers.visited(asked, str(WEEK_BEFORE), first=clerk, second=lead)
    return asked


def reviewing(name: str, second: Staff) -> Application:
    """最低生活保障 that waits for the county; ``second`` was one of the two investigators."""
    began, posted = WEEK_BEFORE - dt.timedelta(days=10), WEEK_BEFORE - dt.timedelta(days=8)
    asked = applied("minimum_living", home_of(man(name, "1966-03-22")), on=began)
    clerk, county = clerk_of(asked.household), builders.staff()
    check = _verified(asked, began, clerk)
    evidence.answer_the_rest(check.pk, on=began, by=county)
    evidence.conclude_check(check.pk, on=began, by=county)
    papers.visited(asked, str(began), first=clerk, second=second)
    take(asked, "complete_check", "complete_survey", "give_opinion", on=began)
    notice = publicity.post_applications([asked.pk], on=posted, by=clerk)
    publicity.end(notice.pk, on=WEEK_BEFORE, by=clerk, no_photo_reason="公示栏被雨冲毁")
    asked.refresh_from_db()
    return asked
