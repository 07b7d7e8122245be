from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    name = "hazards"
    verbose_name = _("隐患")

    def ready(self) -> None:
        from core import append_only
        from hazards import checks, services  # noqa: F401 (registers checks and verbs)
        from hazards.uploads import purge_orphans
        from organizations.hooks import daily_jobs

        if purge_orphans not in daily_jobs:
            daily_jobs.append(purge_orphans)
        append_only.REGISTRY.add("hazards_hazardevent")
