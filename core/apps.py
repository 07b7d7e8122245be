from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "核心"

    def ready(self) -> None:
        from core import checks, grants  # noqa: F401
        from core.append_only import REGISTRY
        from core.readiness import READY
        from core.valkey import is_answering

        READY["valkey"] = lambda at: is_answering()
        REGISTRY.add("core_auditentry")
        grants.connect()
