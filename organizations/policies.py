"""Who keeps whom: which posts of which units an account may fill, and which units it sees at all.

Source: architecture 3.2 and issue 2: a principal keeps his own unit's people, the bureau's office keeps heads,
the system administrator makes units, accounts and first heads and has no other right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import NotAllowed, NotFound
from organizations.kinds import HEAD_POSTS, PERSONAL_POSTS, UNIT_POSTS, AdminRole, PostKind, UnitKind
from organizations.models import Holding, Post, Unit, User
from organizations.posts import Directory, HeldPost, OpenPost, list_held_posts

# Who fills the posts of a unit that are no heads'. Where nobody holds that post, the next unit above does.
STAFF_KEEPERS: Mapping[str, Sequence[str]] = {
    UnitKind.SCH: (PostKind.PRINCIPAL,),
    UnitKind.KG: (PostKind.PRINCIPAL,),
    UnitKind.PT: (PostKind.PRINCIPAL,),
    UnitKind.CEN: (PostKind.CENTRAL_HEAD,),
    UnitKind.SEC: (PostKind.SECTION_HEAD,),
    UnitKind.SUB: (PostKind.DEPARTMENT_LEADER,),
    UnitKind.DEP: (PostKind.DEPARTMENT_LEADER,),
    UnitKind.TWN: (PostKind.DEPARTMENT_LEADER,),
    UnitKind.EDU: (PostKind.OFFICE_DIRECTOR,),
    UnitKind.GOV: (PostKind.COORDINATOR,),
}
# Who fills the heads' posts below: the safety office in the bureau's tree, the coordinator beside it.
HEAD_KEEPERS: Mapping[str, Sequence[str]] = {
    UnitKind.EDU: (PostKind.OFFICE_DIRECTOR, PostKind.OFFICE_CLERK),
    UnitKind.GOV: (PostKind.COORDINATOR,),
}
# Who reads the rules of his bureau, beside the system administrator, who changes them.
RULE_READERS = frozenset({PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR, PostKind.LEADER, PostKind.CHIEF})
# Who looks after the clock, beside the system administrator.
HEALTH_READERS = frozenset({PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR})
KEEPERS = frozenset(kind for table in (STAFF_KEEPERS, HEAD_KEEPERS) for kinds in table.values() for kind in kinds)

# Posts that nobody of the business may fill.
ADMINISTRATOR_FILLS = frozenset({PostKind.LEADER, PostKind.CHIEF, PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR})
# Posts that the system administrator fills while they are vacant, so that a unit can begin.
FIRST_HEADS = HEAD_POSTS | {PostKind.OFFICE_DIRECTOR}


def may_delegate(user: User, holding: Holding) -> bool:
    """His own post, none that he stands in for himself, and none that is trusted to him in person."""
    is_own = holding.user_id == user.pk and holding.delegated_by_id is None
    return is_own and not user.admin_role and holding.post.kind not in PERSONAL_POSTS


class Authority:
    """What one account may do to units and people at one moment; no account stands for a command.

    Reads the account's posts and each unit's holders once.
    """

    def __init__(self, actor: User | None, at: datetime) -> None:
        self.actor = actor
        self.directory = Directory(today(at))
        self.held: list[HeldPost] = list_held_posts(actor, at) if actor else []

    @property
    def is_command(self) -> bool:
        return self.actor is None

    def has_role(self, *roles: AdminRole) -> bool:
        return self.actor is None or (self.actor.is_active and self.actor.admin_role in roles)

    @property
    def is_system_administrator(self) -> bool:
        return self.actor is not None and self.has_role(AdminRole.SYSTEM)

    @property
    def has_role_of_administrator(self) -> bool:
        return self.actor is not None and bool(self.actor.admin_role)

    @property
    def keeps_anybody(self) -> bool:
        return self.has_role(AdminRole.SYSTEM) or any(post.kind in KEEPERS for post in self.held)

    def units(self) -> QuerySet[Unit]:
        """The units this account sees in 机构人员: its own with all below, or every unit."""
        if self.has_role(AdminRole.SYSTEM):
            return Unit.objects.all()
        return Unit.objects.filter(path__overlap=[post.unit_id for post in self.held if post.kind in KEEPERS])

    def people(self) -> QuerySet[User]:
        """Everybody who belongs to one of these units or holds a post there."""
        if self.has_role(AdminRole.SYSTEM, AdminRole.SECURITY):
            return User.objects.all()
        units = self.units().values("pk")
        holders = Holding.objects.filter(post__unit__in=units).values("user")
        return User.objects.filter(Q(unit__in=units) | Q(pk__in=holders))

    def keepers(self, unit: Unit, post_kind: str) -> list[OpenPost]:
        """The posts that may fill this post now; empty where only the system administrator may."""
        if post_kind in ADMINISTRATOR_FILLS:
            return []
        table = HEAD_KEEPERS if post_kind in HEAD_POSTS else STAFF_KEEPERS
        return self.directory.nearest(unit.path, table)

    def is_vacant(self, unit: Unit, post_kind: str) -> bool:
        return not any(post.kind == post_kind for post in self.directory.posts_in([unit.pk]))

    def may_fill(self, unit: Unit, post_kind: str) -> bool:
        if self.is_command:
            return True
        if self.has_role(AdminRole.SYSTEM):
            is_first = post_kind in FIRST_HEADS and self.is_vacant(unit, post_kind)
            return post_kind in ADMINISTRATOR_FILLS or is_first
        mine = {post.id for post in self.held}
        return any(post.id in mine for post in self.keepers(unit, post_kind))

    def may_add_person(self, unit: Unit) -> bool:
        if self.has_role(AdminRole.SYSTEM):
            return True
        return any(self.may_fill(unit, kind) for kind in UNIT_POSTS.get(UnitKind(unit.kind), ()))

    def may_switch(self, user: User, posts: Sequence[Post]) -> bool:
        """Whether it may open or close this account, whose present and coming posts these are."""
        if self.is_command:
            return True
        if self.actor is not None and self.actor.pk == user.pk:
            return False
        if user.admin_role:
            return self.has_role(AdminRole.SECURITY)
        if self.has_role(AdminRole.SYSTEM):
            return True
        if not posts:
            return user.unit is not None and self.may_add_person(user.unit)
        return all(self.may_fill(post.unit, post.kind) for post in posts)

    def require_fill(self, unit: Unit, post_kind: str) -> None:
        """Raises NotAllowed naming the posts that may."""
        if not self.may_fill(unit, post_kind):
            who = "、".join(post.label for post in self.keepers(unit, post_kind)) or str(AdminRole.SYSTEM.label)
            raise NotAllowed(_("这个岗位的人员由%(who)s管理，请联系他们办理。") % {"who": who})

    def require_role(self, *roles: AdminRole) -> None:
        if not self.has_role(*roles):
            who = "、".join(str(role.label) for role in roles)
            raise NotAllowed(_("这项操作由%(who)s办理。") % {"who": who})

    def require_other(self, user: User) -> None:
        """Nobody changes his own appointments or account."""
        if self.actor is not None and self.actor.pk == user.pk:
            raise NotAllowed(_("不能变更自己的任职或账号，请由其他有权人员办理。"))

    def access_unit(self, unit_id: int) -> Unit:
        """Raises NotAllowed when this account keeps nobody, NotFound when the unit is out of its scope."""
        self.require_keeper()
        unit = self.units().filter(pk=unit_id).first()
        if unit is None:
            raise NotFound
        return unit

    def access_person(self, user_id: int) -> User:
        if not self.has_role(AdminRole.SECURITY):
            self.require_keeper()
        user = self.people().filter(pk=user_id).first()
        if user is None:
            raise NotFound
        return user

    def require_keeper(self) -> None:
        if not self.keeps_anybody:
            raise NotAllowed(_("您的岗位不管理机构人员，请联系本单位负责人。"))
