from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("流程")

    def ready(self) -> None:
        from hazards.digests import more_figures
        from hazards.hooks import advance_flow
        from hazards.hooks import advance_sides as side_hook
        from hazards.hooks import open_side_posts as side_posts
        from notifications import kinds, texts
        from organizations.hooks import daily_jobs, holding_changed, open_work, work_handed_over
        from workflows import checks  # noqa: F401 (registers checks)
        from workflows.digests import count_to_dos
        from workflows.engine import advance
        from workflows.handover import list_open_work, pass_on_what_is_his
        from workflows.moved_work import KINDS, say_work
        from workflows.resolve import resolve_after_holding, resolve_vacant
        from workflows.side_engine import advance_sides, open_side_posts

        _join(advance_flow, advance)
        _join(side_hook, advance_sides)
        _join(side_posts, open_side_posts)
        _join(holding_changed, resolve_after_holding)
        _join(daily_jobs, resolve_vacant)
        _join(more_figures, count_to_dos)
        _join(open_work, list_open_work)
        _join(work_handed_over, pass_on_what_is_his)
        kinds.register(KINDS)
        texts.sayers["work"] = say_work


def _join(hook: list[Any], part: Any) -> None:
    """Once, however often the app is made ready."""
    if part not in hook:
        hook.append(part)
