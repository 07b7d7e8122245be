from importlib.util import find_spec

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "核心"

    def ready(self) -> None:
        from core import grants
        from core.append_only import REGISTRY

        REGISTRY.add("core_auditentry")
        grants.connect()
        if find_spec("core.checks"):
            import core.checks  # noqa: F401
