"""The database has what the models promise: a migration of one thing can drop another unseen."""

from django.apps import apps
from django.db import connection

OURS = ("core", "organizations", "deadlines", "notifications", "documents", "hazards", "workflows")


def test_every_constraint_and_index_of_a_model_exists(db: None) -> None:
    promised = {
        one.name
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for one in (*model._meta.constraints, *model._meta.indexes)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")
        found = {name for (name,) in cursor.fetchall()}
    assert promised and promised <= found
