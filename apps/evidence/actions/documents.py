"""材料: a file is checked by its content, stored, and kept for ever; a newer one replaces it."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.casework.actions import Refused
from apps.casework.models import Application
from apps.evidence import filing, holdings
from apps.evidence.actions.guarding import logged, member_of, need_role, one
from apps.evidence.catalogue import TYPES
from apps.evidence.models import INVESTIGATORS, VERIFIERS, Document, Survey
from apps.evidence.sniffing import BadFile, clean_name, sniff
from apps.households.models import Household
from apps.offices.models import Staff
from apps.offices.moves import NotAllowed, StaleState
from apps.offices.refusals import words_of
from apps.units.ages import add_months
from apps.units.language import lazy as _

MOST_PAGES = 2000  # a typing error, not a document
MB = 1024 * 1024


class Paper(NamedTuple):
    """What is said about a file as it is handed in."""

    type: str
    name: str
    pages: int = 1
    person_id: int | None = None
    application_id: int | None = None
    survey_id: int | None = None
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None
    replaces_id: int | None = None
    note: str = ""


@transaction.atomic
def file_document(
    paper: Paper, content: bytes, *, household_id: int, on: dt.date, by: Staff
) -> Document:
    """登记材料: the file is one whole PDF, JPEG or PNG within the size of the month."""
    home = one(Household, household_id, by, lock=False)
    _check_kind(paper.type, by)
    _check_size(content, paper.name, on)
    media = sniff(content, paper.name)
    if paper.person_id is not None:
        member_of(home.pk, paper.person_id)
    _check_belongs(home.pk, paper, by)
    paper = paper._replace(expires_on=_expiry(paper, on))
    _check_dates(paper, on)
    old = _replaced(paper.replaces_id, home.pk, paper.type, by)
    sha256 = filing.fingerprint(content)
    _check_twice(home.pk, paper, sha256)
    said = {**paper._asdict(), "name": clean_name(paper.name), "note": paper.note.strip()[:200]}
    del said["replaces_id"]
    made = _written(
        content,
        **said,
        household=home,
        replaces=old,
        media=media,
        sha256=sha256,
        recorded_on=on,
        recorded_by=by,
    )
    verb = "替换材料" if old else "登记材料"
    logged(by, made, verb, home.pk, TYPES[paper.type].label)
    return made


def _written(content: bytes, **columns: Any) -> Document:
    """The file and its record, or neither."""
    stored = filing.put(content)
    try:
        with transaction.atomic():
            return Document.objects.create(stored=stored, size=len(content), **columns)
    except IntegrityError as error:
        filing.drop(stored)
        if columns["replaces"] is not None:
            raise StaleState(gettext("这份材料刚刚已被他人替换，请刷新页面后再看。")) from error
        raise Refused(words_of(error, Document) or gettext("材料登记失败，请核对。")) from error


def _check_kind(kind: str, by: Staff) -> None:
    if kind not in TYPES:
        raise Refused(gettext("没有这种材料，请从清单中选择材料种类。"))
    roles = VERIFIERS if TYPES[kind].raw else INVESTIGATORS
    need_role(by, roles, _("登记{label}").format(label=TYPES[kind].label))


def _check_size(content: bytes, name: str, on: dt.date) -> None:
    limit = holdings.standard("upload_limit_mb", on)
    if limit is None:
        raise Refused(gettext("没有配置材料文件的大小上限，请系统管理员在“标准”页登记后再上传。"))
    if len(content) > limit * MB:
        size = -(-len(content) * 10 // MB) / 10
        raise BadFile(
            gettext(
                "“{clean_name}”有 {size} MB，超过上限 {limit} MB。"
                "请降低扫描分辨率（300 dpi 即可）或分成几份上传。"
            ).format(clean_name=clean_name(name), size=size, limit=limit)
        )


def _check_belongs(home: int, paper: Paper, by: Staff) -> None:
    if paper.application_id is None:
        if TYPES[paper.type].own:
            label = TYPES[paper.type].label
            raise Refused(
                gettext("“{label}”属于一份申请，请在申请的“材料”页上传。").format(label=label)
            )
    elif one(Application, paper.application_id, by, lock=False).household_id != home:
        raise Refused(gettext("这份申请不是这一户的，请核对。"))
    if paper.survey_id is not None:
        survey = one(Survey, paper.survey_id, by, lock=False)
        if survey.application_id != paper.application_id:
            raise Refused(gettext("这份入户调查不属于这份申请，请核对。"))


def _expiry(paper: Paper, on: dt.date) -> dt.date | None:
    """As given, else counted from the day of issue by the standard of the month."""
    months = holdings.standard("valid_months", on, paper.type)
    if paper.expires_on is None and paper.issued_on is not None and months is not None:
        return add_months(paper.issued_on, months)
    return paper.expires_on


def _check_dates(paper: Paper, on: dt.date) -> None:
    if not 0 < paper.pages <= MOST_PAGES:
        raise Refused(
            gettext("页数应在1到{MOST_PAGES}之间，现在是{pages}。").format(
                MOST_PAGES=MOST_PAGES, pages=paper.pages
            )
        )
    issued = paper.issued_on
    if issued is None:
        if TYPES[paper.type].dated:
            raise Refused(
                gettext("“{label}”须填写出具（拍摄）日期。").format(label=TYPES[paper.type].label)
            )
        return
    if issued > on:
        raise Refused(gettext("出具日期{issued}晚于今天，请核对。").format(issued=issued))
    if paper.expires_on is not None and paper.expires_on < issued:
        raise Refused(
            gettext("有效期{expires_on}早于出具日期{issued}，请核对。").format(
                expires_on=paper.expires_on, issued=issued
            )
        )


def _replaced(pk: int | None, home: int, kind: str, by: Staff) -> Document | None:
    """The version that the new file takes the place of: of this household and kind, and newest."""
    if pk is None:
        return None
    old: Document = one(Document, pk, by)
    if old.household_id != home or old.type != kind:
        raise Refused(gettext("只能用同一户、同一种类的材料替换。"))
    if Document.objects.filter(replaces=old).exists():
        raise StaleState(gettext("这份材料已被更新的版本替换，请刷新页面后再看。"))
    return old


def _check_twice(home: int, paper: Paper, sha256: str) -> None:
    rows = Document.objects.filter(
        household_id=home, type=paper.type, sha256=sha256, replaced_by__isnull=True
    )
    owners = (paper.person_id, paper.application_id)
    same = next((one for one in rows if (one.person_id, one.application_id) == owners), None)
    if same is not None:
        raise Refused(
            gettext("这份文件已于{recorded_on}作为“{name}”上传，不必重复上传。").format(
                recorded_on=same.recorded_on, name=same.name
            )
        )


@transaction.atomic
def open_document(document_id: int, *, by: Staff) -> tuple[Document, bytes]:
    """查看材料: the file for who may read it; that it was opened is recorded."""
    found: Document = one(Document, document_id, by, lock=False)
    if not holdings.may_read(by, found.type):
        if TYPES[found.type].raw:
            raise NotAllowed(gettext("核对原始数据只向县级核对岗位提供。"))
        raise NotAllowed(gettext("{role}不查看救助对象的材料。").format(role=by.get_role_display()))
    content = filing.get(found.stored, found.sha256)
    logged(by, found, "查看材料", found.household_id, TYPES[found.type].label)
    return found, content
