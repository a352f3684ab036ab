"""登录与身份: the writes of coming in, of staying, and of what a person is known by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from apps.offices import actions as office
from apps.offices.doors.codes import step_of
from apps.offices.doors.lockout import locked_until, subject_of
from apps.offices.doors.models import Attempt, ChosenPassword, Sitting
from apps.offices.models import Role, Staff
from apps.offices.moves import NotFound, need_role
from apps.offices.trail.acting import Acting, acting
from apps.units import request_id
from apps.units.language import lazy as _

T = TypeVar("T")
KIND = "offices.login_security"  # of the lines of the 经办记录 about log-ins
CONFIRMED, FACTOR, OWES = "confirmed_at", "factor", "owes"  # what a session knows
SEEN_EVERY = 60  # seconds
SPACE = 20_481  # advisory locks of tries
# No letter that is read as another one: it is read out over the telephone.
LETTERS = ("ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789")


# ---- tries -------------------------------------------------------------------------------------
def attempt(
    kind: Attempt.Kind,
    name: str,
    *,
    address: str,
    at: dt.datetime,
    check: Callable[[], T | None],
) -> T | None:
    """One try at an account: what ``check`` finds, None when it finds nothing or it is locked.

    The row of the try is there before anything is looked at, so that a hundred at one moment count
    each other. ``check`` is called in every case: a locked account, one that does not exist and a
    wrong password take the same time.
    """
    user = get_user_model().objects.select_related("staff").filter(username=name).first()
    subject = subject_of(name)
    with transaction.atomic():
        _one_by_one(subject)
        made = Attempt.objects.create(
            at=at,
            kind=kind,
            subject=subject,
            user=user,
            address=address,
            outcome=Attempt.Outcome.FAILED,
        )
        locked = locked_until(subject, address, at=at, before=made.pk)
    # What the check writes (a code is used up, a hash renewed) is written by the account itself.
    staff = getattr(user, "staff", None)
    words = f"{kind} {address} {request_id.current()}".strip()
    with acting(Acting(staff.pk if staff else None, name, words, web=True)):
        found = check()
    if locked is not None:
        Attempt.objects.filter(pk=made.pk).update(outcome=Attempt.Outcome.LOCKED, counted=False)
        return None
    if found is not None:
        _passed(made)
    return found


def _one_by_one(subject: str) -> None:
    """Tries at one account are counted in the order in which they are written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE, int(subject[:7], 16)])


@transaction.atomic
def _passed(made: Attempt) -> None:
    """A success ends the count of the account's failures, never that of the address.

    A password alone ends only that of passwords: else whoever knows it could guess at codes
    without end, showing it again after every four.
    """
    Attempt.objects.filter(pk=made.pk).update(outcome=Attempt.Outcome.PASSED, counted=False)
    over = Attempt.objects.filter(subject=made.subject, counted=True)
    if made.kind == Attempt.Kind.LOGIN:
        over = over.filter(kind=Attempt.Kind.LOGIN)
    over.update(counted=False)


def code_of(user: Any, code: str, *, at: dt.datetime) -> Authenticator | None:
    """The factor that this code belongs to; None when it is wrong, or was used before.

    A code of an app holds once: the last one is kept with the secret itself, in the database, as
    a cache that has lost it would let it in again.
    """
    typed = "".join(code.split())
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(user=user)
        for one in rows.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
            if one.type == Authenticator.Type.TOTP:
                right = _counted(one, typed)
            else:
                right = one.wrap().validate_code(typed)
                one.refresh_from_db()
            if right:
                one.last_used_at = at
                one.save(update_fields=["data", "last_used_at"])
                return one
    return None


def _counted(one: Authenticator, typed: str) -> bool:
    step = step_of(decrypt(one.data["secret"]), typed)
    if step is None or step <= one.data.get("last", -1):
        return False
    one.data["last"] = step
    return True


def activated(user: Any, step: int) -> None:
    """The code that an app was registered with is used up."""
    for one in Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP):
        one.data["last"] = step
        one.save(update_fields=["data"])


