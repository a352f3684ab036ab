"""What was proposed is not rewritten; a proposal that was answered stays so, and none is deleted."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER proposal_no_delete BEFORE DELETE ON reviews_proposal
    FOR EACH ROW EXECUTE FUNCTION refuse_delete();
CREATE TRIGGER proposal_frozen BEFORE UPDATE ON reviews_proposal
    FOR EACH ROW WHEN (
        OLD.state <> 'proposed' OR
        (OLD.entitlement_id, OLD.kind, OLD.terms, OLD.words, OLD.note, OLD.proposed_on,
         OLD.prepared_by_id)
        IS DISTINCT FROM
        (NEW.entitlement_id, NEW.kind, NEW.terms, NEW.words, NEW.note, NEW.proposed_on,
         NEW.prepared_by_id))
    EXECUTE FUNCTION refuse_change();
"""
BACKWARD = """
DROP TRIGGER proposal_frozen ON reviews_proposal;
DROP TRIGGER proposal_no_delete ON reviews_proposal;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0002_guards"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
