from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.clock import now
from core.errors import Invalid
from organizations.kinds import AdminRole
from organizations.services import NewPerson, create_person, set_admin_role


class Command(BaseCommand):
    help = "Open the account of an administrator; the first three of a new site come this way."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=AdminRole.values)
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new = open_account(role=options["role"], username=options["username"], name=options["name"])
        except Invalid as exc:
            raise CommandError("；".join(sum(exc.fields.values(), [])) or exc.message) from exc
        self.stdout.write(f"{new.user.username}\t{new.temporary_password}")


@transaction.atomic
def open_account(*, role: str, username: str, name: str) -> NewPerson:
    at = now()
    new = create_person(actor=None, unit=None, username=username, name=name, at=at)
    set_admin_role(actor=None, user=new.user, role=role, at=at)
    return new