# ---- sessions ----------------------------------------------------------------------------------
@transaction.atomic
def enter(
    session: Any, user: Any, *, address: str, browser: str, at: dt.datetime, factor: bool
) -> int:
    """登录: the session is on record and is fresh; beyond SESSION_CAP the oldest ones end.

    Returns how many were ended.
    """
    session[CONFIRMED], session[FACTOR] = at.timestamp(), factor
    Sitting.objects.create(
        session_id=session.session_key,
        user=user,
        opened_at=at,
        seen_at=at,
        address=address,
        browser=browser,
    )
    staff = Staff.objects.filter(user=user).first()
    if staff is not None:
        office.note_login(staff=staff, address=address)
    if not settings.SESSION_CAP:
        return 0
    mine = Sitting.objects.filter(user=user).order_by("-opened_at", "-pk")
    return _end(mine.values_list("session_id", flat=True)[settings.SESSION_CAP :])


def adopt(
    session: Any, user: Any, *, address: str, browser: str, at: dt.datetime
) -> Sitting | None:
    """A session of before there were sittings begins to count now."""
    made = Sitting(
        session_id=session.session_key,
        user=user,
        opened_at=at,
        seen_at=at,
        address=address,
        browser=browser,
    )
    Sitting.objects.bulk_create([made], ignore_conflicts=True)
    return Sitting.objects.filter(session_id=session.session_key).first()


def touch(sitting: Sitting, *, at: dt.datetime) -> None:
    """Somebody is there; the session itself is not written."""
    Sitting.objects.filter(pk=sitting.pk, seen_at__lt=at).update(seen_at=at)


def _end(keys: Any) -> int:
    ended = list(keys)
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)


def end_sitting(pk: int, *, by: Staff) -> None:
    """结束一个会话 of one's own."""
    found = Sitting.objects.filter(pk=pk, user_id=by.user_id or 0).first()
    if found is None:
        raise NotFound(_("没有找到这个登录，可能已经结束。"))
    _end([found.session_id])
    office.log(
        by=by, kind=KIND, object_id=by.pk, verb=_("结束一个登录"), reason=found.address or "—"
    )


@transaction.atomic
def end_others(key: str, *, by: Staff) -> int:
    """结束其他会话: all of one's own but this one; how many."""
    mine = Sitting.objects.filter(user_id=by.user_id or 0).exclude(session_id=key)
    count = _end(mine.values_list("session_id", flat=True))
    office.log(by=by, kind=KIND, object_id=by.pk, verb=_("结束其他登录"), reason=str(count))
    return count


@transaction.atomic
def confirm(session: Any, *, at: dt.datetime, factor: bool) -> None:
    """再次验证: who sits here is known anew; under a new key, as after any log-in."""
    session[CONFIRMED] = at.timestamp()
    session[FACTOR] = bool(session.get(FACTOR)) or factor
    renew(session)


def renew(session: Any) -> None:
    """Another key for the same sitting: its limits go on from when it was opened."""
    old = session.sitting or Sitting.objects.filter(session_id=session.session_key).first()
    session.cycle_key()
    if old is not None:
        session.sitting = _moved(old, session.session_key)


def _moved(old: Sitting, key: Any) -> Sitting:
    """The sitting of a session that has gone, on record for the one that followed it."""
    return Sitting.objects.create(
        session_id=key,
        user_id=old.user_id,
        opened_at=old.opened_at,
        seen_at=old.seen_at,
        address=old.address,
        browser=old.browser,
    )


# ---- passwords ---------------------------------------------------------------------------------
@transaction.atomic
def choose_password(user: Any, password: str, *, at: dt.datetime, public: bool = False) -> None:
    """改密码: the owner's own; every session of theirs ends. The newest few are remembered.

    The rules have been asked by the form; ``public``: a demonstration's, which never runs out.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    ChosenPassword.objects.create(user=user, encoded=user.password, at=at, public=public)
    kept = ChosenPassword.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)
    old = list(kept[max(settings.PASSWORD_HISTORY, 1) + 1 :])
    ChosenPassword.objects.filter(pk__in=old).delete()
    staff = Staff.objects.filter(user=user).first()
    if staff is not None and not public:
        office.log(by=staff, kind=KIND, object_id=staff.pk, verb=_("修改登录密码"))


def stay(request: HttpRequest, user: Any) -> None:
    """After a new password: the other sessions end, this one goes on under a new key."""
    request.session.pop(OWES, None)
    old = Sitting.objects.filter(session_id=request.session.session_key).first()
    update_session_auth_hash(request, user)  # another key, so the old session's row is gone
    if old is not None:
        request.session.sitting = _moved(old, request.session.session_key)  # type: ignore[attr-defined]
    end_all(user, but=request.session.session_key or "")


def rehashed(user: Any, password: str) -> None:
    """The same password under a newer hash is still the owner's own."""
    newest = ChosenPassword.objects.filter(user=user).order_by("-pk").first()
    if newest is None or newest.encoded == user.password:
        return
    if check_password(password, newest.encoded):
        ChosenPassword.objects.filter(pk=newest.pk).update(encoded=user.password)


