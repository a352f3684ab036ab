"""定期核查与生存认证: cycles opened by themselves once a day, and closed by people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import CASEWORKERS, Decision
from apps.casework.programme import PROGRAMMES
from apps.households import actions as households
from apps.households.models import Fact, Member
from apps.offices.actions import log
from apps.offices.models import Event, Role, Staff
from apps.offices.moves import NotFound, move
from apps.reviews.actions.guarding import need_role, one, standing
from apps.reviews.models import CLASSES, Review, ReviewClass
from apps.standards.book import Standards
from apps.standards.models import current_book
from apps.units.language import lazy as _
from apps.units.months import month_of

REVIEW = "reviews.review"
CLASSED = "minimum_living"  # its households have a class; other programmes a cycle of their own
# One row an award that stands on the day: when it was last judged, and its cycle in months.
CYCLES = """
SELECT e.id AS entitlement_id, c.months,
       (greatest(coalesce(d.last, lower(e.period)), coalesce(r.last, lower(e.period)))
        + make_interval(months => c.months))::date AS due_on
FROM casework_entitlement e
LEFT JOIN LATERAL (
    SELECT max(decided_on) AS last FROM casework_decision
    WHERE entitlement_id = e.id AND kind IN ('confirm', 'redetermine', 'grace')
) d ON TRUE
LEFT JOIN LATERAL (
    SELECT max(done_on) AS last FROM reviews_review WHERE entitlement_id = e.id AND state = 'done'
) r ON TRUE
LEFT JOIN LATERAL (
    SELECT category FROM reviews_reviewclass WHERE entitlement_id = e.id
    ORDER BY "on" DESC, id DESC LIMIT 1
) k ON TRUE
JOIN (SELECT unnest(%(bands)s::text[]) AS band, unnest(%(months)s::int[]) AS months) c
  ON c.band = CASE WHEN e.programme = %(classed)s
                   THEN coalesce(k.category, %(unclassified)s) ELSE e.programme END
WHERE NOT e.one_off AND NOT isempty(e.period)
  AND (upper_inf(e.period) OR upper(e.period) > %(today)s)
"""
OPEN = f"""
INSERT INTO reviews_review (entitlement_id, state, months, due_on, opened_on, outcome, note)
SELECT entitlement_id, 'open', months, due_on, %(today)s, '', '' FROM ({CYCLES}) c
WHERE due_on <= %(until)s
ON CONFLICT DO NOTHING
RETURNING id
"""


@transaction.atomic
def open_reviews(*, on: dt.date) -> int:
    """生成核查任务: every award whose cycle ends soon has an open review; how many are new.

    Idempotent, and the number of statements does not depend on the number of awards.
    """
    now = current_book().month(month_of(on))
    cycles = now.bands("reviews.cycle")
    ahead = now.optional("reviews.open_days") or 0
    with connection.cursor() as cursor:
        cursor.execute(
            OPEN,
            {
                "bands": list(cycles),
                "months": list(cycles.values()),
                "classed": CLASSED,
                "unclassified": _unclassified(now),
                "today": on,
                "until": on + dt.timedelta(days=ahead),
            },
        )
        made = [pk for (pk,) in cursor.fetchall()]
    Event.objects.bulk_create(
        Event(kind=REVIEW, object_id=pk, verb="生成核查任务", target="open") for pk in made
    )
    return len(made)


def _unclassified(now: Standards) -> str:
    """The class by which a household without one is reviewed."""
    return now.choice("reviews.unclassified")


@transaction.atomic
def classify(
    entitlement_id: int, *, category: str, on: dt.date, by: Staff, note: str = ""
) -> ReviewClass:
    """认定核查类别: A, B or C from a day on (R-DB-17)."""
    need_role(by, CASEWORKERS, _("认定核查类别"))
    if category not in CLASSES:
        raise Refused(gettext("核查类别只有 A、B、C 三类，请从清单中选择。"))
    award = standing(entitlement_id, by, month_of(on))
    if award.programme != CLASSED:
        raise Refused(gettext("只有低保家庭分核查类别。"))
    made = ReviewClass.objects.create(
        entitlement=award, category=category, on=on, note=note.strip(), by=by
    )
    log(
        by=by,
        kind="reviews.reviewclass",
        object_id=made.pk,
        verb=f"认定核查类别{category}",
        household_id=award.household_id,
        reason=note,
    )
    return made


@transaction.atomic
def finish_review(
    review_id: int, *, outcome: str, on: dt.date, by: Staff, note: str = ""
) -> Review:
    """办结核查: unchanged; or redetermined or stopped, which a decision made since must show."""
    found: Review = one(Review, review_id, by)
    if outcome not in Review.Outcome.values:
        raise Refused(gettext("请从清单中选择核查结果。"))
    if not note.strip():
        raise Refused(gettext("请写明核查情况：何时入户、见到谁、有无变化。"))
    move(
        Review.objects.filter(pk=found.pk),
        "finish",
        by=by,
        outcome=outcome,
        note=note.strip(),
        done_on=on,
        done_by=by,
        decision=_decision_behind(found, outcome),
    )
    award = found.entitlement
    log(
        by=by,
        kind=REVIEW,
        object_id=found.pk,
        verb="办结定期核查",
        household_id=award.household_id,
        reason=f"{Review.Outcome(outcome).label}：{note.strip()}",
    )
    found.refresh_from_db()
    return found


def _decision_behind(found: Review, outcome: str) -> Decision | None:
    """The decision that changed the award since the review was opened; Refused when missing."""
    if outcome == Review.Outcome.UNCHANGED:
        return None
    kinds = {
        Review.Outcome.REDETERMINED: (Decision.Kind.REDETERMINE, Decision.Kind.GRACE),
        Review.Outcome.STOPPED: (Decision.Kind.STOP,),
    }[Review.Outcome(outcome)]
    since = Decision.objects.filter(
        entitlement_id=found.entitlement_id, kind__in=kinds, decided_on__gte=found.opened_on
    )
    decision = since.order_by("-pk").first()
    if decision is None:
        verb = (
            gettext("停发") if outcome == Review.Outcome.STOPPED else gettext("登记变化并重新核定")
        )
        raise Refused(
            gettext("核查后还没有作出相应的决定，请先办理{verb}，再办结核查。").format(verb=verb)
        )
    return decision


# Persons on a programme that asks for it, who were last certified (or began) a cycle ago.
DUE = """
SELECT person_id, household_id, due FROM (
    SELECT e.person_id, min(e.household_id) AS household_id,
           (greatest(max(coalesce(p.last, lower(e.period))), max(lower(e.period)))
            + make_interval(months => %(months)s))::date AS due
    FROM casework_entitlement e
    LEFT JOIN LATERAL (
        SELECT max("on") AS last FROM households_fact
        WHERE kind = 'life_certificate' AND code = 'passed' AND voided_on IS NULL
          AND person_id = e.person_id
    ) p ON TRUE
    WHERE e.programme = ANY(%(programmes)s) AND e.person_id IS NOT NULL
      AND NOT isempty(e.period) AND (upper_inf(e.period) OR upper(e.period) > %(today)s)
    GROUP BY e.person_id
) c
WHERE due <= %(until)s
  AND NOT EXISTS (
      SELECT 1 FROM households_fact x WHERE x.person_id = c.person_id AND x.voided_on IS NULL
        AND x.kind = 'death')
  AND NOT EXISTS (
      SELECT 1 FROM households_fact d WHERE d.person_id = c.person_id AND d.voided_on IS NULL
        AND d.kind = 'life_certificate' AND d.code = 'due'
        AND NOT EXISTS (
            SELECT 1 FROM households_fact p WHERE p.person_id = d.person_id
              AND p.kind = 'life_certificate' AND p.code = 'passed' AND p.voided_on IS NULL
              AND (p."on", p.id) > (d."on", d.id)))
