"""Fields and filters: what Django stores, refuses and shows."""

from datetime import date
from itertools import product

import pytest
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.template import Context, Template
from django.test.utils import isolate_apps

from apps.units.fields import FenField, MonthField, first_of_month


@pytest.fixture
def paid(db):
    """A table with a month, a fen and the check, for the length of a test."""
    with isolate_apps("apps.units"):

        class Paid(models.Model):
            month = MonthField("所属月份")
            fen = FenField("金额", null=True)
            period = DateRangeField("期间", null=True)

            class Meta:
                app_label = "units"
                constraints = [
                    first_of_month("paid_month_first", "month"),
                    first_of_month("paid_period_starts_first", "period__startswith"),
                    first_of_month("paid_period_ends_first", "period__endswith"),
                ]

        with connection.schema_editor() as editor:
            editor.create_model(Paid)
        yield Paid
        with connection.schema_editor() as editor:
            editor.delete_model(Paid)


def test_the_database_refuses_a_month_that_is_not_its_first_day(paid):
    paid.objects.create(month=date(2024, 12, 1), fen=1)
    with pytest.raises(IntegrityError, match="paid_month_first"), transaction.atomic():
        paid.objects.bulk_create([paid(month=date(2024, 12, 2))])
    with pytest.raises(IntegrityError), transaction.atomic():
        paid.objects.update(month=date(2025, 1, 31))


def test_the_database_refuses_a_range_that_starts_or_ends_inside_a_month(paid):
    first, inside = date(2024, 12, 1), date(2025, 1, 2)
    paid.objects.create(month=first, period=(first, None))
    paid.objects.create(month=first, period=(first, date(2025, 1, 1)))
    with pytest.raises(IntegrityError, match="paid_period_ends_first"), transaction.atomic():
        paid.objects.create(month=first, period=(first, inside))
    with pytest.raises(IntegrityError, match="paid_period_starts_first"), transaction.atomic():
        paid.objects.create(month=first, period=(inside, None))


def test_a_month_is_stored_and_asked_for_by_its_code_and_lies_between_days(paid):
    paid.objects.create(month="2024-12", fen=2**60)
    row = paid.objects.get(month="2024-12")
    assert (row.month, row.fen) == (date(2024, 12, 1), 2**60)
    assert paid.objects.filter(month__lte=date(2024, 12, 31), month__gt=date(2024, 11, 30)).exists()


def test_a_model_form_check_says_which_day_is_not_a_first():
    field = MonthField()
    assert field.clean("2024-12", None) == date(2024, 12, 1)
    with pytest.raises(ValidationError, match="2024-12-02不是月份的第一天"):
        field.clean(date(2024, 12, 2), None)
    with pytest.raises(ValidationError, match="请写成 2024-12 的样子"):
        field.clean("2024-13", None)


def test_a_month_box_shows_and_reads_the_code():
    box = MonthField("所属月份").formfield()
    assert 'type="month"' in box.widget.render("m", date(2024, 12, 1))
    assert 'value="2024-12"' in box.widget.render("m", date(2024, 12, 1))
    assert box.clean("2024-12") == date(2024, 12, 1)


def test_migrations_can_write_the_fields_down():
    for field in (MonthField("月份", null=True), FenField("金额", default=0)):
        _, path, args, kwargs = field.deconstruct()
        assert path == f"apps.units.fields.{type(field).__name__}"
        assert type(field)(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


@pytest.mark.parametrize(
    ("expression", "value", "shown"),
    [
        ("v|yuan", 123450, "1,234.50"),
        ("v|yuan", 0, "0.00"),
        ("v|yuan", -5, "-0.05"),
        ("v|capital", 20050, "贰佰元伍角整"),
        ("v|month", date(2024, 12, 1), "2024年12月"),
        ("v|masked", "430482198001010012", "430482********0012"),
        ("v|percent", 3333, "33.33%"),
        ("v|percent", 0, "0%"),
        *product(["v|yuan", "v|capital", "v|month", "v|masked", "v|percent"], [None, ""], [""]),
    ],
)
def test_pages_show_units_as_people_write_them_and_nothing_for_nothing(expression, value, shown):
    page = Template("{% load units %}{{ " + expression + " }}")
    assert page.render(Context({"v": value})) == shown
