"""动态管理的页面内容: what a page says and which acts it offers this post. Only reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.casework.announcing import Standing, board
from apps.casework.clocks import clocks_of
from apps.casework.models import CASEWORKERS, DECIDERS, Application, Decision, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.casework.words import STOP_REASONS
from apps.households.kinds import DISABILITY_TYPES
from apps.households.models import Fact, Household, Member, Person
from apps.offices.calendar import current_calendar
from apps.offices.models import Event, Role, Staff
from apps.offices.moves import NotFound
from apps.reviews import forms as asks
from apps.reviews.models import (
    Custody,
    Extension,
    Review,
    Screening,
    Termination,
)
from apps.standards.models import current_book
from apps.units.language import lazy as _
from apps.units.language import listed, month_words

HELPERS = (Role.VILLAGE_HELPER, *CASEWORKERS)
COUNTY = (Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
GONE = _("没有找到这条记录，或不在您的管辖范围内。")


class Offer(NamedTuple):
    """One act on a page: its code, its verb, what it asks, and why it cannot be done now."""

    code: str
    verb: str
    form: Callable[..., forms.Form]
    why_not: str = ""
    primary: bool = False
    hint: str = ""


class Page(NamedTuple):
    """One page about one thing of one household."""

    name: str
    title: str
    home: Household
    head: str
    facts: list[tuple[str, str]]
    offers: list[Offer]
    pk: int  # what the acts are about
    lists: dict[str, Any] = {}


def head_of(home: Household) -> str:
    """The applicant's name."""
    rows = Member.objects.known_now().filter(household=home, relationship="applicant")
    return rows.order_by("-period").values_list("person__name", flat=True).first() or gettext(
        "（无成员）"
    )


def found_of(rows: QuerySet[Any], pk: int) -> Any:
    """The row, or NotFound."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(GONE)
    return found


def whose(award: Entitlement) -> str:
    """Whom an award is about."""
    return award.person.name if award.person else gettext("全户")


def card_name(code: str) -> str:
    """The programme's name."""
    card = PROGRAMMES.get(code)
    return card.name if card else code


def period(award: Entitlement) -> str:
    """The months of an award in words."""
    if award.period.isempty:
        return gettext("从未开始")
    first, until = month_words(award.period.lower), award.period.upper
    if not until:
        return gettext("{month}起").format(month=first)
    words = gettext("{month}起，{until}起终止")
    return words.format(month=first, until=month_words(until))


def why_not(staff: Staff, roles: tuple[Role, ...], *, not_pk: int | None = None) -> str:
    """Why this post cannot do an act; empty when it can."""
    if staff.role not in roles:
        return gettext("由{roles}办理").format(roles=listed(role.label for role in roles))
    return gettext("您是经办人，须由另一人审批") if not_pk == staff.pk else ""


def review(staff: Staff, pk: int, today: dt.date) -> Page:
    """核查页: why it is due, and what it came to."""
    people = ("entitlement__household", "entitlement__person", "done_by")
    found: Review = found_of(Review.objects.visible_to(staff).select_related(*people), pk)
    award = found.entitlement
    facts = [
        (gettext("项目"), card_name(award.programme)),
        (gettext("对象"), whose(award)),
        (gettext("周期"), f"{found.months}个月"),
        (gettext("到期"), str(found.due_on)),
        (gettext("状态"), found.get_state_display()),
    ]
    if found.state == "done":
        facts.append(
            (gettext("结果"), f"{found.done_on} {found.get_outcome_display()}：{found.note}")
        )
    hint = gettext("有变化的，先登记变化并重新核定（或停发），再回来办结。")
    offers = [
        Offer("finish", gettext("办结核查"), asks.Finish, why_not(staff, CASEWORKERS), True, hint)
    ]
    lists = {"events": events_of("reviews.review", pk), "award": award}
    home = award.household
    shown = offers if found.state == "open" else []
    return Page("review", gettext("定期核查"), home, head_of(home), facts, shown, pk, lists)


def termination(staff: Staff, pk: int, today: dt.date) -> Page:
    """终止页: the notice, objections, and the ending."""
    people = ("entitlement__household", "entitlement__person", "prepared_by")
    found: Termination = found_of(Termination.objects.visible_to(staff).select_related(*people), pk)
    award = found.entitlement
    facts = [
        (gettext("项目"), card_name(award.programme)),
        (gettext("对象"), whose(award)),
        (gettext("理由"), STOP_REASONS[found.reason]),
        (gettext("情况"), found.note or "—"),
        (
            gettext("公示"),
            gettext("{posted_on}张贴，{notice_ends}期满").format(
                posted_on=found.posted_on, notice_ends=found.notice_ends
            ),
        ),
        (gettext("状态"), found.get_state_display()),
        (gettext("经办"), found.prepared_by.name),
    ]
    shown = board().standing(found.notice_id)
    facts += [(gettext("异议"), words) for words in shown.objections]
    lists = {"events": events_of("reviews.termination", pk), "board": shown}
    offers = _termination_offers(staff, found, shown, today)
    home = award.household
    return Page("termination", gettext("拟终止"), home, head_of(home), facts, offers, pk, lists)


