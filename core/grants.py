"""What the application's role may do: everything but change what is append-only or touch the schema."""

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, transaction
from django.db.models.signals import post_migrate

from core.append_only import REGISTRY


def connect() -> None:
    post_migrate.connect(_after_migrate, dispatch_uid="core.grants")


def _after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:
    """The signal comes once per app with models; the last one finds every table in place."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender.label != with_models[-1].label:
        return
    if settings.AS_OWNER and settings.APPLICATION_ROLE != settings.OWNER_ROLE:
        grant_to(settings.APPLICATION_ROLE, using=using)


def grant_to(role: str, *, using: str = "default") -> None:
    """Give the role its rights on the present tables; may run again. The connection must be the owner's."""
    connection = connections[using]
    name = connection.ops.quote_name(role)
    present = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for table in sorted(REGISTRY & present):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {connection.ops.quote_name(table)} FROM {name}")
