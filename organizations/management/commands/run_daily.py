from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.clock import now
from organizations.daily import run_daily


class Command(BaseCommand):
    help = "Follow up what came by date and clean up; run it once a day, more often does no harm."

    def handle(self, *args: Any, **options: Any) -> None:
        failures = run_daily(now())
        for failure in failures:
            self.stderr.write(f"{failure.name}: {failure.message}")
        if failures:
            raise CommandError(f"{len(failures)} failed")
