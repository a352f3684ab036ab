import time
import pytest
from django.db import connection, transaction
from apps.casework.engine import calculate
from apps.casework.programme import *
from apps.standards.models import current_book
from tests.builders import *
from tests.minimum_living.stories import *

@pytest.mark.django_db
def test_bench():
    home, people = family(); a = awarded(home); dec = a.decisions.get()
    N=400_000
    with connection.cursor() as c:
        def x(s,*p):
            t=time.time(); c.execute(s,p or None); print(f"{time.time()-t:.1f}s {s[:70]}")
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
    book=current_book()
    for rep in range(2):
        t=time.time(); n=0; fen=0
        for r in calculate(month("2024-06"), book=book, only=frozenset({"minimum_living"})):
            n+=1; fen+=r.outcome.fen
        print("calc",n,fen,f"{time.time()-t:.2f}s")
    g=PROGRAMMES["minimum_living"]
    from apps.casework.engine import no_earlier
    comp=Computed()
    from apps.casework.outcome import Share, Verdict
    comp.put("destitute_basic", range(1000001,1030000), Share(1,1,Verdict.PAYABLE))
    t=time.time(); n=sum(1 for _ in g.gather(Gathering(month("2024-06"),Scope(),comp,book,no_earlier,g))); print("gather with 30k out",n,f"{time.time()-t:.2f}s")
    t=time.time(); known(home,"2024-06"); print("one household 6 months",f"{time.time()-t:.3f}s")
    adopt("minimum_living.supplement", {"elder_70":"0.1","minor":"0.1"})
    book=current_book()
    t=time.time()
    n=0
    for r in calculate(month("2024-06"), book=book, only=frozenset({"minimum_living","minimum_living_supplement"})): n+=1
    print("with supplement",n,f"{time.time()-t:.2f}s")
