"""页面的门: who may open a page, and what the navigation offers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.offices.access import staff_of
from apps.offices.clicks import one_after_the_other
from apps.offices.models import Role, Staff
from apps.offices.moves import NotAllowed
from apps.offices.trail.models import READERS

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Staff, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]

# 三员: they keep the system, and therefore see nobody's case.
KEEPERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
REGISTRARS = (Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEAD, Role.COUNTY_CLERK, Role.COUNTY_SUPERVISOR)
DUPLICATES = (*REGISTRARS, Role.AUDITOR)
# Who may see whole ID numbers, each look put down; a leader sees figures, not numbers.
ID_READERS = (*REGISTRARS, Role.AUDITOR)
COUNTY_ROLES = (
    Role.COUNTY_CLERK,
    Role.COUNTY_SUPERVISOR,
    Role.CHECKER,
    Role.APPROVER,
    Role.FINANCE,
    Role.LEADER,
    Role.AUDITOR,
)


def for_staff(view: View[P]) -> Page[P]:
    """A page for everybody with a post; the view is given the member of staff.

    A piece of a page that is asked for after the session ended is refused (401): the page says
    so and keeps what was typed (house.js), where a redirect would lay the log-in page into it.
    """

    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request") == "true":
                return HttpResponse(status=401)
            return redirect_to_login(request.get_full_path())
        staff = staff_of(request)
        vars(request)["staff"] = staff
        if staff.language:
            translation.activate(staff.language)
        if request.method != "POST":
            return view(request, staff, *args, **kwargs)
        with one_after_the_other(staff.pk, request.path):
            return view(request, staff, *args, **kwargs)

    return page


def for_applications(view: View[P]) -> Page[P]:
    """A page of applications and their steps: also for 残联, which sees those that reach it."""

    def page(
        request: HttpRequest, staff: Staff, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        refuse_keepers(staff)
        return view(request, staff, *args, **kwargs)

    return for_staff(page)


def for_casework(view: View[P]) -> Page[P]:
    """A page that shows people's cases: not for those who keep the system, nor for 残联."""

    def page(
        request: HttpRequest, staff: Staff, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        refuse_outsiders(staff)
        return view(request, staff, *args, **kwargs)

    return for_staff(page)


def refuse_outsiders(staff: Staff) -> None:
    """NotAllowed for those who do not work on families: who keeps the system, and 残联."""
    refuse_keepers(staff)
    if staff.role == Role.FEDERATION:
        raise NotAllowed(gettext("县残联只办理残疾人两项补贴的残联审核，请从“我的待办”打开。"))


def refuse_keepers(staff: Staff) -> None:
    """NotAllowed for those who keep the system: they see nobody's case."""
    if staff.role in KEEPERS:
        raise NotAllowed(
            gettext("{role}只管理系统，不查看救助对象的资料。").format(
                role=staff.get_role_display()
            )
        )


def home_of(staff: Staff) -> str:
    """Where the day begins for those without a worklist: the runs, or search."""
    if staff.role in COUNTY_ROLES:
        return "/payruns/"
    return "/programmes/" if staff.role in KEEPERS else "/search/"


def _link(
    path: str, url: str, label: str, icon: str, go: str = "", but: str = "\0"
) -> dict[str, Any]:
    active = path.startswith(url) and not path.startswith(but)
    return {"url": url, "label": label, "icon": icon, "active": active, "go": go}


def navigation(staff: Staff, path: str) -> list[dict[str, Any]]:
    """The blocks of the navigation for a post, with the link of this page marked."""
    policy = [
        _link(path, "/standards/", gettext("标准"), "scale", go="b"),
        _link(path, "/programmes/", gettext("项目与关系"), "book"),
        _link(path, "/calendar/", gettext("工作日历"), "cal"),
    ]
    blocks = [{"title": gettext("政策"), "links": policy}]
    if staff.role in KEEPERS:
        return _audited(staff, path, [*_security(staff, path), *blocks])
    if staff.role == Role.FEDERATION:
        listed = _link(path, "/applications/", gettext("申请"), "edit", go="a")
        return [{"title": gettext("我的工作"), "links": [*_work(staff, path), listed]}, *blocks]
    people = [
        _link(path, "/search/", gettext("查找"), "search", go="s"),
        _link(path, "/households/", gettext("家庭"), "home", go="h"),
        _link(path, "/applications/", gettext("申请"), "edit", go="a"),
        _link(path, "/registers/", gettext("名册"), "list"),
        _link(path, "/elder-services/", gettext("养老服务"), "star"),
    ]
    if staff.role in REGISTRARS:
        people.append(_link(path, "/apply/", gettext("登记与申请"), "id", go="r"))
    if staff.role in DUPLICATES:
        people.append(_link(path, "/duplicates/", gettext("重复人员"), "users"))
    blocks.insert(0, {"title": gettext("对象"), "links": people})
    if staff.role in (*REGISTRARS, Role.VILLAGE_HELPER):
        blocks.insert(0, {"title": gettext("我的工作"), "links": _work(staff, path)})
    if staff.role in COUNTY_ROLES:
        money = [
            _link(path, "/payruns/", gettext("发放批次"), "coin", go="p"),
            _link(path, "/bankreturns/", gettext("银行对账"), "bank"),
            _link(path, "/recoveries/", gettext("追缴"), "return"),
            _link(path, "/review-rules/", gettext("核查规则"), "check"),
            _link(path, "/budgets/", gettext("预算"), "chart"),
        ]
        blocks.insert(-1, {"title": gettext("资金"), "links": money})
    return _audited(staff, path, blocks)


def _audited(staff: Staff, path: str, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, with the trail before the last for those who look it over."""
    if staff.role in READERS:
        link = _link(path, "/audit/", gettext("审计查询"), "history")
        blocks.insert(-1, {"title": gettext("留痕"), "links": [link]})
    return blocks


def _security(staff: Staff, path: str) -> list[dict[str, Any]]:
    """What those who keep the system keep safe."""
    own = []
    if staff.role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        own.append(_link(path, "/login-security/", gettext("登录安全"), "shield"))
    if staff.role == Role.SECURITY_ADMIN:
        own.append(_link(path, "/staff-accounts/", gettext("工作人员账户"), "lock"))
    return [{"title": gettext("安全"), "links": own}] if own else []


def _work(staff: Staff, path: str) -> list[dict[str, Any]]:
    """What is due, and the life of an award after it has begun."""
    home = {
        "url": "/",
        "label": gettext("我的待办"),
        "icon": "inbox",
        "active": path == "/",
        "go": "w",
    }
    if staff.role not in REGISTRARS:
        return [home]
    return [
        home,
        _link(path, "/notices/", gettext("公示"), "speaker"),
        _link(path, "/sampling/", gettext("随机抽查"), "filter"),
        _link(path, "/complaints/", gettext("投诉举报"), "bell"),
        _link(path, "/relatives/", gettext("近亲属备案"), "users"),
        _link(path, "/rechecks/", gettext("定期核查"), "refresh"),
        _link(path, "/terminations/", gettext("终止与筛查"), "stop"),
        _link(path, "/custody/", gettext("存折银行卡代管"), "lock"),
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: who is here and where they may go; no query of its own."""
    staff = vars(request).get("staff")
    if staff is None:
        return {}
    return {
        "staff": staff,
        "card_reader": settings.CARD_READER_URL,
        "nav": navigation(staff, request.path),
        "no_search": staff.role in (*KEEPERS, Role.FEDERATION),
        "demo_day": timezone.localdate() if settings.CLOCK_BACK else None,
    }
