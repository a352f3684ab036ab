"""What kept answers stand on is watched (offices 0005)."""

from django.db import migrations

OF_FILE = (
    "(SELECT f.household_id FROM registers_childfile f WHERE f.id = r.file_id)",
    "(SELECT f.person_id FROM registers_childfile f WHERE f.id = r.file_id)",
)
WATCHED = {
    "registers_monitored": ("r.household_id", "NULL::bigint"),
    "registers_alertwork": ("r.household_id", "r.person_id"),
    "registers_childfile": ("r.household_id", "r.person_id"),
    "registers_rating": OF_FILE,
    "registers_childvisit": OF_FILE,
    "registers_childreport": OF_FILE,
    "registers_carer": OF_FILE,
}
FORWARD = [
    (f"CALL offices_watch('{table}', %s, %s)", list(columns)) for table, columns in WATCHED.items()
]
BACKWARD = [f"CALL offices_unwatch('{table}')" for table in WATCHED]


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0005_stay_application"),
        ("offices", "0005_kept_answers"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
