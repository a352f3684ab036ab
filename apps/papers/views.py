"""文书的页面: what a paper would say, the paper as made, its printing, and public verification."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.households.models import Household
from apps.offices.models import Staff
from apps.offices.moves import NotFound
from apps.offices.perms import for_casework
from apps.papers import actions
from apps.papers import render as setting
from apps.papers.checking import count_wrong, genuine, normalized, too_often
from apps.papers.font import blanked, rare
from apps.papers.kinds import content_of, kind_of, shows_full_id
from apps.papers.models import Paper
from apps.papers.route import MOST, slip, visits


@for_casework
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, staff: Staff, kind: str, pk: int) -> HttpResponse:
    """What the paper says today; POST freezes it, unless nothing has changed since the last."""
    if request.method != "POST":
        return _draft(request, staff, kind, pk)
    by_hand = request.POST.get("by_hand") == "on"
    try:
        made = actions.make(kind, pk, on=timezone.localdate(), by=staff, by_hand=by_hand)
    except actions.Unprintable as refusal:
        return _draft(request, staff, kind, pk, (str(refusal),), 400)
    return redirect("paper", pk=made.pk)


def _draft(
    request: HttpRequest,
    staff: Staff,
    kind: str,
    pk: int,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    wanted = kind_of(kind)
    found = content_of(kind, pk, timezone.localdate(), staff)
    missing = rare(found.data)
    pages = setting.pictures(kind, blanked(found.data), setting.Stamp())
    versions = Paper.objects.visible_to(staff).filter(kind=kind, object_id=pk)
    context = {
        "title": found.title,
        "wanted": wanted,
        "pages": _pictures(pages),
        "rare": missing,
        "versions": versions.select_related("made_by").order_by("-version"),
        "back": _back(kind, pk, found.household_id),
        "may_make": staff.role in wanted.makers,
        "full_id": shows_full_id(kind, staff),
        "problems": problems,
    }
    return render(request, "papers/draft.html", context, status=status)


def _back(kind: str, pk: int, household_id: int | None) -> tuple[str, str]:
    """The page the paper is about: words and address."""
    if kind == "notice-poster":
        return gettext("公示"), reverse("public-notice", args=[pk])
    if kind in ("decision-notice", "benefit-statement"):
        assert household_id is not None, "only a poster is about no household"
        numbers = Household.objects.filter(pk=household_id).values_list("number", flat=True)
        return gettext("家庭页"), reverse("household", args=[numbers.get()])
    return gettext("申请"), reverse("application", args=[pk])


def _pictures(pages: list[bytes]) -> list[str]:
    """Pages as addresses of pictures that hold them."""
    return [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages]


def _found(staff: Staff, pk: int) -> Paper:
    found: Paper | None = (
        Paper.objects.visible_to(staff).filter(pk=pk).select_related("made_by").first()
    )
    if found is None:
        raise NotFound(gettext("没有找到这份文书，或不在您的管辖范围内。"))
    return found


@for_casework
@require_safe
def paper(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """One paper as it was made: preview, print, and who printed it."""
    found = _found(staff, pk)
    newest = Paper.objects.filter(kind=found.kind, object_id=found.object_id).order_by("-version")
    stamp = setting.Stamp(found.code, found.version, by_hand=tuple(found.by_hand))
    context = {
        "paper": found,
        "wanted": kind_of(found.kind),
        "pages": _pictures(setting.pictures(found.kind, found.data, stamp)),
        "prints": found.prints.select_related("by").order_by("number"),
        "newest": newest.first(),
        "may_print": staff.role in kind_of(found.kind).makers,
        "full_id": shows_full_id(found.kind, staff),
    }
    return render(request, "papers/paper.html", context)


@for_casework
@require_POST
def print_out(request: HttpRequest, staff: Staff, pk: int) -> HttpResponse:
    """打印: counts one more sheet and answers with its PDF."""
    found = _found(staff, pk)
    made = actions.print_out(found.pk, by=staff)
    stamp = setting.Stamp(
        code=found.code,
        version=found.version,
        number=made.number,
        who=staff.name,
        at=f"{timezone.localtime(made.at):%Y-%m-%d %H:%M}",
        by_hand=tuple(found.by_hand),
    )
    answer = HttpResponse(
        setting.pdf(found.kind, found.data, stamp, full_id=made.full_id),
        content_type="application/pdf",
    )
    name = f"{found.title}_{found.object_id}_第{found.version}版_第{made.number}次.pdf"
    answer["Content-Disposition"] = str(content_disposition_header(False, name))
    answer["Cache-Control"] = "no-store"
    return answer


@for_casework
@require_POST
def route(request: HttpRequest, staff: Staff) -> HttpResponse:
    """入户路线单 of what is ticked in the worklist; a refusal leads back to it."""
    today = timezone.localdate()
    keys = list(dict.fromkeys(request.POST.getlist("task")))
    found = visits(keys, staff, today) if keys else []
    words = ""
    if not keys:
        words = gettext("请先勾选要办理的事项。")
    elif len(found) < len(keys):
        words = gettext("只有需要上门的事项才能打印入户单，请只勾选这些；刚办完的已经不在清单里。")
    elif len(found) > MOST:
        words = gettext("一张入户单最多{most}件，请分开打印。").format(most=MOST)
    if words:
        messages.error(request, words)
        return redirect("/")
    actions.print_route(found, by=staff)
    at = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    stamp = setting.Stamp(number=1, who=staff.name, at=at)
    # The phone is why one takes the slip along; ID numbers are not on it.
    sheet = setting.pdf("route-slip", blanked(slip(found, staff, today)), stamp, full_id=True)
    answer = HttpResponse(sheet, content_type="application/pdf")
    name = f"入户路线单_{today:%Y%m%d}_{len(found)}件.pdf"
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    answer["Cache-Control"] = "no-store"
    return answer


def _address(request: HttpRequest) -> str:
    """Where the request comes from: our own front server names it, nobody else is believed."""
    near = str(request.META.get("REMOTE_ADDR", ""))
    if near in ("", "127.0.0.1", "::1"):
        return str(request.META.get("HTTP_X_FORWARDED_FOR", near))
    return near


@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """核验: yes or no, for everybody; wrong codes are counted by address, right ones are not."""
    typed = code or request.GET.get("code", "")
    address = _address(request)
    context: dict[str, Any] = {
        "typed": typed[:20],
        "found": None,
        "asked": bool(typed),
        "kind": "",
        "wait": False,
    }
    if typed and too_often(address):
        return render(request, "papers/verify.html", context | {"wait": True}, status=429)
    found = genuine(normalized(typed))
    if typed and found is None:
        count_wrong(address)
    if found is not None:
        context |= {"found": found, "kind": kind_of(found.kind).name}
    return render(request, "papers/verify.html", context, status=200)
