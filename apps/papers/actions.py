"""文书: making one (its content is frozen) and printing it (each sheet is counted)."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.casework.worklist import FIELD_ROLES, Task
from apps.offices.actions import log
from apps.offices.gates import need_role
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.papers.digests import digest
from apps.papers.font import blanked, rare
from apps.papers.kinds import content_of, kind_of, shows_full_id
from apps.papers.models import Paper, PaperPrint
from apps.units.language import chinese
from apps.units.language import lazy as _

# No I, L, O, 0, 1: codes are read aloud and typed.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class Unprintable(ValueError):
    """有字打印不出; the message names each character and whose name it stands in."""


@transaction.atomic
def make(kind: str, object_id: int, *, on: dt.date, by: Staff, by_hand: bool = False) -> Paper:
    """制作: freeze what the paper says today; the newest version again where nothing changed.

    Characters the font lacks are refused by name, or left open to be written in ``by_hand``.
    """
    wanted = kind_of(kind)
    need_role(by, wanted.makers, _("制作{name}").format(name=wanted.name))
    found = content_of(kind, object_id, on, by)
    missing = rare(found.data)
    if missing and not by_hand:
        said = "；".join(one.words for one in missing)
        raise Unprintable(
            gettext("字库中没有这些字：{said}。请选择留空手写补入，或核对姓名。").format(said=said)
        )
    data = blanked(found.data) if missing else found.data
    mine = Paper.objects.filter(kind=kind, object_id=object_id)
    newest: Paper | None = mine.select_for_update().order_by("-version").first()
    sha256 = digest(data)
    if newest is not None and newest.sha256 == sha256:
        return newest
    paper = Paper.objects.create(
        kind=kind,
        object_id=object_id,
        version=newest.version + 1 if newest else 1,
        title=found.title[:80],
        division=found.division,
        household_id=found.household_id,
        data=data,
        by_hand=[one.words for one in missing],
        sha256=sha256,
        code=_new_code(),
        made_on=on,
        made_by=by,
    )
    _logged(by, paper, f"制作{chinese(wanted.name)}第{paper.version}版")
    return paper


def _new_code() -> str:
    """A code nobody can guess: 12 of 31 letters, 59 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@transaction.atomic
def print_out(paper_id: int, *, by: Staff) -> PaperPrint:
    """打印: one more sheet of the paper, counted and logged."""
    mine = Paper.objects.visible_to(by).filter(pk=paper_id)
    paper: Paper | None = mine.select_for_update(of=("self",)).first()
    if paper is None:
        raise NotFound(gettext("没有找到这份文书，或不在您的管辖范围内。"))
    wanted = kind_of(paper.kind)
    need_role(by, wanted.makers, _("打印{name}").format(name=wanted.name))
    last = paper.prints.aggregate(last=Max("number"))["last"] or 0
    made = PaperPrint.objects.create(
        paper=paper, number=last + 1, full_id=shows_full_id(paper.kind, by), by=by
    )
    whole = "（含完整证件号码）" if made.full_id else ""
    _logged(by, paper, f"打印{chinese(wanted.name)}第{made.number}次{whole}")
    return made


@transaction.atomic
def print_route(tasks: Sequence[Task], *, by: Staff) -> None:
    """打印入户路线单: one line of the 经办记录 for each household on it."""
    need_role(by, FIELD_ROLES, _("打印入户路线单"))
    for home in dict.fromkeys(task.household_id for task in tasks):
        log(
            by=by,
            kind="papers.route",
            object_id=by.pk,
            verb="打印入户路线单",
            household_id=home or None,
        )


def _logged(by: Staff, paper: Paper, verb: str) -> None:
    log(
        by=by,
        kind="papers.paper",
        object_id=paper.pk,
        verb=verb[:60],
        household_id=paper.household_id,
    )
