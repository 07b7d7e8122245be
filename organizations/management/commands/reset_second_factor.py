from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import now
from core.errors import DomainError
from organizations.models import User
from organizations.services.second_factor import reset_factor


class Command(BaseCommand):
    help = "Let an account enrol a new app at its next login; for the only security administrator, who lost his phone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"no account {options['username']}")
        try:
            reset_factor(actor=None, user=user, at=now())
        except DomainError as exc:
            raise CommandError(exc.message) from exc
        self.stdout.write(user.username)
