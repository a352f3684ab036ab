"""待遇页: one award with what may be decided about it, and by whom. Only reads."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.utils.translation import gettext

from apps.casework.models import CASEWORKERS, DECIDERS, Entitlement
from apps.households.models import Member
from apps.offices.models import Staff
from apps.reviews import forms as asks
from apps.reviews.models import CLASSES, Proposal, Suspension
from apps.reviews.pages import (
    Offer,
    Page,
    card_name,
    events_of,
    found_of,
    head_of,
    period,
    whose,
    why_not,
)
from apps.reviews.proposing import PROPOSALS, proposable_for
from apps.units.language import month_words


def award(staff: Staff, pk: int, today: dt.date) -> Page:
    """待遇页: class, suspension, ending of one award, each with its acts."""
    found: Entitlement = found_of(
        Entitlement.objects.visible_to(staff).select_related("household", "person"), pk
    )
    held = (
        Suspension.objects.filter(entitlement=found)
        .exclude(state__in=("resumed", "refused"))
        .first()
    )
    over = found.period.isempty or (found.period.upper and found.period.upper <= today)
    waiting = found.proposals.filter(state="proposed").select_related("prepared_by").first()
    offers = [] if over else _offers(staff, found, held, waiting)
    facts = _facts(found, held, waiting)
    lists = {
        "decisions": found.decisions.select_related("decided_by").order_by("-pk")[:20],
        "suspensions": found.suspensions.select_related("prepared_by", "decided_by"),
        "proposals": found.proposals.select_related("prepared_by", "decided_by").order_by("-pk"),
        "reviews": found.reviews.select_related("done_by").order_by("-due_on")[:10],
        "events": events_of("casework.entitlement", found.pk),
    }
    title = gettext("{card_name}待遇").format(card_name=card_name(found.programme))
    return Page("award", title, found.household, head_of(found.household), facts, offers, pk, lists)


def _facts(
    found: Entitlement, held: Suspension | None, waiting: Proposal | None
) -> list[tuple[str, str]]:
    """What the page says of the award at the top."""
    newest = found.review_classes.order_by("-on", "-pk").first()
    facts = [
        (gettext("项目"), card_name(found.programme)),
        (gettext("对象"), whose(found)),
        (gettext("享受期间"), period(found)),
        (gettext("发放"), _held_words(held)),
    ]
    if waiting is not None:
        facts.append(
            (
                gettext("待批准"),
                gettext("{words}（{name}提出）：{note}").format(
                    words=waiting.words, name=waiting.prepared_by.name, note=waiting.note
                ),
            )
        )
    if found.programme == "minimum_living":
        facts.append(
            (gettext("核查类别"), CLASSES[newest.category] if newest else gettext("未分类"))
        )
    return facts


def _held_words(held: Suspension | None) -> str:
    if held is None:
        return gettext("正常发放")
    words = f"{held.get_state_display()}：{Suspension.REASONS[held.reason]}"
    return gettext("{words}，自{month}起").format(words=words, month=month_words(held.from_month))


def _suspension_offers(staff: Staff, held: Suspension | None) -> list[Offer]:
    if held is None:
        hint = gettext("只暂停发放，不终止待遇；恢复后补发。须另一人批准。")
        why = why_not(staff, CASEWORKERS)
        return [Offer("suspend", gettext("提出暂停发放"), asks.Suspend, why, hint=hint)]
    if held.state == "proposed":
        why = why_not(staff, DECIDERS, not_pk=held.prepared_by_id)
        return [
            Offer("approve_suspension", gettext("批准暂停"), asks.Nothing, why, primary=True),
            Offer("refuse_suspension", gettext("不批准暂停"), asks.Reason, why),
        ]
    if held.state == "suspended":
        hint = gettext("恢复后，暂停期间应发未发的由下一批次补发。")
        return [
            Offer(
                "ask_resume",
                gettext("提出恢复发放"),
                asks.Resume,
                why_not(staff, CASEWORKERS),
                hint=hint,
            )
        ]
    why = why_not(staff, DECIDERS, not_pk=held.resume_prepared_by_id)
    return [
        Offer("approve_resume", gettext("批准恢复"), asks.Nothing, why, primary=True),
        Offer("refuse_resume", gettext("不批准恢复"), asks.Reason, why),
    ]


def _offers(
    staff: Staff, found: Entitlement, held: Suspension | None, waiting: Proposal | None
) -> list[Offer]:
    """What waits for an answer in front; then what may be proposed."""
    decide = _waiting_offers(staff, waiting) if waiting else _proposal_offers(staff, found)
    suspend = _suspension_offers(staff, held)
    other = _other_offers(staff, found)
    return [*decide, *suspend, *other] if waiting else [*suspend, *decide, *other]


def _waiting_offers(staff: Staff, waiting: Proposal) -> list[Offer]:
    """Approve or refuse what somebody else proposed; withdraw what one proposed oneself."""
    verb = PROPOSALS[waiting.kind].verb
    why = why_not(staff, DECIDERS, not_pk=waiting.prepared_by_id)
    offers = [
        Offer(
            "approve_proposal",
            gettext("批准{verb}").format(verb=verb),
            asks.Nothing,
            why,
            True,
            waiting.words,
        ),
        Offer("refuse_proposal", gettext("不批准{verb}").format(verb=verb), asks.Reason, why),
    ]
    if waiting.prepared_by_id == staff.pk:
        offers = [
            offers[0],
            Offer("withdraw_proposal", gettext("撤回{verb}").format(verb=verb), asks.Nothing),
        ]
    return offers


def _proposal_offers(staff: Staff, found: Entitlement) -> list[Offer]:
    why = why_not(staff, CASEWORKERS)
    return [
        Offer(
            kind.code,
            gettext("提出{verb}").format(verb=kind.verb),
            kind.form(found),
            why,
            hint=kind.hint,
        )
        for kind in proposable_for(found.programme)
    ]


def _other_offers(staff: Staff, found: Entitlement) -> list[Offer]:
    why = why_not(staff, CASEWORKERS)
    if found.programme == "minimum_living":
        hint = gettext("三次无正当理由拒绝的，可以停发本人份额（R-DB-15）。")
        refused = partial(asks.RefusedWork, people=people_of(found))
        return [
            Offer("refused_work", gettext("登记拒绝就业"), refused, why, hint=hint),
            Offer("classify", gettext("认定核查类别"), asks.Classify, why),
        ]
    running = found.terminations.filter(state="noticed").exists()
    if found.programme == "destitute_basic" and not running:
        hint = gettext("公示七天，期满无异议的自下月终止；死亡不等公示。")
        return [Offer("terminate", gettext("公示拟终止"), asks.Terminate, why, hint=hint)]
    return []


def people_of(found: Entitlement) -> list[tuple[int, str]]:
    """Who has ever lived in the household of an award, for a form to choose from."""
    stays = Member.objects.known_now().filter(household_id=found.household_id)
    rows = stays.order_by("pk").values_list("person_id", "person__name")
    return list(dict(rows).items())
