"""基础数据与演示账号: the commands may be repeated and always end in the same state."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from apps.offices.demo_staff import LOGINS
from apps.offices.models import Division, Role, Staff
from apps.standards.models import Standard

pytestmark = pytest.mark.django_db


def said(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_loading_the_base_again_changes_nothing(clock: object) -> None:
    before = list(Standard.objects.order_by("pk").values())
    assert "新登记标准 0 条" in said("load_base")
    assert list(Standard.objects.order_by("pk").values()) == before
    assert Division.objects.filter(kind="village").count() == 410


def test_the_files_can_be_checked_alone() -> None:
    assert "标准文件无误" in said("load_standards", "--check")


def test_every_post_has_a_demonstration_login() -> None:
    assert said("logins").strip() == "没有演示账号。"
    said("seed_staff")
    assert said("seed_staff") == said("logins")
    assert {login.role for login in LOGINS} == set(Role)
    assert Staff.objects.filter(user__isnull=False).count() == len(LOGINS)
    clerk = next(login for login in LOGINS if login.role is Role.COUNTY_CLERK)
    assert authenticate(username=clerk.username, password=clerk.password)
