"""The four people of a month, who work through the web and try again until it is done.

They know nothing of faults: a refused connection or a server error is tried again, what is refused
in words is looked at anew. Every write carries an Idempotency-Key that stays the same when it is
tried again.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any, NamedTuple
from urllib.parse import urlencode

from apps.offices.demo_staff import LOGINS
from apps.payments.bank_file import layout
from seeds import fakebank
from tests.chaos.servers import Servers

PASSWORDS = {one.username: one.password for one in LOGINS}
PATIENCE = 120.0  # seconds until something that should come about counts as lost
SHARES = fakebank.Shares(returned=0.05, processing=0.05)
OWNERS = {"county_clerk": "clerk", "county_supervisor": "supervisor", "checker": "checker"}
PEOPLE = ("clerk", "supervisor", "checker", "approver", "finance")
DOUBT = """
SELECT d.code, r.owner, d.subject = 0 FROM payments_doubt d
JOIN payments_reviewrule r ON r.id = d.rule_id
JOIN payments_paymentrun u ON u.calculation_id = d.calculation_id
WHERE u.id = %s AND d.passed_at IS NULL ORDER BY d.id LIMIT 1
"""
DOWN = (OSError, http.client.HTTPException)


class Answer(NamedTuple):
    """What the web said."""

    status: int
    body: bytes
    etag: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


class Lost(AssertionError):
    """Something did not come about in time."""


class Clerk:
    """One person at one browser."""

    def __init__(self, servers: Servers, name: str) -> None:
        self.servers, self.name = servers, name
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> Answer:
        """One request; OSError when nobody answers."""
        url = self.servers.url + path
        about = {"Referer": url, "X-CSRFToken": self.token(), **headers}
        request = urllib.request.Request(url, data, about)
        try:
            with self.opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.read(), answer.headers.get("ETag", ""))
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, refusal.read())

    def token(self) -> str:
        return next((one.value or "" for one in self.jar if one.name == "csrftoken"), "")

    def log_in(self) -> None:
        """By the form, as everybody does."""
        self.ask("/login/")
        typed = {"username": self.name, "password": PASSWORDS[self.name]}
        typed["csrfmiddlewaretoken"] = self.token()
        self.ask("/login/", urlencode(typed).encode())

    def until(self, done: Callable[[], bool], act: Callable[[], Answer]) -> None:
        """Act until it is done; who was logged out logs in again."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise Lost(f"{self.name}: {act}")
            try:
                said = act()
                if said.status in (401, 403) or b'name="password"' in said.body:
                    self.log_in()
            except DOWN:
                time.sleep(0.2)
            self.servers.look_after()

    def post(self, path: str, key: str, **fields: str) -> Answer:
        """A call of the API."""
        about = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self.ask(path, json.dumps(fields).encode(), **about)

    def edit(self, path: str, act: str, key: str, **fields: str) -> Answer:
        """An act on a thing, by the version it has now; sent again it is the same call."""
        seen = self.ask(path)
        if seen.status != 200:
            return seen
        about = {"Content-Type": "application/json", "Idempotency-Key": key}
        about["If-Match"] = seen.etag
        return self.ask(f"{path}{act}/", json.dumps(fields).encode(), **about)

    def form(self, path: str, files: dict[str, bytes] | None = None, **fields: str) -> Answer:
        """A form of a page."""
        edge = uuid.uuid4().hex
        fields["csrfmiddlewaretoken"] = self.token()
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, content in (files or {}).items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{name}.csv"'
            parts.append(f"--{edge}\r\n{head}\r\nContent-Type: text/csv\r\n\r\n".encode())
            parts.append(content + b"\r\n")
        kind = f"multipart/form-data; boundary={edge}"
        return self.ask(
            path, b"".join([*parts, f"--{edge}--\r\n".encode()]), **{"Content-Type": kind}
        )


