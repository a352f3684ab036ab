"""孤儿、事实无人抚养儿童."""

from django.apps import AppConfig

from apps.units.language import lazy as _


class ChildWelfareConfig(AppConfig):
    name = "apps.child_welfare"
    label = "child_welfare"
    verbose_name = _("儿童福利")
    chapter = 5  # among the standards
