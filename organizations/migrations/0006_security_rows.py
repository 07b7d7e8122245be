from django.db import migrations

# Source: GB/T 22239-2019 8.1.4.1 and the practice of its assessments; OWASP ASVS 4.0.3 V2.1.
PROFILES = (
    {
        "code": "dengbao",
        "name": "等保要求",
        "min_length": 8,
        "n_classes": 3,
        "rotation_days": 90,
        "warning_days": 7,
        "n_remembered": 5,
        "refuses_common": True,
        "source": "GB/T 22239-2019 8.1.4.1",
    },
    {
        "code": "asvs",
        "name": "长密码，不定期更换",
        "min_length": 12,
        "n_classes": 0,
        "rotation_days": 0,
        "warning_days": 0,
        "n_remembered": 0,
        "refuses_common": True,
        "source": "OWASP ASVS 4.0.3 V2.1",
    },
)
# Who approves in the bureau or for the county.
APPROVERS = ["leader", "chief", "office_director", "coordinator"]


def add_rows(apps, schema_editor):
    profiles = apps.get_model("organizations", "PasswordProfile").objects
    for row in PROFILES:
        profiles.get_or_create(code=row["code"], defaults=row)
    policies = apps.get_model("organizations", "SecurityPolicy").objects
    if not policies.exists():
        policies.create(
            password_profile=profiles.get(code="dengbao"),
            second_factor_posts=APPROVERS,
            second_factor_for_administrators=True,
            grace_days=7,
            remember_days=30,
        )


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_security")]

    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