def _termination_offers(
    staff: Staff, found: Termination, shown: Standing, today: dt.date
) -> list[Offer]:
    if found.state != "noticed":
        return []
    mine = why_not(staff, CASEWORKERS)
    drop = Offer("drop", gettext("不再终止"), asks.Reason, mine)
    if shown.objections:
        wait = gettext("异议还没有处理，请先在公示页登记处理结果") if shown.unanswered else mine
        return [Offer("post_again", gettext("异议不成立，重新公示"), asks.Answer, wait, True), drop]
    why = why_not(staff, DECIDERS, not_pk=found.prepared_by_id)
    if today <= found.notice_ends:
        why = gettext("公示到{notice_ends}期满，期满次日起办理").format(
            notice_ends=found.notice_ends
        )
    elif not shown.ended:
        why = gettext("公示已期满，请先在公示页上传期满照片并结束公示")
    return [Offer("conclude", gettext("无异议，终止"), asks.Nothing, why, True), drop]


def life(staff: Staff, pk: int, today: dt.date) -> Page:
    """认证页: one open cycle of one person."""
    fact = found_of(Fact.objects.known_now().filter(kind="life_certificate", code="due"), pk)
    home, person = _home_of(staff, fact.person_id)
    facts = [
        (gettext("对象"), person.name),
        (gettext("出生日期"), str(person.born)),
        (gettext("认证期限"), str(fact.day)),
    ]
    done = Fact.objects.known_now().filter(
        kind="life_certificate", code="passed", person=person, on__gte=fact.on
    )
    passed = done.order_by("-pk").first()
    if passed is not None:
        facts.append((gettext("已认证"), str(passed.on)))
    hint = gettext("见到本人、视频或村（社区）证明。逾期未认证的，次月起暂停发放，补认证后补发。")
    offers = (
        [] if passed else [Offer("certify", gettext("今日已认证"), asks.Nothing, "", True, hint)]
    )
    return Page("life", gettext("生存认证"), home, head_of(home), facts, offers, person.pk)


def remind(staff: Staff, pk: int, today: dt.date) -> Page:
    """提醒页: a certificate that runs out."""
    fact = found_of(Fact.objects.known_now().filter(kind="disability", until__isnull=False), pk)
    home, person = _home_of(staff, fact.person_id)
    kind = gettext("{disability}{number}级残疾人证").format(
        disability=DISABILITY_TYPES.get(fact.code, ""), number=fact.number
    )
    facts = [
        (gettext("对象"), person.name),
        (gettext("证件"), kind),
        (gettext("有效期至"), str(fact.until)),
    ]
    hint = gettext("到期次月起停发两项补贴；重新办证并申请的，自新证发证当月计发（R-CJ-11）。")
    offers = [
        Offer("remind", gettext("已提醒本人"), asks.Note, why_not(staff, HELPERS), True, hint)
    ]
    return Page("remind", gettext("提醒换领残疾人证"), home, head_of(home), facts, offers, pk)


def _home_of(staff: Staff, person_id: int) -> tuple[Household, Person]:
    rows = Member.objects.known_now().filter(
        person_id=person_id, household__division__startswith=staff.division
    )
    found = rows.select_related("household", "person").order_by("-period").first()
    if found is None:
        raise NotFound(GONE)
    return found.household, found.person


def serve(staff: Staff, pk: int, today: dt.date) -> Page:
    """送达页: the notice of one decision."""
    rows = Decision.objects.filter(household__division__startswith=staff.division)
    found: Decision = found_of(rows.select_related("household", "person", "decided_by"), pk)
    facts = [
        (gettext("决定"), f"{card_name(found.programme)}{found.get_kind_display()}"),
        (gettext("对象"), found.person.name if found.person else gettext("全户")),
        (gettext("决定日期"), f"{found.decided_on}（{found.decided_by.name}）"),
    ]
    served = getattr(found, "served", None)
    if served is not None:
        facts.append((gettext("送达"), f"{served.on} {served.get_how_display()}"))
    offers = (
        []
        if served
        else [Offer("serve", gettext("登记送达"), asks.Serve, why_not(staff, HELPERS), True)]
    )
    home = found.household
    lists = {"notice": found.pk}
    return Page("serve", gettext("告知书送达"), home, head_of(home), facts, offers, pk, lists)


