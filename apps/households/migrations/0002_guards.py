"""Facts, memberships and accounts are added to, voided at most; never rewritten or deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER fact_no_rewrite BEFORE UPDATE ON households_fact
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('voided_on');
CREATE TRIGGER fact_no_delete BEFORE DELETE ON households_fact
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER member_no_rewrite BEFORE UPDATE ON households_member
    FOR EACH ROW EXECUTE FUNCTION refuse_rewrite('voided_on');
CREATE TRIGGER member_no_delete BEFORE DELETE ON households_member
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER account_append_only BEFORE UPDATE OR DELETE ON households_bankaccount
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX member_living_together ON households_member USING gist (household_id, period)
    WHERE voided_on IS NULL;
"""
BACKWARD = """
DROP TRIGGER fact_no_rewrite ON households_fact;
DROP TRIGGER fact_no_delete ON households_fact;
DROP TRIGGER member_no_rewrite ON households_member;
DROP TRIGGER member_no_delete ON households_member;
DROP TRIGGER account_append_only ON households_bankaccount;
DROP INDEX member_living_together;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
