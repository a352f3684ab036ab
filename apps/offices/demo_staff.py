"""演示账号: who can log in to a demonstration; never part of a real installation."""

from __future__ import annotations

from typing import NamedTuple

from apps.offices.models import Role


class Login(NamedTuple):
    """One demonstration log-in: user name, password, post and territory."""

    username: str
    password: str
    name: str
    role: Role
    division: str


COUNTY, TOWNSHIP, VILLAGE = "430482", "430482110", "430482110201"  # 庙前镇, 庙前村
POSTS: tuple[tuple[str, str, Role, str], ...] = (
    ("village", "吴协理", Role.VILLAGE_HELPER, VILLAGE),
    ("township", "李经办", Role.TOWNSHIP_CLERK, TOWNSHIP),
    ("township-lead", "周分管", Role.TOWNSHIP_LEAD, TOWNSHIP),
    ("clerk", "王经办", Role.COUNTY_CLERK, COUNTY),
    ("supervisor", "陈审核", Role.COUNTY_SUPERVISOR, COUNTY),
    ("checker", "刘复核", Role.CHECKER, COUNTY),
    ("approver", "黄审批", Role.APPROVER, COUNTY),
    ("finance", "赵财务", Role.FINANCE, COUNTY),
    ("leader", "郑局长", Role.LEADER, COUNTY),
    ("auditor", "孙审计", Role.AUDITOR, COUNTY),
    ("admin", "钱系统", Role.SYSTEM_ADMIN, COUNTY),
    ("security", "冯安全", Role.SECURITY_ADMIN, COUNTY),
    ("audit-admin", "何审计", Role.AUDIT_ADMIN, COUNTY),
    ("federation", "唐残联", Role.FEDERATION, COUNTY),
)
LOGINS = tuple(
    Login(username, f"Changning-2024-{n}", name, role, division)
    for n, (username, name, role, division) in enumerate(POSTS, start=1)
)


def table(usernames: set[str]) -> str:
    """The log-ins whose user name is among these, one a line, for people to read."""
    lines = [
        f"  {login.username:<14}{login.password:<20}{login.role.label}  {login.name}"
        for login in LOGINS
        if login.username in usernames
    ]
    return "\n".join(["演示账号（用户名、密码、岗位）：", *lines]) if lines else ""