ORDER BY person_id
"""


@transaction.atomic
def open_life_cycles(*, on: dt.date) -> int:
    """生成认证任务: who must be certified soon has it recorded; payment waits after its month.

    Idempotent: a person with an open cycle is left alone. How many are new (R-GL-04).
    """
    now = current_book().month(month_of(on))
    months = now.optional("reviews.life_certificate_months")
    if not months:
        return 0
    ahead = now.optional("reviews.life_certificate_days") or 0
    params: dict[str, Any] = {
        "months": months,
        "programmes": [c.code for c in PROGRAMMES.values() if c.needs_life_certificate],
        "today": on,
        "until": on + dt.timedelta(days=ahead),
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, params)
        rows = cursor.fetchall()
    # A cycle that fell due before anybody could be asked is due from now, not in the past.
    made = Fact.objects.bulk_create(
        Fact(
            kind="life_certificate",
            code="due",
            person_id=person,
            on=on,
            day=max(due, on + dt.timedelta(days=ahead)),
            recorded_on=on,
        )
        for person, _, due in rows
    )
    homes = {person: home for person, home, _ in rows}
    Event.objects.bulk_create(
        Event(
            kind="households.fact",
            object_id=fact.pk,
            household_id=homes[fact.person_id or 0],
            verb="生成认证任务",
        )
        for fact in made
    )
    return len(made)


CERTIFIERS = (Role.VILLAGE_HELPER, *CASEWORKERS)


@transaction.atomic
def certify(person_ids: Collection[int], *, on: dt.date, by: Staff) -> int:
    """登记已认证: these people were seen alive; payment that waited is paid by the next run."""
    need_role(by, CERTIFIERS, _("生存认证"))
    if not person_ids:
        raise Refused(gettext("请先勾选要办理的事项。"))
    wanted = set(person_ids)
    here = Member.objects.known_now().filter(
        person_id__in=wanted, household__division__startswith=by.division
    )
    if wanted - set(here.values_list("person_id", flat=True)):
        raise NotFound(gettext("有人不在您的管辖范围内，请刷新页面后重新勾选。"))
    dead = Fact.objects.known_now().filter(kind="death", person_id__in=wanted)
    if names := "、".join(dead.values_list("person__name", flat=True)):
        raise Refused(gettext("{names}已登记死亡，不能登记认证。").format(names=names))
    for person in sorted(wanted):
        households.record(
            "life_certificate", person_id=person, on=on, code="passed", recorded_on=on, by=by
        )
    return len(wanted)
