"""appoint: a post with a log-in, for a real installation; the first ones are made this way."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.offices.doors.actions import give_login
from apps.offices.models import Division, Role


class Command(BaseCommand):
    help = "开通一个岗位和账号，显示首次登录用的密码（只显示这一次，登录后须自己改掉）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录用的账号")
        parser.add_argument("name", help="姓名")
        parser.add_argument("role", choices=Role.values, help="岗位")
        parser.add_argument("division", help="管辖区划代码，如 430482")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role(options["role"])
        if not Division.objects.filter(code=options["division"]).exists():
            raise CommandError(f"没有区划“{options['division']}”，请先 ./run load_base。")
        try:
            password = give_login(
                username=options["username"],
                name=options["name"],
                role=role,
                division=options["division"],
            )
        except ValueError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['username']}（{role.label}）首次登录的密码：{password}")
