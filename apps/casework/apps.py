"""案件办理."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "apps.casework"
    label = "casework"
    verbose_name = "案件办理"

    def ready(self) -> None:
        """Let every programme app lay its cards on the table, and others answer for steps."""
        autodiscover_modules("programme", "needs", "worklist")
