"""孤儿、事实无人抚养儿童."""

from django.apps import AppConfig


class ChildWelfareConfig(AppConfig):
    name = "apps.child_welfare"
    label = "child_welfare"
    verbose_name = "儿童福利"
