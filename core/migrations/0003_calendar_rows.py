from datetime import UTC, date, datetime

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every year the installed package knows; a later package is loaded by `manage.py load_calendar`."""
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    days = [(on, False, name) for on, name in holidays.items()] + [(on, True, name) for on, name in workdays.items()]
    CalendarDay = apps.get_model("core", "CalendarDay")
    CalendarDay.objects.bulk_create(
        [CalendarDay(on=on, is_working=is_working, name=names.get(name, name)) for on, is_working, name in days],
        update_conflicts=True,
        unique_fields=["on"],
        update_fields=["is_working", "name"],
    )
    CalendarYear = apps.get_model("core", "CalendarYear")
    loaded_at = datetime.now(UTC)
    years = sorted({on.year for on in holidays if date(on.year, 10, 1) in holidays})
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, source="chinesecalendar", loaded_at=loaded_at) for year in years],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
