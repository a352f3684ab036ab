#!/usr/bin/env python3
"""接口示例: registers a household, applies, decides, pays a month, and reads the payment.

Only the standard library. Each post calls with a token of its own, made by its owner under
个人设置 (docs/api.md): whoever prepares may not decide, and a run goes through four hands.

    export CIVIL_URL=http://127.0.0.1:8000
    export TOKEN_CLERK=ca_… TOKEN_SUPERVISOR=ca_… TOKEN_CHECKER=ca_…
    export TOKEN_APPROVER=ca_… TOKEN_FINANCE=ca_…
    python3 docs/examples/client.py 430482001200 2024-07

No other run may be open. The decision is entered from paper (补录确认) where that is switched on
for the day; otherwise the application has to go its way step by step, and the client says what its
next step lacks.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

POSTS = ("clerk", "supervisor", "checker", "approver", "finance")


class Refused(Exception):
    """A call that was refused: the status, and what is wrong by what it is about."""

    def __init__(self, status, errors):
        self.status, self.errors = status, errors
        said = "；".join(f"{one['attr'] or ''} {one['detail']}".strip() for one in errors)
        super().__init__(f"{status} {said}")


class Api:
    """One post of the office, called with its token."""

    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    def get(self, path, **filters):
        """What stands at an address, with its version (ETag)."""
        query = urllib.parse.urlencode(filters)
        return self._ask("GET", f"{path}?{query}" if query else path)

    def walk(self, path, **filters):
        """Every row of a list, page by page."""
        page, _ = self.get(path, **filters)
        while True:
            yield from page["results"]
            if page["next"] is None:
                return
            page, _ = self._ask("GET", page["next"])

    def post(self, path, body=None, seen=""):
        """Something is done, once: sent again after a broken line it has the same key."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if seen:
            headers["If-Match"] = seen
        for wait in (1, 2, 4):
            try:
                return self._ask("POST", path, body or {}, **headers)
            except urllib.error.URLError:
                time.sleep(wait)
        return self._ask("POST", path, body or {}, **headers)

    def edit(self, path, act, body=None):
        """An act on a thing, by the version that it has now."""
        _, version = self.get(path)
        return self.post(f"{path}{act}/", body, seen=version)

    def _ask(self, method, path, body=None, **headers):
        url = self.url + (path if path.startswith("/") else f"/api/v1/{path}")
        data = None if body is None else json.dumps(body).encode()
        about = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, data, {**about, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer), answer.headers.get("ETag", "")
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code == 429:
                    time.sleep(int(refusal.headers.get("Retry-After", "60")))
                    return self._ask(method, path, body, **headers)
                raise Refused(refusal.code, json.load(refusal)["errors"]) from None


def register(clerk, village, today):
    """A household of one, without an income, that applies for minimum living."""
    person = {"name": "陈示例", "sex": "m", "born": "1980-05-05", "relationship": "applicant"}
    made, _ = clerk.post(
        "registrations/",
        {
            "village": village,
            "address": "示例组1号",
            "programmes": ["minimum_living"],
            "property": "within",
            "bank": "示例银行",
            "account": f"62170000{int(time.time()) % 10**8:08d}",
            "members": [person],
        },
    )
    return made["household"]["number"], made["applications"][0]


def decide(supervisor, application):
    """Confirm the application; False, with what is lacking, where that cannot be done at once."""
    found, version = supervisor.get(f"applications/{application}/")
    ready = {one["code"]: one for one in found["options"]}
    step = ready.get("back_entry")
    if step is None or not step["ready"]:
        for one in found["options"]:
            lacks = [lack["words"] for lack in one["missing"]]
            print(f"  {one['verb']}: {one['why_not'] or '；'.join(lacks) or '可以办理'}")
        return False
    supervisor.post(f"applications/{application}/steps/back_entry/", {}, seen=version)
    return True


def pay(posts, month):
    """A run of the month from draft to the bank, by four people; its number."""
    clerk = posts["clerk"]
    run, _ = clerk.post("runs/", {"month": month})
    path = f"runs/{run['id']}/"
    clerk.edit(path, "compute")
    while clerk.get(f"{path}progress/")[0]["computing"]:
        time.sleep(0.2)
    for one in clerk.walk(f"{path}held/"):
        print(f"  待补: {one['household']} {one['programme']} {one['words']}")
    posts["checker"].edit(path, "check")
    posts["approver"].edit(path, "approve")
    posts["finance"].edit(path, "send")
    return run["id"]


def main(village, month):
    """The whole story; returns what was paid, in fen."""
    url = os.environ.get("CIVIL_URL", "http://127.0.0.1:8000")
    posts = {name: Api(url, os.environ[f"TOKEN_{name.upper()}"]) for name in POSTS}
    me, _ = posts["clerk"].get("me/")
    print(f"{me['name']}（{me['role_words']}），{me['today']}")
    number, application = register(posts["clerk"], village, me["today"])
    print(f"已登记 {number}，申请 {application}")
    if not decide(posts["supervisor"], application):
        print("还不能确认，缺的见上。")
        return None
    print("已确认")
    run = pay(posts, month)
    paid = list(posts["clerk"].walk(f"households/{number}/payments/"))
    for one in paid:
        amount = f"{one['fen'] / 100:.2f} 元"
        print(f"批次 {run}: {one['programme_words']} {amount} {one['state_words']}")
    return sum(one["fen"] for one in paid)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Refused as refusal:
        sys.exit(f"没有办成：{refusal}")
