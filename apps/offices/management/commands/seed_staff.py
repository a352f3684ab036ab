"""seed_staff: one log-in for every post of a demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.offices.actions import open_login
from apps.offices.demo_staff import LOGINS, table


class Command(BaseCommand):
    help = "建立演示账号（密码公开，只供演示，正式环境不要执行）"

    def handle(self, *args: Any, **options: Any) -> None:
        for login in LOGINS:
            open_login(
                username=login.username,
                password=login.password,
                name=login.name,
                role=login.role,
                division=login.division,
            )
        self.stdout.write(table({login.username for login in LOGINS}))
