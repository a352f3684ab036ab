"""公示: posting, photos, objections, ending. What is shown is frozen when it is posted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused, take, take_together
from apps.casework.models import CASEWORKERS, Application, Entitlement
from apps.casework.programme import PROGRAMMES
from apps.casework.steps import step_from
from apps.offices.actions import log
from apps.offices.calendar import current_calendar
from apps.offices.gates import need_role
from apps.offices.models import Division, Staff
from apps.offices.moves import NotFound, StaleState, move
from apps.offices.refusals import words_of
from apps.publicity import board
from apps.publicity.lengths import Days, days_of
from apps.publicity.models import (
    AT_THE_BOARD,
    NoticePhoto,
    NoticeRow,
    Objection,
    PublicNotice,
)
from apps.publicity.photos import mime_of
from apps.publicity.shown import NAMES, STANDING, columns_of, family_of
from apps.standards.models import current_book
from apps.units.language import chinese, listed
from apps.units.language import lazy as _
from apps.units.months import month_of

KIND = "publicity.publicnotice"


@transaction.atomic
def post_applications(application_ids: Sequence[int], *, on: dt.date, by: Staff) -> PublicNotice:
    """初审公示 (R-DB-19): one list of the applications of one village and family of programmes.

    Each application takes its step ``post_notice``; children's are refused (R-SW-04).
    """
    need_role(by, CASEWORKERS, _("张贴公示"))
    mine = Application.objects.visible_to(by).filter(pk__in=application_ids)
    found = list(mine.select_related("household", "person").order_by("pk"))
    _all_found(found, application_ids, gettext("申请"))
    family = _one_family({one.programme for one in found})
    village = _one_village({one.household.division for one in found})
    for one in found:
        if step_from(one, "post_notice", on) is None:
            raise Refused(
                gettext("申请{pk}当前状态是“{state}”，初审之后才能公示。").format(
                    pk=one.pk, state=one.get_state_display()
                )
            )
    days = _days(found[0].programme, on)
    rows = board.of_applications(found, family, on, by)
    notice = _posted("initial", village, family, rows, days, on, by)
    take_together([one.pk for one in found], "post_notice", on=on, by=by, notice=notice.pk)
    return notice


@transaction.atomic
def post_terminations(entitlement_ids: Sequence[int], *, on: dt.date, by: Staff) -> PublicNotice:
    """终止公示 (R-TK-13): before a 特困 award is ended, but never because of a death."""
    need_role(by, CASEWORKERS, _("张贴公示"))
    found = _awards(entitlement_ids, by)
    family = _one_family({one.programme for one in found})
    if family != "destitute_support":
        raise Refused(
            gettext("{names}终止不需要公示，请直接办理停发。").format(names=NAMES[family])
        )
    village = _one_village({one.household.division for one in found})
    days = _days(found[0].programme, on)
    rows = board.of_awards(found, family, "termination", on)
    return _posted("termination", village, family, rows, days, on, by)


@transaction.atomic
def post_standing(division: str, family: str, *, on: dt.date, by: Staff) -> PublicNotice:
    """长期公布 (R-DB-20, R-TK-07): everyone of the family in the village; ends the last list."""
    need_role(by, CASEWORKERS, _("张贴公示"))
    village = Division.objects.filter(code=division, code__startswith=by.division).first()
    if village is None or len(division) != 12:
        raise NotFound(gettext("没有找到这个村（社区），或不在您的管辖范围内。"))
    if family not in STANDING:
        raise Refused(gettext("这类救助不设长期公布（涉及儿童的一律不公示），请从清单中选择。"))
    codes = [code for code in PROGRAMMES if family_of(code) == family]
    awards = Entitlement.objects.payable_in(month_of(on)).filter(
        household__division=division, programme__in=codes, one_off=False
    )
    found = list(awards.select_related("household", "person").order_by("programme", "pk"))
    if not found:
        raise Refused(
            gettext("{name}本月没有享受{names}的对象，不需要公布。").format(
                name=village.name, names=NAMES[family]
            )
        )
    old = PublicNotice.objects.filter(
        division=division, family=family, stage="standing", state="posted"
    )
    if old.exists():
        move(old, "end", by=by, reason="由新的名单替代", ended_on=on)
    rows = board.of_awards(found, family, "standing", on)
    return _posted("standing", division, family, rows, None, on, by)


def _posted(
    stage: str,
    division: str,
    family: str,
    rows: list[board.Row],
    days: Days | None,
    on: dt.date,
    by: Staff,
) -> PublicNotice:
    try:
        with transaction.atomic():
            notice = PublicNotice.objects.create(
                stage=stage,
                division=division,
                family=family,
                posted_on=on,
                first_day=days.first if days else on + dt.timedelta(days=1),
                last_day=days.last if days else None,
                length=days.words if days else "",
                columns=list(columns_of(family, stage)),
                posted_by=by,
            )
            NoticeRow.objects.bulk_create(
                NoticeRow(
                    notice=notice,
                    place=place,
                    programme=row.programme,
                    application=row.application,
                    entitlement=row.entitlement,
                    shown=row.shown,
                )
                for place, row in enumerate(rows, 1)
            )
    except IntegrityError as error:
        said = words_of(error, PublicNotice, NoticeRow)
        raise Refused(said or gettext("公示登记失败，请核对。")) from error
    what = chinese(PublicNotice.Stage(notice.stage).label)
    words = f"张贴{what}（{chinese(NAMES[family])}，{len(rows)}行）"
    log(by=by, kind=KIND, object_id=notice.pk, verb=words, target="posted")
    return notice


@transaction.atomic
def add_photo(
    notice_id: int, *, moment: str, content: bytes, on: dt.date, by: Staff
) -> NoticePhoto:
    """照片: the board when the list was posted (start) or when it came down (end)."""
    need_role(by, AT_THE_BOARD, _("登记公示照片"))
    notice = _notice(notice_id, by)
    if moment not in NoticePhoto.Moment.values:
        raise Refused(gettext("请说明照片是张贴时还是期满时拍的。"))
    if on < notice.posted_on:
        raise Refused(
            gettext("拍摄日期{on}早于张贴日期{posted_on}，请核对。").format(
                on=on, posted_on=notice.posted_on
            )
        )
    if moment == "end" and notice.last_day and on < notice.last_day:
        raise Refused(
            gettext("公示到{last_day}才满，期满照片请在那天或之后拍摄。").format(
                last_day=notice.last_day
            )
        )
    made = NoticePhoto.objects.create(
        notice=notice,
        moment=moment,
        on=on,
        mime=mime_of(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        by=by,
    )
    log(
        by=by,
        kind=KIND,
        object_id=notice.pk,
        verb=f"登记公示照片（{chinese(NoticePhoto.Moment(made.moment).label)}）",
    )
    return made


@transaction.atomic
def object_to(row_id: int, *, objector: str, words: str, on: dt.date, by: Staff) -> Objection:
    """异议: recorded beside the notice; the application goes to 有异议 (R-DB-19)."""
    need_role(by, AT_THE_BOARD, _("登记异议"))
    row = NoticeRow.objects.visible_to(by).filter(pk=row_id).select_related("notice").first()
    if row is None:
        raise NotFound(gettext("没有找到这一行公示，或不在您的管辖范围内。"))
    notice = row.notice
    if not objector.strip() or not words.strip():
        raise Refused(gettext("请写明提出人和异议的内容。"))
    if on < notice.posted_on:
        raise Refused(
            gettext("异议日期{on}早于张贴日期{posted_on}，请核对。").format(
                on=on, posted_on=notice.posted_on
            )
        )
    if notice.state == "withdrawn":
        raise StaleState(gettext("这份公示已经撤下，请对现行的公示登记异议。"))
    made = Objection.objects.create(
        notice=notice,
        row=row,
        objector=objector.strip(),
        words=words.strip(),
        on=on,
        recorded_by=by,
    )
    home = _home_of(row)
    log(
        by=by,
        kind=KIND,
        object_id=notice.pk,
        verb="登记公示异议",
        household_id=home,
        reason=made.words,
    )
    application = row.application
    if application is not None and by.role in CASEWORKERS and application.state == "noticed":
        take(application.pk, "object", on=on, by=by, note=made.words, objection=made.pk)
    return made


@transaction.atomic
def answer(objection_id: int, *, words: str, on: dt.date, by: Staff) -> Objection:
    """处理异议: what was found; the objection is then no longer open."""
    need_role(by, CASEWORKERS, _("处理异议"))
    mine = Objection.objects.visible_to(by).filter(pk=objection_id)
    found: Objection | None = mine.select_for_update(of=("self",)).select_related("row").first()
    if found is None:
        raise NotFound(gettext("没有找到这条异议，或不在您的管辖范围内。"))
    if found.answer is not None:
        raise StaleState(gettext("这条异议已经处理，请刷新页面后再看。"))
    if not words.strip():
        raise Refused(gettext("请写明异议的处理结果。"))
    if on < found.on:
        raise Refused(
            gettext("处理日期{on}早于异议提出日期{on2}，请核对。").format(on=on, on2=found.on)
        )
    Objection.objects.filter(pk=found.pk).update(
        answer=words.strip(), answered_on=on, answered_by=by
    )
    found.refresh_from_db()
    home = _home_of(found.row)
    said = words.strip()
    log(
        by=by,
        kind=KIND,
        object_id=found.notice_id,
        verb="处理公示异议",
        household_id=home,
        reason=said,
    )
    return found


@transaction.atomic
def end(notice_id: int, *, on: dt.date, by: Staff, no_photo_reason: str = "") -> PublicNotice:
    """结束公示: after its last day, with a photo or the reason why there is none.

    Applications to which nobody objected go on to the next step (公示期满上报) by themselves.
    """
    notice = _notice(notice_id, by)
    if notice.state == "posted" and notice.last_day is not None and on <= notice.last_day:
        raise Refused(
            gettext("公示到{last_day}才满，{last_day:%m月%d日}之后才能结束。").format(
                last_day=notice.last_day
            )
        )
    reason = no_photo_reason.strip()
    pictured = notice.standing or notice.photos.filter(moment="end").exists()
    if not pictured and not reason:
        raise Refused(gettext("还没有期满照片。请上传照片，或写明没有照片的原因。"))
    one = PublicNotice.objects.visible_to(by).filter(pk=notice.pk)
    why_none = "" if pictured else reason
    move(one, "end", by=by, reason=why_none, ended_on=on, no_photo_reason=why_none)
    for row in notice.rows.filter(application__state="noticed").select_related("application"):
        _forward(row, on, by)
    notice.refresh_from_db()
    return notice


def _forward(row: NoticeRow, on: dt.date, by: Staff) -> None:
    """Send an application on; where objections wait or the township decides, it stays."""
    application = row.application
    waiting = Objection.objects.filter(row__application=application, answer__isnull=True)
    if application is None or waiting.exists():
        return
    newest = NoticeRow.objects.filter(application=application).order_by("-pk").first()
    step = step_from(application, "end_notice", on)
    if newest is not None and newest.pk == row.pk and step is not None and by.role in step.roles:
        take(application.pk, "end_notice", on=on, by=by, notice=row.notice_id)


@transaction.atomic
def withdraw(notice_id: int, *, on: dt.date, by: Staff, reason: str) -> PublicNotice:
    """撤下公示: it was posted in error; it proves nothing, and has to be posted anew."""
    notice = _notice(notice_id, by)
    if not reason.strip():
        raise Refused(gettext("请写明撤下公示的原因。"))
    one = PublicNotice.objects.visible_to(by).filter(pk=notice.pk)
    move(one, "withdraw", by=by, reason=reason.strip(), ended_on=on)
    notice.refresh_from_db()
    return notice


def _notice(notice_id: int, by: Staff) -> PublicNotice:
    found: PublicNotice | None = (
        PublicNotice.objects.visible_to(by)
        .filter(pk=notice_id)
        .select_for_update(of=("self",))
        .first()
    )
    if found is None:
        raise NotFound(gettext("没有找到这份公示，或不在您的管辖范围内。"))
    return found


def _awards(entitlement_ids: Sequence[int], by: Staff) -> list[Entitlement]:
    mine = Entitlement.objects.visible_to(by).filter(pk__in=entitlement_ids)
    found = list(mine.select_related("household", "person").order_by("pk"))
    _all_found(found, entitlement_ids, gettext("待遇"))
    return found


def _all_found(found: Sequence[object], wanted: Sequence[int], what: str) -> None:
    if not wanted:
        raise Refused(gettext("请先勾选要公示的{what}。").format(what=what))
    if len(found) != len(set(wanted)):
        raise NotFound(gettext("有的{what}没有找到，或不在您的管辖范围内。").format(what=what))


def _one_family(codes: set[str]) -> str:
    """The one family of these programmes; Refused where the law knows no notice."""
    for code in sorted(codes):
        if not family_of(code):
            name = PROGRAMMES[code].name
            raise Refused(
                gettext("{name}不设公示（涉及儿童的一律不公示），请直接办理下一步。").format(
                    name=name
                )
            )
    families = {family_of(code) for code in codes}
    if len(families) > 1:
        names = listed(NAMES[family] for family in sorted(families))
        raise Refused(gettext("{names}的公示内容和期限不同，请分别张贴。").format(names=names))
    return families.pop()


def _one_village(divisions: set[str]) -> str:
    if len(divisions) > 1:
        raise Refused(gettext("一份公示只能张贴在一个村（社区），请按村分别张贴。"))
    return divisions.pop()


def _days(programme: str, on: dt.date) -> Days:
    days = days_of(programme, on, current_calendar(), current_book())
    if days is None:
        raise Refused(gettext("公示期还没有配置，请先在“标准”中登记公示期。"))
    return days


def _home_of(row: NoticeRow) -> int | None:
    if row.application is not None:
        return row.application.household_id
    return row.entitlement.household_id if row.entitlement else None
