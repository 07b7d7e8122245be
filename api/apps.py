from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from api import checks  # noqa: F401 (registers checks)
        from api.authentication import revoke_token
        from organizations.hooks import credentials_revoked

        if revoke_token not in credentials_revoked:
            credentials_revoked.append(revoke_token)