class Month:
    """One month from draft to closed, step by step."""

    # computed more than once: a new version each time, and most of what can go wrong is there
    STEPS = (
        "open", "compute", "compute", "compute", "answer", "check", "approve", "export", "send",
        "upload", "commit", "close",
    )  # fmt: skip

    def __init__(self, servers: Servers, people: dict[str, Clerk], month: dt.date) -> None:
        self.servers, self.people, self.month = servers, people, month
        self.run = self.batch = self.file = 0
        self.content = b""

    def take(self, step: str) -> None:
        """One step, tried again until its effect is there."""
        getattr(self, step)()

    def state(self) -> str:
        row = self.servers.row("SELECT state FROM payments_paymentrun WHERE id = %s", self.run)
        return str(row[0]) if row else ""

    def act(self, who: str, step: str, *states: str, **fields: str) -> None:
        """An act on the run through the API, until the run stands where it should."""
        clerk, key = self.people[who], str(uuid.uuid4())
        clerk.until(
            lambda: self.state() in states,
            lambda: clerk.edit(f"/api/v1/runs/{self.run}/", step, key, **fields),
        )

    def open(self) -> None:
        clerk, key = self.people["clerk"], str(uuid.uuid4())
        asked = "SELECT id FROM payments_paymentrun WHERE month = %s AND state <> 'cancelled'"

        def there() -> bool:
            row = self.servers.row(asked, self.month)
            self.run = row[0] if row else 0
            return bool(self.run)

        clerk.until(there, lambda: clerk.post("/api/v1/runs/", key, month=f"{self.month:%Y-%m}"))

    def compute(self) -> None:
        """Asked for once; after that the servers see to it themselves."""
        clerk, key = self.people["clerk"], str(uuid.uuid4())
        asked = "SELECT requested_at IS NOT NULL FROM payments_paymentrun WHERE id = %s"
        before = self.versions()

        def wished() -> bool:
            return self.servers.row(asked, self.run) == (True,) or self.versions() > before

        def computed() -> bool:
            return self.versions() > before and self.servers.row(asked, self.run) == (False,)

        clerk.until(wished, lambda: clerk.edit(f"/api/v1/runs/{self.run}/", "compute", key))
        end = time.monotonic() + PATIENCE
        while not computed():
            if time.monotonic() > end:
                raise Lost(f"the calculation of {self.month:%Y-%m}")
            self.servers.look_after()
            time.sleep(0.1)

    def versions(self) -> int:
        sql = "SELECT count(*) FROM payments_calculation WHERE run_id = %s"
        row = self.servers.row(sql, self.run)
        return int(row[0]) if row else 0

    def answer(self) -> None:
        """What the run asks is looked into by its owners, rule by rule."""

        def asked() -> tuple[Any, ...] | None:
            return self.servers.row(DOUBT, self.run)

        while found := asked():
            code, owner, of_the_run = found
            clerk = self.people["clerk" if of_the_run else OWNERS[owner]]

            def act(code: str = code, clerk: Clerk = clerk) -> Answer:
                clerk.ask(f"/payruns/{self.run}/")
                path = f"/payruns/{self.run}/doubts/pass/"
                return clerk.form(path, code=code, note="已电话核实")

            clerk.until(lambda found=found: asked() != found, act)  # type: ignore[misc]

    def check(self) -> None:
        self.act("checker", "check", "checked")

    def approve(self) -> None:
        self.act("approver", "approve", "approved")
        row = self.servers.row(
            "SELECT id FROM payments_bankbatch WHERE run_id = %s AND state <> 'void'", self.run
        )
        assert row is not None, "an approved run has a batch"
        self.batch = row[0]

    def export(self) -> None:
        clerk = self.people["finance"]
        self.content = b""

        def fetch() -> Answer:
            clerk.ask(f"/bankfiles/{self.batch}/")
            said = clerk.form(f"/payruns/{self.run}/bankfile.csv", reason="断网后重新下载")
            if said.status == 200 and not said.body.lstrip().startswith(b"<"):
                self.content = said.body
            return said

        clerk.until(lambda: bool(self.content), fetch)

    def send(self) -> None:
        self.act("finance", "send", "sent")

    def upload(self) -> None:
        clerk = self.people["finance"]
        sent = fakebank.read(self.content, "ours.csv")
        assert layout() is not None
        answers = fakebank.answer(sent, SHARES, seed=self.month.toordinal(), on=self.month)
        content = fakebank.write(answers, "csv")
        asked = "SELECT id FROM payments_resultfile WHERE batch_id = %s AND state <> 'dropped'"

        def there() -> bool:
            row = self.servers.row(asked, self.batch)
            self.file = row[0] if row else 0
            return bool(self.file)

        def bring() -> Answer:
            clerk.ask("/bankreturns/")
            return clerk.form("/bankreturns/", {"file": content}, batch=str(self.batch))

        clerk.until(there, bring)

    def commit(self) -> None:
        clerk = self.people["finance"]
        asked = "SELECT state FROM payments_resultfile WHERE id = %s"

        def act() -> Answer:
            clerk.ask(f"/bankreturns/{self.file}/")
            return clerk.form(f"/bankreturns/{self.file}/", act="commit")

        clerk.until(lambda: self.servers.row(asked, self.file) == ("committed",), act)

    def close(self) -> None:
        self.act("finance", "close", "closed", reason="银行处理中的下月补回")
