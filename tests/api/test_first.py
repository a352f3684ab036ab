from __future__ import annotations
import pytest
from apps.offices.models import Role
from tests import builders
from tests.api.conftest import Call, faults
pytestmark = pytest.mark.django_db

def test_me(caller: Call) -> None:
    one = caller()
    a = one.get("me/"); print(a.json()); assert a.status_code == 200
    for p in ("divisions/", "events/", "households/", "applications/", "programmes/", "work/", "work/tasks/", "search/?q=zs"):
        a = one.get(p); print(p, a.status_code, a.content.decode()[:300])
        assert a.status_code == 200
    print(one.client.get("/api/v1/me/").json(), one.client.get("/api/v1/me/")["WWW-Authenticate"])
    assert one.get("nothing/").status_code == 404

def test_register(caller: Call) -> None:
    one = caller()
    body = {"village": "430482001200", "zone": "rural", "programmes": ["minimum_living"], "property": "within",
      "bank": "农商银行", "account": "6217000000004321",
      "members": [{"name": "张三", "born": "1980-05-05", "relationship": "applicant", "wage": "100.00"}, {"name":"张小", "born":"2015-05-05","relationship":"child"}]}
    a = one.post("registrations/", body)
    print(a.status_code, a.content.decode())
    assert a.status_code == 201
    n = a.json()["household"]["number"]
    for p in (f"households/{n}/", f"households/{n}/facts/", f"households/{n}/accounts/", f"applications/{a.json()['applications'][0]}/"):
        b = one.get(p); print(p, b.status_code, b.content.decode()[:600], b.headers.get("ETag"))
        assert b.status_code == 200
    app = a.json()["applications"][0]
    w = one.edit(f"applications/{app}/steps/withdraw/", {"note": "不要了"}, of=f"applications/{app}/")
    print(w.status_code, w.content.decode()[:400])
    w = one.post(f"applications/{app}/steps/withdraw/", {"note": "不要了"}, seen='"abc.def"')
    print(w.status_code, w.content.decode()[:900], w["ETag"])
    w = one.post(f"applications/{app}/steps/withdraw/", {"note": "不要了", "x": 1})
    print(w.status_code, w.content.decode()[:900])
    w = one.post("registrations/", {"village": "zzz", "members": [{"name": "", "born": "2050-01-01"}]})
    print(w.status_code, w.content.decode()[:1900])
