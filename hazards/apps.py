from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "hazards"
    verbose_name = _("隐患")

    def ready(self) -> None:
        from core import append_only
        from core.calendars import calendar_changed
        from deadlines import hooks as deadline_hooks
        from deadlines.calendars import unit_calendar_changed
        from hazards import checks, moving, services  # noqa: F401 (registers checks and verbs)
        from hazards.digests import send_daily
        from hazards.firing import HazardFirer
        from hazards.live import live_since, unit_paths, working_hours
        from hazards.notice_kinds import list_kinds
        from hazards.notice_words import say_of_hazards, say_of_units
        from hazards.readable import list_readable
        from hazards.recomputing import after_days_changed, after_unit_calendar_changed, finish_recomputing
        from hazards.services.bulk import purge_runs
        from hazards.services.lapse_reading import lapse_after_holding, lapse_readings
        from hazards.services.unit_measures import draft_for_last_quarter
        from hazards.taking_over import take_over_all
        from hazards.uploads import purge_orphans
        from notifications import hooks as message_hooks
        from notifications import kinds, texts
        from organizations import hooks

        if not deadline_hooks.firers:
            deadline_hooks.firers.append(HazardFirer())
        _join(hooks.daily_jobs, purge_orphans)
        _join(hooks.daily_jobs, lapse_readings)
        _join(hooks.daily_jobs, purge_runs)
        _join(hooks.daily_jobs, take_over_all)
        _join(hooks.daily_jobs, finish_recomputing)
        _join(calendar_changed, after_days_changed)
        _join(unit_calendar_changed, after_unit_calendar_changed)
        _join(hooks.daily_jobs, draft_for_last_quarter)
        _join(hooks.holding_changed, lapse_after_holding)
        _join(hooks.unit_merged, moving.move_work)
        _join(hooks.unit_renamed, moving.rewrite_search)
        _join(hooks.unit_moved, moving.rewrite_keys_of_moved)
        _join(hooks.open_work_of_unit, moving.list_open_work_of_unit)
        _join(message_hooks.live_since, live_since)
        _join(message_hooks.working_hours_of, working_hours)
        _join(message_hooks.readable_subjects, list_readable)
        _join(message_hooks.each_minute, send_daily)
        _join(message_hooks.unit_paths_of, unit_paths)
        kinds.register(list_kinds())
        texts.sayers.update(
            {
                "hazard": say_of_hazards,
                "deadline": say_of_hazards,
                "measure": say_of_hazards,
                "unit_measure": say_of_units,
            }
        )
        append_only.REGISTRY.add("hazards_hazardevent")


def _join(hook: list[Any], part: Any) -> None:
    """Once, however often the app is made ready."""
    if part not in hook:
        hook.append(part)
