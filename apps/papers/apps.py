"""文书."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class PapersConfig(AppConfig):
    name = "apps.papers"
    label = "papers"
    verbose_name = _("文书")
