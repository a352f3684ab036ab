"""Search by the tail of an ID number and by whole or begun pinyin readings, by index."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import F, Func, Value
from django.db.models.functions import Reverse


class Migration(migrations.Migration):
    dependencies = [("households", "0002_guards")]
    operations = [
        migrations.AddIndex(
            "person",
            models.Index(
                OpClass(Reverse("id_number"), name="text_pattern_ops"), name="person_id_tail"
            ),
        ),
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["pinyin"], name="person_pinyin_prefix", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            "person",
            GinIndex(
                Func(F("pinyin"), Value(" "), function="string_to_array"),
                name="person_pinyin_readings",
            ),
        ),
    ]
