"""The few dues that wait, have lapsed or are held: found by month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_guards"),
        ("payments", "0002_guards"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("verdict__in", (3, 4, 5))),
                fields=["month"],
                name="due_standing",
            ),
        ),
    ]
