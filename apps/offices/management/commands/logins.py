"""logins: the demonstration log-ins that exist here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from apps.offices.demo_staff import LOGINS, table


class Command(BaseCommand):
    help = "列出演示账号"

    def handle(self, *args: Any, **options: Any) -> None:
        names = [login.username for login in LOGINS]
        users = get_user_model().objects.filter(username__in=names)
        found = set(users.values_list("username", flat=True))
        self.stdout.write(table(found) or "没有演示账号。")
