from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = _("机构人员")

    def ready(self) -> None:
        from organizations import signals  # noqa: F401 (connects receivers)
        from organizations.daily import end_old_sessions, forget_old_commands
        from organizations.hooks import daily_jobs
        from organizations.services.handover import close_accounts_of_leavers

        for job in (close_accounts_of_leavers, end_old_sessions, forget_old_commands):
            if job not in daily_jobs:
                daily_jobs.append(job)
