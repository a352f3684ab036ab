"""案件办理."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.units.language import lazy as _


class CaseworkConfig(AppConfig):
    name = "apps.casework"
    label = "casework"
    verbose_name = _("案件办理")

    def ready(self) -> None:
        """Let every app lay its cards, answers, queues and panels on the table."""
        autodiscover_modules("programme", "needs", "worklist", "panels")
