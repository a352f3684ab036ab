"""民主评议 (R-DB-19): only after an objection; who came, how they voted, what was said."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import CASEWORKERS, Application, StepTaken
from apps.evidence.actions.guarding import logged, need_role, one, open_application
from apps.evidence.holdings import standard
from apps.evidence.models import Assessment, Document
from apps.offices.models import Staff
from apps.units.language import lazy as _
from apps.units.rates import rate_words

WHOLE = 10_000


class Held(NamedTuple):
    """A meeting as it was held."""

    on: dt.date
    place: str
    officials: int
    residents: int
    attendance: str
    votes_for: int
    votes_against: int
    abstained: int
    minutes: str

    @property
    def present(self) -> int:
        return self.officials + self.residents


@transaction.atomic
def record_assessment(
    application_id: int, held: Held, *, recorded_on: dt.date, by: Staff, document_id: int | None
) -> Assessment:
    """登记民主评议: with a quorum of the month in which it was held."""
    need_role(by, CASEWORKERS, _("登记民主评议"))
    application = open_application(application_id, by)
    if application.state != "disputed":
        raise Refused(
            gettext("只有公示有异议时才进行民主评议（R-DB-19），这份申请没有未处理的异议。")
        )
    _check_day(application, held, recorded_on)
    _check_quorum(held)
    votes = held.votes_for + held.votes_against + held.abstained
    if votes > held.present:
        raise Refused(
            gettext("票数合计{votes}超过到会人数{present}，请核对。").format(
                votes=votes, present=held.present
            )
        )
    for words, label in (
        (held.place, gettext("地点")),
        (held.attendance, gettext("到会人员")),
        (held.minutes, gettext("评议记录")),
    ):
        if not words.strip():
            raise Refused(gettext("请填写{label}。").format(label=label))
    paper = one(Document, document_id, by, lock=False) if document_id else None
    if paper is not None and paper.application_id != application.pk:
        raise Refused(gettext("所选的评议记录不属于这份申请，请重新选择。"))
    made = Assessment.objects.create(
        application=application, document=paper, recorded_by=by, **held._asdict()
    )
    words = f"赞成{held.votes_for}，反对{held.votes_against}，弃权{held.abstained}"
    logged(by, made, "登记民主评议", application.household_id, words)
    return made


def _check_day(application: Application, held: Held, recorded_on: dt.date) -> None:
    objected = StepTaken.objects.filter(application=application, code="object").order_by("-pk")
    since = objected.values_list("on", flat=True).first()
    if held.on > recorded_on:
        raise Refused(gettext("评议日期{on}晚于今天，请核对。").format(on=held.on))
    if since is not None and held.on < since:
        raise Refused(
            gettext("评议日期{on}早于收到异议的日期{since}，请核对。").format(
                on=held.on, since=since
            )
        )


def _check_quorum(held: Held) -> None:
    """Enough people, and enough of them residents, by the standards of the month."""
    quorum = standard("assessment_quorum", held.on)
    if quorum is not None and held.present < quorum:
        raise Refused(
            gettext("到会{present}人，少于规定的{quorum}人，评议无效，请重新组织。").format(
                present=held.present, quorum=quorum
            )
        )
    rate = standard("assessment_residents_rate", held.on)
    if rate is not None and held.residents * WHOLE < rate * held.present:
        raise Refused(
            gettext(
                "村（居）民代表{residents}人，不足到会{present}人的{rate_words}，评议无效，请重新组织。"
            ).format(residents=held.residents, present=held.present, rate_words=rate_words(rate))
        )
