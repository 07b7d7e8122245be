from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = _("流程")

    def ready(self) -> None:
        from hazards.hooks import advance_flow
        from hazards.hooks import advance_sides as side_hook
        from organizations.hooks import daily_jobs, holding_changed
        from workflows import checks  # noqa: F401 (registers checks)
        from workflows.engine import advance
        from workflows.resolve import resolve_after_holding, resolve_vacant
        from workflows.side_engine import advance_sides

        if advance not in advance_flow:
            advance_flow.append(advance)
        if advance_sides not in side_hook:
            side_hook.append(advance_sides)
        if resolve_after_holding not in holding_changed:
            holding_changed.append(resolve_after_holding)
        if resolve_vacant not in daily_jobs:
            daily_jobs.append(resolve_vacant)
