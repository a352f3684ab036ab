"""公示."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class PublicityConfig(AppConfig):
    name = "apps.publicity"
    label = "publicity"
    verbose_name = _("公示")
