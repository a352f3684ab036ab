"""What was handed in, answered, adopted or found is not rewritten; a signed visit is closed."""

from django.db import migrations

APPEND_ONLY = (
    "document",
    "authorisation",
    "checkanswer",
    "figure",
    "explanation",
    "propertyfinding",
    "assessment",
)
NO_DELETE = ("survey", "checkrequest")
FORWARD = (
    "".join(
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON evidence_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON evidence_{name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        for name in APPEND_ONLY
    )
    + "".join(
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON evidence_{name}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_delete();\n"
        for name in NO_DELETE
    )
    + """
CREATE TRIGGER survey_closed BEFORE UPDATE ON evidence_survey
    FOR EACH ROW WHEN (OLD.state = 'completed') EXECUTE FUNCTION refuse_change();
-- Signed by one: only the second signature or the way back may follow.
CREATE TRIGGER survey_signed BEFORE UPDATE ON evidence_survey
    FOR EACH ROW WHEN (
        OLD.state = 'signing' AND
        (OLD.application_id, OLD.purpose, OLD.visited_on, OLD.first_id, OLD.second_id,
         OLD.conclusion, OLD.note, OLD.answers)
        IS DISTINCT FROM
        (NEW.application_id, NEW.purpose, NEW.visited_on, NEW.first_id, NEW.second_id,
         NEW.conclusion, NEW.note, NEW.answers))
    EXECUTE FUNCTION refuse_change();
"""
)
BACKWARD = (
    "DROP TRIGGER survey_closed ON evidence_survey;\n"
    "DROP TRIGGER survey_signed ON evidence_survey;\n"
    + "".join(
        f"DROP TRIGGER {name}_append_only ON evidence_{name};\n"
        f"DROP TRIGGER {name}_no_truncate ON evidence_{name};\n"
        for name in APPEND_ONLY
    )
    + "".join(f"DROP TRIGGER {name}_no_delete ON evidence_{name};\n" for name in NO_DELETE)
)


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        ("offices", "0002_guards"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
