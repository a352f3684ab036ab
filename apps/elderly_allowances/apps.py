"""高龄津贴、养老服务补贴."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class ElderlyAllowancesConfig(AppConfig):
    name = "apps.elderly_allowances"
    label = "elderly_allowances"
    verbose_name = _("高龄津贴与养老服务")
    chapter = 4  # among the standards
