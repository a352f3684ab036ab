"""./run matrix: how the programmes stand to each other, from their cards."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.casework.matrix import as_text
from apps.casework.programme import PROGRAMMES


class Command(BaseCommand):
    help = "打印项目关系表（互斥、择高、补差、前置条件）。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(as_text(PROGRAMMES.values()))
