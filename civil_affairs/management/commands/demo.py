"""演示系统: services, data, web, worker, beat and the month, by one command."""

import argparse
import datetime
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from apps.households.models import Household
from apps.payments.models import PaymentRun
from civil_affairs import demo, demo_clock
from civil_affairs import home as places
from civil_affairs.holding import services
from civil_affairs.refusals import Refusal

MONTH = datetime.date(2024, 12, 1)
SEED = "430482"
ASKED_TO_STOP = {130, 143}


def day_asked(text: str) -> datetime.date:
    """A day of the command line."""
    if text == "today":
        return timezone.localdate()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        words = f"看不懂日期 {text}，请写成 2024-12-05 或 today"
        raise argparse.ArgumentTypeError(words) from error


class Command(BaseCommand):
    help = "启动演示系统：数据库、演示数据、网页、后台任务，并计算 2024 年 12 月"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="网页端口，默认 8000")
        parser.add_argument("--host", default="127.0.0.1", help="网页地址，默认只限本机")
        parser.add_argument("--county", choices=["small", "full"], default="small")
        parser.add_argument(
            "--on", type=day_asked, help="演示时钟从哪一天走起，默认 2024-12-05；today 就是今天"
        )

    def handle(self, *args: Any, port: int, host: str, county: str, **options: Any) -> None:
        began = time.monotonic()
        self.on: datetime.date | None = options["on"]
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104
        for signum in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, demo.stop_tidily)
        code = 0
        try:
            with demo.only_demo(address):
                demo.check_port(host, port)
                with services(queue=True):
                    self.prepare(county)
                    code = self.run(host, port, address, began)
        except KeyboardInterrupt:
            code = 130
        if code not in ASKED_TO_STOP:
            raise Refusal("演示系统有一个进程意外退出，原因见上面的输出；其余进程已停止。")
        with suppress(OSError):  # the terminal may be gone
            self.stdout.write("演示系统已停止，数据已保存。")

    def prepare(self, county: str) -> None:
        """Bring the database to where the demo starts; each step does nothing when done before."""
        self.stdout.write("准备数据库…")
        call_command("migrate", verbosity=0)
        call_command("load_base")
        if not Household.objects.exists():
            self.stdout.write(f"生成演示数据（{county}）…")
            call_command("seed", county=county, seed=int(SEED))
        # honcho forks: no child may share a connection with us.
        connections.close_all()

    def run(self, host: str, port: int, address: str, began: float) -> int:
        back = self.back = demo_clock.days_back(self.on)
        connections.close_all()
        env = os.environ | {demo.MARK: str(places.folder()), "PYTHONUNBUFFERED": "1"}
        env[demo_clock.VARIABLE] = str(back)
        env.setdefault("CIVIL_TESTERS", "*")
        env.setdefault("LOG_LEVEL", "WARNING")  # its window shows addresses and faults
        if host not in {"127.0.0.1", "localhost"}:
            env.setdefault("ALLOWED_HOSTS", "*")
        parts = demo.commands(places.make_folder(), host, port)
        try:
            return demo.supervise(parts, env, lambda: self.announce(env, address, began))
        finally:
            for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(signum, signal.SIG_IGN)  # tidying up is short and must finish
            demo.sweep()

    def announce(self, env: dict[str, str], address: str, began: float) -> None:
        """Once the web answers: compute the month if nobody has, and say where to go."""
        if not demo.web_answers(f"{address}login/"):
            self.stderr.write(f"网页 {demo.WEB_SECONDS} 秒内没有应答，见上面的输出。")
            return
        computed = PaymentRun.objects.filter(month=MONTH).exists()
        connections.close_all()
        if not computed:
            self.manage(env, "month", f"{MONTH:%Y-%m}")
        logins = self.manage(env, "logins", quiet=True)
        seconds = time.monotonic() - began
        self.stdout.write(f"\n社会救助系统已就绪（{seconds:.0f} 秒）：{address}\n\n{logins}")
        if self.back:
            day = timezone.localdate() - datetime.timedelta(days=self.back)
            self.stdout.write(f"演示时钟：今天是 {day}（改用真实日期：--on today）。")
        self.stdout.write("按 Ctrl-C 停止；再次启动只需几秒，数据不会丢失。")
        self.stdout.flush()

    def manage(self, env: dict[str, str], *command: str, quiet: bool = False) -> str:
        """Another command in a process of its own, so that stopping the demo stops it too."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=places.ROOT,
            env=env,
            stdout=subprocess.PIPE if quiet else None,
            text=True,
            check=False,
            start_new_session=True,
        )
        if done.returncode > 0:
            self.stderr.write(f"命令 {' '.join(command)} 没有成功，见上面的输出。")
        return done.stdout or ""
