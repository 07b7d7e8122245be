from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("机构人员")

    def ready(self) -> None:
        from organizations import signals  # noqa: F401 (connects receivers)
        from organizations.daily import end_old_sessions, forget_old_commands
        from organizations.hooks import credentials_revoked, daily_jobs, holding_changed
        from organizations.second_factor.daily import end_tokens_without_factor, forget_what_is_over
        from organizations.second_factor.devices import forget_devices_of, forget_devices_of_leavers
        from organizations.services.handover import close_accounts_of_leavers
        from organizations.services.imports import forget_old_imports

        jobs = (
            close_accounts_of_leavers,
            end_old_sessions,
            forget_old_commands,
            forget_old_imports,
            end_tokens_without_factor,
            forget_what_is_over,
        )
        for job in jobs:
            if job not in daily_jobs:
                daily_jobs.append(job)
        if forget_devices_of not in credentials_revoked:
            credentials_revoked.append(forget_devices_of)
        if forget_devices_of_leavers not in holding_changed:
            holding_changed.append(forget_devices_of_leavers)