def screen(staff: Staff, pk: int, today: dt.date) -> Page:
    """筛查页: after 特困 has ended."""
    found: Entitlement = found_of(
        Entitlement.objects.visible_to(staff).select_related("household", "person"), pk
    )
    done = Screening.objects.filter(entitlement=found).first()
    facts = [
        (gettext("原项目"), card_name(found.programme)),
        (gettext("对象"), whose(found)),
        (gettext("享受期间"), period(found)),
    ]
    if done is not None:
        facts.append((gettext("筛查"), f"{done.on} {done.get_result_display()} {done.note}"))
    hint = gettext("基本生活仍有困难的，引导申请低保或给予临时救助（特困人员认定办法 第27条）。")
    ask = Offer(
        "screen", gettext("登记筛查结果"), asks.Screen, why_not(staff, CASEWORKERS), True, hint
    )
    home = found.household
    return Page(
        "screen",
        gettext("终止后筛查"),
        home,
        head_of(home),
        facts,
        [] if done else [ask],
        pk,
        {"apply": True},
    )


def custody(staff: Staff, pk: int, today: dt.date) -> Page:
    """代管页: one passbook or card in somebody's keeping."""
    people = ("household", "person", "recorded_by", "filed_by")
    found: Custody = found_of(Custody.objects.visible_to(staff).select_related(*people), pk)
    facts = [
        (gettext("持有人"), found.person.name),
        (
            gettext("代管"),
            gettext("{what}（尾号{tail}）").format(what=found.get_what_display(), tail=found.tail),
        ),
        (gettext("代管人"), f"{found.keeper}，{found.keeper_is}"),
        (
            gettext("协议"),
            gettext("{agreement}，{agreed_on}签订").format(
                agreement=found.agreement, agreed_on=found.agreed_on
            ),
        ),
        (
            gettext("备案"),
            f"{found.filed_on} {found.filed_by.name}" if found.filed_by else gettext("未备案"),
        ),
        (
            gettext("结束"),
            f"{found.ended_on} {found.end_reason}" if found.ended_on else gettext("代管中"),
        ),
    ]
    offers = []
    if found.ended_on is None:
        if found.filed_on is None:
            offers.append(
                Offer("file", gettext("备案"), asks.Nothing, why_not(staff, COUNTY), True)
            )
        offers.append(
            Offer("end", gettext("结束代管"), asks.EndCustody, why_not(staff, CASEWORKERS))
        )
    lists = {"events": events_of("reviews.custody", pk)}
    home = found.household
    return Page(
        "custody-one", gettext("存折银行卡代管"), home, head_of(home), facts, offers, pk, lists
    )


def application_clocks(staff: Staff, pk: int, today: dt.date) -> Page:
    """时限页: every clock of one application, and its extension."""
    found: Application = found_of(
        Application.objects.visible_to(staff).select_related("household", "person"), pk
    )
    asked = Extension.objects.filter(application=found).exclude(state="refused").first()
    calendar = current_calendar()
    facts = [
        (gettext("项目"), card_name(found.programme)),
        (gettext("对象"), found.person.name if found.person else gettext("全户")),
        (gettext("状态"), found.get_state_display()),
        (
            gettext("延长"),
            f"{asked.get_state_display()}：{asked.note}" if asked else gettext("未延长"),
        ),
    ]
    clocks = clocks_of(found, calendar, current_book())
    lists = {
        "clocks": [
            (c, c.running and c.last_day < today, calendar.is_estimated(c.last_day)) for c in clocks
        ],
        "application": found.pk,
    }
    offers = _extension_offers(staff, found, asked)
    home = found.household
    pk = asked.pk if asked else pk
    title = gettext("办理时限")
    return Page("application-clocks", title, home, head_of(home), facts, offers, pk, lists)


def _extension_offers(staff: Staff, found: Application, asked: Extension | None) -> list[Offer]:
    if found.state in ("confirmed", "rejected", "withdrawn", "ended"):
        return []
    if asked is None:
        hint = gettext("只有四种法定情形可以延长到45个工作日，须另一人批准。")
        return [
            Offer(
                "extend",
                gettext("提出延长期限"),
                asks.Extend,
                why_not(staff, CASEWORKERS),
                hint=hint,
            )
        ]
    if asked.state != "proposed":
        return []
    why = why_not(staff, DECIDERS, not_pk=asked.prepared_by_id)
    return [
        Offer("grant", gettext("批准延长"), asks.Nothing, why, True),
        Offer("refuse_extension", gettext("不批准延长"), asks.Reason, why),
    ]


def events_of(kind: str, pk: int) -> QuerySet[Event]:
    """The newest acts on a thing."""
    rows = Event.objects.filter(kind=kind, object_id=pk).select_related("by")
    return rows.order_by("-pk")[:20]
