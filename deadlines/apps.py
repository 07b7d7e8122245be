from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = _("时限")

    def ready(self) -> None:
        from core import append_only
        from core.readiness import READY
        from deadlines.health import is_alive

        READY["clock"] = is_alive
        append_only.REGISTRY.add("deadlines_deadlinefiring")