@transaction.atomic
def end_all(user: Any, *, but: str = "") -> int:
    """Every session of an account ends, but for one; how many."""
    theirs = Sitting.objects.filter(user=user).exclude(session_id=but)
    return _end(theirs.values_list("session_id", flat=True))


def _given(user: Any) -> str:
    """A password made for somebody: nobody has chosen it, so it is changed at the first log-in."""
    made = "-".join("".join(get_random_string(2, part) for part in LETTERS) for _n in range(3))
    user.set_password(made)
    user.save(update_fields=["password"])
    return made


@transaction.atomic
def give_login(*, username: str, name: str, role: Role, division: str) -> str:
    """开通账号: a post and its log-in; the password to be told once. ValueError: name taken."""
    user, new = get_user_model().objects.get_or_create(username=username)
    if not new:
        raise ValueError(f"账号“{username}”已经有了。")
    staff = office.appoint(name=name, role=role, division=division, user_id=user.pk)
    office.log(by=None, kind=KIND, object_id=staff.pk, verb=_("开通账号"), reason=name)
    return _given(user)


# ---- the security administrator ----------------------------------------------------------------
def _account(user_id: int, by: Staff, verb: str) -> Staff:
    """The post behind an account of one's territory, never one's own; locked."""
    need_role(by, (Role.SECURITY_ADMIN,), verb)
    found = (
        Staff.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(user_id=user_id, division__startswith=by.division)
        .exclude(pk=by.pk)
        .first()
    )
    if found is None:
        raise NotFound(
            _("没有找到这个账号，或者是您自己的账号（自己的请由另一位安全管理员办理）。")
        )
    return found


@transaction.atomic
def unlock(user_id: int, *, by: Staff) -> None:
    """解锁: the failures so far no longer count."""
    whose = _account(user_id, by, _("解锁账号"))
    assert whose.user is not None
    subject = subject_of(whose.user.get_username())
    Attempt.objects.filter(subject=subject, counted=True).update(counted=False)
    office.log(by=by, kind=KIND, object_id=whose.pk, verb=_("解锁账号"), reason=whose.name)


@transaction.atomic
def reset_password(user_id: int, *, by: Staff) -> str:
    """重置密码: a password to be told once and changed at the first log-in; sessions end."""
    whose = _account(user_id, by, _("重置密码"))
    user: Any = whose.user
    made = _given(user)
    end_all(user)
    Attempt.objects.filter(subject=subject_of(user.get_username()), counted=True).update(
        counted=False
    )
    office.log(by=by, kind=KIND, object_id=whose.pk, verb=_("重置密码"), reason=whose.name)
    return made


@transaction.atomic
def remove_factors(user_id: int, *, by: Staff) -> None:
    """撤销两步验证, for who has lost the telephone or the key; sessions end."""
    whose = _account(user_id, by, _("撤销两步验证"))
    Authenticator.objects.filter(user_id=user_id).delete()
    end_all(whose.user)
    office.log(by=by, kind=KIND, object_id=whose.pk, verb=_("撤销两步验证"), reason=whose.name)


def note_factor(user: Any, verb: str, what: str) -> None:
    """One line of the 经办记录 about one's own second factor."""
    staff = Staff.objects.filter(user=user).first()
    if staff is not None:
        office.log(by=staff, kind=KIND, object_id=staff.pk, verb=verb, reason=what)


def forget(*, at: dt.datetime) -> None:
    """清理: sessions that ran out, and tries of more than LOGIN_ATTEMPT_KEEP_DAYS ago."""
    Session.objects.filter(expire_date__lt=at).delete()
    old = at - dt.timedelta(days=settings.LOGIN_ATTEMPT_KEEP_DAYS)
    Attempt.objects.filter(at__lt=old).delete()
