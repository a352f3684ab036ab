"""migrate: as Django does it, and then every table has the trail (审计留痕).

Not left to the migrations: a table of a later one would be without until somebody remembered.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

ATTACH = """
DO $$ BEGIN
    IF to_regproc('offices_trail_attach') IS NOT NULL THEN
        CALL offices_trail_attach();
    END IF;
END $$
"""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then attach the trail to whatever has none yet."""
        super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied"):
            return
        with connections[options["database"]].cursor() as cursor:
            cursor.execute(ATTACH)
