import time
import pytest
from django.db import connection, transaction
from tests.builders import *
from tests.minimum_living.stories import *
from apps.casework.programme import *
from apps.minimum_living import facts
import apps.casework.reading as reading
Q=[]
@pytest.mark.django_db
def test_bench(monkeypatch):
    home, people = family(); a = awarded(home); dec = a.decisions.get()
    N=200_000
    with connection.cursor() as c:
        def x(s,*p):
            c.execute(s,p or None)
        c.execute("set constraints all immediate")
        for tab in ("households_person","households_household","casework_entitlement","minimum_living_determination","minimum_living_determinationmember","households_fact"):
            c.execute(f"alter table {tab} disable trigger user")
        x(f"insert into households_person(id,name,name_key,pinyin,initials,sex,born,phone) select 1000000+i,'n','n','','{{}}','','1980-01-01','' from generate_series(1,{N}*5/2) i")
        x(f"insert into households_household(id,number,division,address,since) select 1000000+i,'x'||i,'430482100001','','2023-01-01' from generate_series(1,{N}) i")
        x(f"insert into casework_entitlement(id,programme,household_id,period,one_off,over_cap_approved,relief_type,school_year,basis) select 1000000+i,'minimum_living',1000000+i,daterange('2024-01-01',null),false,false,'','','' from generate_series(1,{N}) i")
        x(f"insert into minimum_living_determination(id,as_of,period,zone,grade,household_deduction_fen,decision_id,entitlement_id) select 1000000+i,'2023-12-15',daterange('2024-01-01',null),case when i%%5=0 then 'urban' else 'rural' end,'',0,{dec.pk},1000000+i from generate_series(1,{N}) i".replace("%%","%"))
        x(f"insert into minimum_living_determinationmember(counted,why_not,wage_fen,base_pension_fen,other_fen,deduction_fen,determination_id,person_id) select true,'',(i::bigint*7919)%500000,0,(i*31)%300000,0,1000000+1+(i-1)*2/5,1000000+i from generate_series(1,{N}*5/2) i")
        x(f"insert into households_fact(kind,person_id,\"on\",code,part,detail,per,evidence,recorded_on,recorded_at) select 'death',1000000+i*20,'2024-03-01','','','','','','2024-03-02',now() from generate_series(1,20000) i")
        x("analyze")
        c.execute("set constraints all deferred")
    g=PROGRAMMES["minimum_living"]
    def fake(gathering, programme, sql, **more):
        from apps.households.history import month_params
        params={"month":gathering.month,"programme":programme,**month_params(gathering.month),**gathering.scope.params(),**more}
        with connection.cursor() as c:
            for q in (sql, ALT(gathering)):
                c.execute("explain (analyze, timing off, costs off) "+q, params)
                print("\n".join(r[0] for r in c.fetchall()))
        return []
    monkeypatch.setattr(facts,"stream",fake)
    def ALT(gathering):
        from apps.casework.reading import owed
        from apps.households.history import deaths
        return f"""
        SELECT o.id, o.subject, o.new, d.id IS NOT NULL, d.zone, d.grade,
               d.household_deduction_fen, g.reference, m.*
        FROM ({owed(gathering)}) o {facts.IN_FORCE}
        LEFT JOIN minimum_living_grace g
               ON g.entitlement_id = o.id AND g.period @> %(month)s::date
        LEFT JOIN (select m.determination_id, array_agg(m.person_id) as p, sum(m.wage_fen)::bigint a, sum(m.base_pension_fen)::bigint b, sum(m.other_fen)::bigint c, sum(m.deduction_fen)::bigint e from minimum_living_determinationmember m
                   LEFT JOIN {deaths(only=gathering.scope.of_persons("person_id"))} x
                          ON x.person_id = m.person_id
                   LEFT JOIN unnest(%(out)s::bigint[]) AS away(person_id)
                          ON away.person_id = m.person_id
               where m.counted AND x.person_id IS NULL AND away.person_id IS NULL group by 1) m on m.determination_id=d.id
    """
    list(facts.gather_minimum_living(Gathering(month("2024-06"),Scope(),Computed(),None,lambda *a:None,g)))
