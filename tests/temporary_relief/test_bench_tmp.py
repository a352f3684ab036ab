import time, pytest
from django.db import connection
from apps.casework.programme import Computed, Gathering, Scope
from apps.casework.outcome import Share, Verdict
from apps.disability_subsidies.facts import gather_living, gather_nursing
from apps.elderly_allowances.facts import gather_elder_service, gather_old_age
from tests.builders import month
N=200000
@pytest.mark.django_db
def test_bench(standards):
    with connection.cursor() as c:
        c.execute(f"""INSERT INTO households_person(id,name,name_key,pinyin,initials,sex,born,phone) SELECT g,'a','a','','{{}}','m','1950-01-01'::date+(g%%9000)::int,'' FROM generate_series(1000000,{1000000+N}) g""".replace('%%','%'))
        c.execute(f"""INSERT INTO households_household(id,number,division,address,since) SELECT g,'n'||g,'430482100001','','2020-01-01' FROM generate_series(1000000,{1000000+N//3}) g""")
        c.execute(f"""INSERT INTO households_member(person_id,household_id,relationship,period,recorded_on) SELECT g,1000000+(g-1000000)/3,'applicant','[2020-01-01,)','2020-01-01' FROM generate_series(1000000,{1000000+N}-1) g""")
        for k,extra in (("disability","'limb',1+g%4,NULL,''"),("self_care","'',g%7,NULL,''"),("death","'',NULL::int,NULL,''"),("residence","'',NULL::int,NULL,''")):
            cond={"death":"g%20=0","residence":"g%50=0"}.get(k,"TRUE")
            flag = "TRUE" if k=="residence" else "NULL::bool"
            c.execute(f"""INSERT INTO households_fact(kind,person_id,"on",code,number,amount_fen,per,flag,part,detail,evidence,recorded_on,recorded_at) SELECT '{k}',g,'2023-05-05'::date+(g%700)::int,{extra},{flag},'','','','2023-05-05',now() FROM generate_series(1000000,{1000000+N}) g WHERE {cond}""".replace('%%','%'))
        for p in ("disability_living","disability_nursing","old_age_allowance","elder_service_subsidy"):
            c.execute(f"""INSERT INTO casework_entitlement(programme,household_id,person_id,period,one_off,over_cap_approved,relief_type,school_year,basis) SELECT '{p}',1000000+(g-1000000)/3,g,'[2023-01-01,)',false,false,'','',CASE WHEN g%1000=0 THEN 'certificate_reissued' ELSE '' END FROM generate_series(1000000,{1000000+N}-1) g""")
        c.execute("ANALYZE")
    comp=Computed(); comp.put("minimum_living", range(1000000,1000000+N), Share(100,1,Verdict.PAYABLE))
    for g in (gather_living,gather_nursing,gather_old_age,gather_elder_service):
        t=time.time(); n=sum(1 for _ in g(Gathering(month("2024-06"),Scope(),comp,standards,lambda *_:None))); print(g.__name__,n,round(time.time()-t,2))
    for g in (gather_living,gather_nursing,gather_old_age,gather_elder_service):
        t=time.time(); n=sum(1 for _ in g(Gathering(month("2024-06"),Scope((1000000,),(1000000,1000001,1000002)),comp,standards,lambda *_:None))); print("one",g.__name__,n,round(time.time()-t,4))
