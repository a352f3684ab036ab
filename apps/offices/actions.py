"""机构与岗位: the two records every write leaves, and appointing staff."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from apps.offices.calendar import Holiday, faults
from apps.offices.doors.models import ChosenPassword
from apps.offices.models import (
    Change,
    Density,
    Division,
    Event,
    HolidayNotice,
    Language,
    Role,
    Staff,
)
from apps.offices.moves import NotFound, need_role
from apps.offices.tokens import ApiToken, Scope
from apps.units.language import chinese
from apps.units.language import lazy as _
from apps.units.months import month_of


def note_change(
    *,
    on: dt.date,
    what: str,
    household_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """Record that amounts may differ from the month of ``on`` on (a run finds it: R-PAY-06)."""
    Change.objects.create(
        household_id=household_id,
        person_id=person_id,
        from_month=month_of(on),
        what=chinese(what)[:60],
    )


def log(
    *,
    by: Staff | None,
    kind: str,
    object_id: int,
    verb: str,
    household_id: int | None = None,
    reason: str = "",
    source: str = "",
    target: str = "",
) -> None:
    """Add one line to the 经办记录."""
    Event.objects.create(
        by=by,
        kind=kind,
        object_id=object_id,
        household_id=household_id,
        verb=chinese(verb),
        reason=chinese(reason)[:500],
        source=source,
        target=target,
    )


def appoint(*, name: str, role: Role, division: str, user_id: int | None = None) -> Staff:
    """Create a post with a territory (the division code is a prefix)."""
    return Staff.objects.create(name=name, role=role, division=division, user_id=user_id)


@transaction.atomic
def adopt_divisions(rows: Iterable[Mapping[str, str]]) -> int:
    """Bring 行政区划 to these rows (code, name, kind, parent, initials, zone); parents first."""
    wanted = [
        Division(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent_id=row["parent"] or None,
            initials=row["initials"],
            zone=row["zone"],
        )
        for row in rows
    ]
    Division.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kind", "parent", "initials", "zone"],
    )
    return len(wanted)


@transaction.atomic
def open_login(*, username: str, password: str, name: str, role: Role, division: str) -> Staff:
    """Give a post a log-in; a user name that exists keeps its post and its password.

    Of a demonstration: the password is public, so nobody is asked to change it.
    """
    user, made = get_user_model().objects.get_or_create(username=username)
    if made:
        user.set_password(password)
        user.save(update_fields=["password"])
        ChosenPassword.objects.create(
            user=user, encoded=user.password, at=user.date_joined, public=True
        )
    held = Staff.objects.filter(user_id=user.pk).first()
    return held or appoint(name=name, role=role, division=division, user_id=user.pk)


def note_login(*, staff: Staff, address: str) -> None:
    """登录: one line of the 经办记录, for the member of staff to look over themselves."""
    log(by=staff, kind=Event.LOGIN, object_id=staff.pk, verb="登录", reason=address)


def prefer(*, by: Staff, density: str, letter_keys: bool) -> None:
    """个人设置: how pages look and which keys they listen to, for this member of staff alone."""
    if density not in Density.values:
        raise ValueError(gettext("行距只能选标准或紧凑。"))
    Staff.objects.filter(pk=by.pk).update(density=density, letter_keys=letter_keys)


def speak(*, by: Staff, language: str) -> None:
    """界面语言: what pages speak to this member of staff, wherever they log in."""
    if language not in Language.values:
        raise ValueError("界面语言只能选中文或英文。")
    Staff.objects.filter(pk=by.pk).update(language=language)


class BadCalendar(ValueError):
    """放假安排有误; the message says which day and what to mend."""


@transaction.atomic
def adopt_holidays(
    *,
    year: int,
    holidays: Sequence[Holiday],
    makeup: Sequence[dt.date],
    document: str,
    by: Staff,
    recorded_on: dt.date,
) -> HolidayNotice:
    """登记放假安排: the year is counted by this notice; an earlier one is kept, superseded."""
    need_role(by, (Role.COUNTY_SUPERVISOR,), _("登记放假安排"))
    if wrong := faults(year, holidays, makeup):
        raise BadCalendar("".join(wrong))
    if not document.strip():
        raise BadCalendar(gettext("请填写放假通知的名称或文号。"))
    HolidayNotice.objects.select_for_update().in_force().filter(year=year).update(
        superseded_on=recorded_on
    )
    notice = HolidayNotice.objects.create(
        year=year,
        holidays=[[str(first), str(last), name] for first, last, name in sorted(holidays)],
        makeup=[str(day) for day in sorted(makeup)],
        document=document.strip(),
        recorded_on=recorded_on,
        recorded_by=by,
    )
    log(
        by=by,
        kind="offices.holidaynotice",
        object_id=notice.pk,
        verb=f"登记{year}年放假安排",
        reason=notice.document,
    )
    return notice


def note_export(*, by: Staff, kind: str, what: str, count: int) -> None:
    """登记导出: one line of the 经办记录 about a list that has left the system."""
    log(by=by, kind=kind, object_id=0, verb=f"导出{chinese(what)}", reason=f"{count}行")


# ---- 接口令牌 -----------------------------------------------------------------------------------
TOKEN_MARK = "ca_"  # noqa: S105 - how every token begins, so that one left about is known
ONCE_A = dt.timedelta(minutes=1)  # how often the last use is put down


def token_digest(text: str) -> str:
    """What is kept of a token. It has 256 random bits: there is nothing to guess, so no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def issue_token(
    *, name: str, scopes: Sequence[str], at: dt.datetime, expires_at: dt.datetime, by: Staff
) -> tuple[ApiToken, str]:
    """签发接口令牌: for oneself alone; the text is given back this once and never again."""
    if not name.strip():
        raise ValueError(gettext("请填写令牌的用途，如“民政数据交换平台”。"))
    if not scopes or not set(scopes) <= set(Scope.values):
        raise ValueError(gettext("请至少选择一项权限。"))
    prefix = TOKEN_MARK + secrets.token_hex(5)
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        made = ApiToken.objects.create(
            staff=by,
            name=name.strip()[:60],
            prefix=prefix,
            digest=token_digest(text),
            scopes=sorted(set(scopes)),
            created_at=at,
            expires_at=expires_at,
        )
        said = f"{made.name}：{' '.join(made.scopes)}"
        log(by=by, kind="offices.apitoken", object_id=made.pk, verb="签发接口令牌", reason=said)
    return made, text


@transaction.atomic
def revoke_token(token_id: int, *, at: dt.datetime, by: Staff) -> None:
    """撤销接口令牌: one's own, at once and for good; sent twice it is done once."""
    mine = ApiToken.objects.visible_to(by).filter(pk=token_id)
    if not mine.exists():
        raise NotFound(gettext("没有找到这个令牌。"))
    if mine.filter(revoked_at__isnull=True).update(revoked_at=at):
        log(by=by, kind="offices.apitoken", object_id=token_id, verb="撤销接口令牌")


def note_token_use(token: ApiToken, *, at: dt.datetime) -> None:
    """最近使用: put down once a minute at most, so that reading stays reading."""
    if token.last_used_at is not None and token.last_used_at > at - ONCE_A:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - ONCE_A)
    ApiToken.objects.filter(stale, pk=token.pk, revoked_at__isnull=True).update(last_used_at=at)
