"""变更."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class ChangesConfig(AppConfig):
    name = "apps.changes"
    label = "changes"
    verbose_name = _("变更")
