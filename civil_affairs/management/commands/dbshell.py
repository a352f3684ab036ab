"""dbshell: Django's own, with the psql that came with our server, else one on the PATH."""

from __future__ import annotations

import os
import shutil
from typing import Any

from django.core.management.commands import dbshell

from civil_affairs.binaries import postgres_bindir
from civil_affairs.refusals import Refusal


class Command(dbshell.Command):
    help = "打开数据库的命令行（psql）"

    def handle(self, **options: Any) -> None:
        """Start psql on our database; Refusal where there is none to start."""
        # The server's own first: an older psql does not know a newer server's tables.
        path = os.pathsep.join([str(postgres_bindir()), os.environ.get("PATH", "")])
        if shutil.which("psql", path=path) is None:
            raise Refusal(
                "没有 psql，请先安装：sudo apt install postgresql-client (psql is needed)"
            )
        os.environ["PATH"] = path
        super().handle(**options)
