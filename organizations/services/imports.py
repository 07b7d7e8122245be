from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.clock import today
from core.errors import Invalid, WrongState
from core.models import AuditKind
from core.workbooks import read_workbook
from organizations.imports.bring import carry_out
from organizations.imports.columns import SHEETS
from organizations.imports.files import write_passwords
from organizations.imports.plan import make_plan
from organizations.imports.reading import Reading, read_rows
from organizations.kinds import AdminRole
from organizations.models import Holding, PeopleImport, User
from organizations.policies import Authority
from organizations.posts import unended
from organizations.services.changing import changing
from organizations.services.passwords import temporary_password
from organizations.services.units import lock_tree

# What was looked at and not brought in is forgotten: it holds names and phone numbers.
KEPT = timedelta(days=1)
# First passwords can be drawn so long after the import; later the security administrator resets one by one.
PASSWORDS_TOLD = timedelta(days=30)
FIRST_HASHER = "first_pbkdf2_sha256"


@changing()
def check_people_import(*, actor: User, raw: bytes, file_name: str, at: datetime) -> PeopleImport:
    """Read a workbook and say what it would change; changes nothing but to keep its rows for a day.

    Raises Invalid at `file` for what is no workbook of ours. What is wrong in cells is in `errors`.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    reading = read_rows(read_workbook(raw, sheets=SHEETS))
    plan = make_plan(reading, at)
    return PeopleImport.objects.create(
        made_by=actor,
        made_at=at,
        file_name=file_name[-120:],
        rows=reading.rows,
        errors=sorted(reading.errors, key=lambda error: (error["sheet"], error["number"])),
        counts=plan.counts(),
    )


@changing()
def bring_people_in(*, actor: User, imported: PeopleImport, at: datetime) -> PeopleImport:
    """Make and change everything a checked workbook says, or nothing.

    Raises WrongState when it was done already, has errors, or no longer fits what stands now.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    lock_tree()
    imported = PeopleImport.objects.select_for_update().get(pk=imported.pk)
    if imported.done_at is not None:
        raise WrongState(_("这份表已经导入。"))
    if imported.errors or not imported.rows:
        raise WrongState(_("这份表有问题或已过期，请重新上传。"))
    reading = Reading(rows=imported.rows)
    plan = make_plan(reading, at)
    if reading.errors:
        raise WrongState(_("上传之后机构人员有了变动，请重新上传这份表。"))
    counts = plan.counts()
    try:
        made = carry_out(plan, actor, at)
    except Invalid as error:
        raise WrongState("；".join(sum(error.fields.values(), [])) or error.message) from error
    imported.rows, imported.done_at, imported.counts = {}, at, {**counts, "accounts": len(made)}
    imported.save(update_fields=["rows", "done_at", "counts"])
    imported.people.set(made)
    _record(actor, at, "people.imported", imported, **imported.counts)
    return imported


@changing()
def tell_first_passwords(*, actor: User, imported: PeopleImport, at: datetime) -> bytes:
    """A workbook with a new first password for each account of the import that nobody has used yet.

    They are stored nowhere in the clear; asked for again, the passwords of the former sheet no longer hold.
    """
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    imported = PeopleImport.objects.select_for_update().get(pk=imported.pk)
    if imported.done_at is None or at - imported.done_at >= PASSWORDS_TOLD:
        raise WrongState(_("导入已超过 %(n)d 天，请由安全管理员逐个重置密码。") % {"n": PASSWORDS_TOLD.days})
    unused = imported.people.filter(must_set_password=True, last_login=None, is_active=True)
    users = list(unused.select_for_update(of=("self",)).select_related("unit").order_by("unit__path", "name", "pk"))
    if not users:
        raise WrongState(_("这些人员都已设定自己的密码。"))
    posts = _posts_of(users, at)
    told = [(user, posts.get(user.pk, ""), temporary_password()) for user in users]
    for user, _titles, password in told:
        user.password = make_password(password, hasher=FIRST_HASHER)
    User.objects.bulk_update(users, ["password"], batch_size=500)
    _record(actor, at, "people.passwords_told", imported, accounts=len(users))
    return write_passwords(told)


def forget_old_imports(at: datetime) -> None:
    """Every day: drop the rows of what nobody brought in."""
    PeopleImport.objects.filter(done_at=None, made_at__lt=at - KEPT).exclude(rows={}).update(rows={}, errors=[])


def _posts_of(users: list[User], at: datetime) -> Mapping[int, str]:
    titles: dict[int, list[str]] = {}
    for holding in Holding.objects.filter(unended(today(at)), user__in=users).select_related("post").order_by("pk"):
        titles.setdefault(holding.user_id, []).append(holding.post.title)
    return {user_id: "、".join(found) for user_id, found in titles.items()}


def _record(actor: User, at: datetime, action: str, imported: PeopleImport, **detail: object) -> None:
    record_audit(
        kind=AuditKind.ACCOUNT, at=at, actor=actor, action=action, subject=imported.file_name,
        detail={"import": imported.pk, **detail},
    )  # fmt: skip
