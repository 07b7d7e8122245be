from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("消息")

    def ready(self) -> None:
        from core.readiness import READY
        from notifications import delivery_checks  # noqa: F401 (registers checks)
        from notifications.health import is_alive
        from notifications.outbox import gathering
        from notifications.socket_hooks import join_hooks
        from organizations import hooks

        READY["relay"] = is_alive
        if gathering not in hooks.around_changes:
            hooks.around_changes.append(gathering)
        join_hooks()
