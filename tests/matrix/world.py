"""A district in which every story stands in every state, a session for each of the cast, and one way to ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from core.clock import today
from core.models import AuditEntry
from deadlines.models import Policy
from deadlines.policy_services import copy_policy
from documents.services import draft_document, issue_document
from hazards.models import BulkRun, Evidence, Hazard, HazardEvent, Upload
from hazards.uploads import store_upload
from notifications.models import Outlet
from notifications.services import read_all
from organizations.kinds import AdminRole, PostKind, UnitKind
from organizations.models import HandOverSheet, Holding, PeopleImport, Post, RememberedDevice, User
from organizations.second_factor.devices import remember_device
from tests.matrix.scenes import SCENES
from tests.matrix.scope import (
    NEWCOMER,
    ROLES,
    SELF_SUBMITTED,
    STANDS_FOR,
    STATES,
    STORIES,
    VISITORS,
    Roles,
    Story,
    roles,
)
from tests.support.district import LONG_AGO, District, build_district, make_person, make_unit, photo_bytes

# Stands in the text and place of every restricted hazard, and in the name of its photo.
SECRET = "紫荆暗号七四"
# Words that stand beside it, to search by.
WORDS_BESIDE = "推搡经过"
WHISTLER = "柳七娘"
KEYHOLDERS = STORIES["restricted"].reads
# The bureau knows who reported direct; beside it only he himself.
KNOW_WHISTLER = STORIES["direct"].reads
# Pages that tell who works where; they tell nothing of reports.
TELL_STAFF = re.compile(r"^/(people|units|holdings|accounts|audit)/")

MOST_MESSAGES = 1_000_000

CAST = {
    "colleague": ("school", PostKind.TEACHER),
    "whistler": ("school", PostKind.TEACHER),
    "point_teacher": ("point", PostKind.TEACHER),
    "other_section": ("finance", PostKind.SECTION_CLERK),
    "expert": ("experts", PostKind.EXPERT),
    "newcomer": ("school", PostKind.SAFETY),
    "deactivated": ("school", PostKind.SAFETY),
}
ADMINISTRATORS = {"sysadmin": AdminRole.SYSTEM, "secadmin": AdminRole.SECURITY, "auditor": AdminRole.AUDIT}
# One who may be let go in each unit, and one without a post who may be appointed.
STAFF_POST = {
    "school": PostKind.TEACHER,
    "sibling": PostKind.TEACHER,
    "central": PostKind.CENTRAL_SAFETY,
    "point": PostKind.TEACHER,
    "edu": PostKind.OFFICE_CLERK,
    "fire": PostKind.CONTACT,
}
HEAD_POST = {
    "school": PostKind.PRINCIPAL,
    "sibling": PostKind.PRINCIPAL,
    "central": PostKind.CENTRAL_HEAD,
    "point": PostKind.PRINCIPAL,
    "fire": PostKind.DEPARTMENT_LEADER,
}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str

    @property
    def told(self) -> str | int:
        """The status; a redirect that only asks for a login or a first password is no success."""
        if self.status == 302 and self.location.startswith("/login/"):
            return "login"
        if self.status == 302 and self.location == "/password/first/":
            return "first password"
        return self.status

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class World:
    d: District
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)
    # The mates of scenes: masters that others were merged into.
    beside: list[str] = field(default_factory=list)
    # Rows that pages of people are asked for.
    papers: dict[str, int] = field(default_factory=dict)
    # Official papers of each story's hazard under way: {own@draft: id}.
    documents: dict[str, int] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def unit(self, name: str) -> int:
        return self.d.units[name].pk

    def person(self, role: str) -> int:
        return self.d.people[role].pk

    def post(self, unit: str, kind: PostKind) -> int:
        return self._posts[self.unit(unit), kind]

    def holding(self, role: str) -> int:
        return self._held[role][0]

    def device(self, role: str) -> int:
        """A browser that this role remembered."""
        return RememberedDevice.objects.get(user=self.d.people[role]).pk

    def post_of(self, role: str) -> str:
        """As a refusal names it."""
        return self._held[STANDS_FOR.get(role, role)][1]

    @cached_property
    def _posts(self) -> dict[tuple[int, str], int]:
        return {(unit, kind): pk for pk, unit, kind in Post.objects.values_list("pk", "unit_id", "kind")}

    @cached_property
    def _held(self) -> dict[str, tuple[int, str]]:
        holdings = Holding.objects.filter(delegated_by=None).select_related("post__unit", "user")
        return {one.user.username: (one.pk, str(one.post)) for one in holdings}

    def log_in(self, role: str) -> str:
        """The key of a new session."""
        client = Client()
        client.force_login(self.d.people[role])
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(
        self,
        role: str,
        verb: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        strict: Client | None = None,
        token: str = "",
    ) -> Answer:
        """As this role's session; JSON below /api/, a form elsewhere. Every answer is searched for what it may not tell."""
        client = strict or self.client
        session = {settings.SESSION_COOKIE_NAME: self.sessions[role]} if role in self.sessions else {}
        client.cookies = SimpleCookie({**session, **({settings.CSRF_COOKIE_NAME: token} if token else {})})
        send = getattr(client, verb.lower())
        if verb in ("GET", "HEAD", "OPTIONS"):
            response = send(path)
        elif path.startswith("/api/") and path != "/api/v1/uploads/":
            response = send(path, json.dumps(data or {}), content_type="application/json")
        elif verb == "POST":
            response = send(path, data or {})
        else:
            response = send(path)
        text = "" if response.streaming else response.content.decode(errors="replace")
        if response.streaming:
            # Read to its end, which closes the file and leaves the connection open.
            list(response.streaming_content)
        answer = Answer(response.status_code, text, response.headers.get("Location", ""))
        self._look_for_leaks(role, verb, path, answer, str(response.headers))
        return answer

    def _look_for_leaks(self, role: str, verb: str, path: str, answer: Answer, headers: str) -> None:
        if role not in KEYHOLDERS and (SECRET in answer.text or SECRET in headers):
            self.leaks.append(f"{role} reads restricted text at {verb} {path}")
        if role not in KNOW_WHISTLER and not TELL_STAFF.match(path) and WHISTLER in _without_choices(answer.text):
            self.leaks.append(f"{role} reads who reported direct at {verb} {path}")

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside is taken back."""
        mark = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(mark)

    def n_events(self) -> int:
        return HazardEvent.objects.count()

    @cached_property
    def untouched(self) -> dict[str, tuple[int, str]]:
        """The fingerprint as each test finds it, for all of them are taken back; to be asked for before a test acts."""
        return self.fingerprint()

    def fingerprint(self) -> dict[str, tuple[int, str]]:
        """{table: (rows, hash of them)} of every table but those that keep traces of the asking itself."""
        with connection.cursor() as cursor:
            cursor.execute(_fingerprint_sql())
            return {table: (n_rows, seal) for table, n_rows, seal in cursor.fetchall()}


def _without_choices(text: str) -> str:
    """Lists to choose a colleague from name all of them."""
    return re.sub(r"<option.*?</option>|\"options\": ?\[.*?\]", "", text, flags=re.DOTALL)


# Denials, first openings, sessions, counted logins.
_TRACES = (
    "core_auditentry",
    "hazards_firstopening",
    "django_session",
    "axes_accessattempt",
    "axes_accesslog",
    "django_migrations",
)


def _fingerprint_sql() -> str:
    tables = sorted(set(connection.introspection.table_names()) - set(_TRACES))
    each = "SELECT '{0}', count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {0} t"
    return " UNION ALL ".join(each.format(table) for table in tables)


def build_world() -> World:
    world = World(build_district())
    _add_people(world.d)
    for subject in STORIES:
        for state in STATES:
            world.numbers[subject, state] = _tell(world.d, subject, state)
        if STORIES[subject].is_of_campus:
            world.numbers[subject, SELF_SUBMITTED] = _tell_own_path(world.d, subject)
        else:
            world.numbers[subject, SELF_SUBMITTED] = world.numbers[subject, "submitted"]
    world.numbers = {key: world.d.find(number).number for key, number in world.numbers.items()}
    world.scenes = {name: world.d.find(scene.reach(world.d)).number for name, scene in SCENES.items()}
    told = {*world.numbers.values(), *world.scenes.values()}
    world.beside = [one.number for one in Hazard.objects.defer("search") if one.number not in told]
    for number in world.scenes.values():
        world.versions[number] = world.d.find(number).version
    for key, number in world.numbers.items():
        world.versions[number] = world.d.find(number).version
        if key[1] == "rectifying":
            world.evidence[key[0]] = Evidence.objects.filter(hazard=world.d.find(number), stage="before").get().pk
    early = Evidence.objects.filter(hazard=world.d.find(world.numbers["direct", "reported"]))
    world.evidence["direct_reported"] = early.get().pk
    _remember_browsers(world.d)
    world.documents = _write_documents(world)
    world.papers = _make_papers(world.d)
    world.papers["run"] = _start_run(world)
    _open_sessions(world)
    _read_messages(world)
    assert not AuditEntry.objects.filter(kind="denial").exists()
    return world


def _add_people(d: District) -> None:
    d.units["finance"] = make_unit(UnitKind.SEC, "财务科", d.units["edu"], duty_domains=["05"])
    d.units["experts"] = make_unit(UnitKind.EXP, "专家库", d.units["edu"])
    for name, (unit, post) in CAST.items():
        d.people[name] = make_person(name, d.units[unit], post)
    for name, role in ADMINISTRATORS.items():
        d.people[name] = make_person(name, None, admin_role=role)
    d.people["delegate"] = make_person("delegate", d.units["edu"])
    own = Holding.objects.get(user=d.office)
    Holding.objects.create(
        post=own.post, user=d.people["delegate"], delegated_by=d.office, reason="外出培训", from_on=LONG_AGO,
        until_on=today(d.at) + timedelta(days=60), created_at=d.at,
    )  # fmt: skip
    for unit, kind in STAFF_POST.items():
        d.people[f"{unit}_leaver"] = make_person(f"{unit}_leaver", d.units[unit], kind)
        d.people[f"{unit}_spare"] = make_person(f"{unit}_spare", d.units[unit])
    User.objects.filter(username="whistler").update(name=WHISTLER)
    User.objects.filter(username=NEWCOMER).update(must_set_password=True)
    for name in d.people:
        d.people[name].refresh_from_db()


def _remember_browsers(d: District) -> None:
    for role in ("leader", "secadmin"):
        remember_device(d.people[role], agent="", address="", days=30, at=d.at)


def _write_documents(world: World) -> dict[str, int]:
    """The bureau's, about each story: one drafted, one issued."""
    found = {}
    for story in STORIES:
        hazard = world.d.find(world.numbers[story, "rectifying"])
        matter = SECRET if hazard.is_restricted else "栏杆松动"
        for state in ("draft", "issued"):
            paper = draft_document(
                kind="reminder", subject_id=hazard.pk, issuer_unit=world.d.units["edu"], addressee=hazard.unit,
                fields={"hazard": hazard.number, "matter": matter, "step": "整改", "due_on": today(world.d.at)},
                at=world.d.at, drafted_by=None,
            )  # fmt: skip
            found[f"{story}@{state}"] = paper.pk
            if state == "issued":
                issue_document(paper, by=world.d.director, at=world.d.at)
    return found


def _make_papers(d: District) -> dict[str, int]:
    """The principal will be stood in for next month; the school has a hand-over sheet, the bureau a bad workbook."""
    on = today(d.at)
    own = Holding.objects.get(user=d.principal)
    delegation = Holding.objects.create(
        post=own.post, user=d.people["school_spare"], delegated_by=d.principal, reason="外出培训",
        from_on=on + timedelta(days=30), until_on=on + timedelta(days=40), created_at=d.at,
    )  # fmt: skip
    leaver = d.people["school_leaver"]
    sheet = HandOverSheet.objects.create(person=leaver, on=on, made_by=d.principal, made_at=d.at)
    row = {"number": 2, "texts": {"name": "某人"}}
    error = {"sheet": "人员", "number": 2, "column": "username", "message": "请填写用户名。"}
    bad = PeopleImport.objects.create(
        made_by=d.people["sysadmin"], made_at=d.at, file_name="导入.xlsx", rows={"人员": [row]}, errors=[error]
    )
    policy = Policy.objects.get(bureau=None, number=1)
    draft = copy_policy(actor=None, source=policy, bureau=None, valid_from=on + timedelta(days=1), at=d.at)
    outlet = Outlet.objects.create(
        unit=d.units["central"],
        way="webhook",
        name="县平台",
        url="https://hook.example/in",
        secret="0" * 16,
        made_at=d.at,
    )
    return {
        "delegation": delegation.pk, "sheet": sheet.pk, "import": bad.pk, "policy": policy.pk, "draft": draft.pk,
        "outlet": outlet.pk,
    }  # fmt: skip


def _start_run(world: World) -> int:
    """The office is about to assign one hazard with many others."""
    number = world.numbers["own", "filed"]
    row = {"number": number, "version": world.versions[number], "fill": {"lead": world.unit("school")}}
    return BulkRun.objects.create(
        actor=world.d.office, action="assign", data={"requirements": "加固"}, rows=[row], created_at=world.d.at
    ).pk


def _open_sessions(world: World) -> None:
    """A session and an unused file for each of the cast; the account that is closed had them before."""
    for role in ROLES:
        if role == "anonymous":
            continue
        user = world.d.people[role]
        world.sessions[role] = world.log_in(role)
        if not user.admin_role:
            world.uploads[role] = str(world.d.photo(user).pk)
        if role in VISITORS:
            user.is_active = False
            user.save()


def _read_messages(world: World) -> None:
    """So that opening pages marks nothing."""
    for user in world.d.people.values():
        read_all(actor=user, until_no=MOST_MESSAGES, at=world.d.at)


def _report(d: District, story: Story) -> str:
    """With a photo, as that is evidence to be asked for."""
    who = d.people[story.reporter]
    secret = SECRET if story.is_restricted else ""
    photo: Upload = store_upload(actor=who, raw=photo_bytes(), name=f"{secret}现场.jpg", at=d.at)
    return d.report(
        who, unit=d.units[story.unit].pk, domain=story.domain, channel=story.channel, photos=[str(photo.pk)],
        place=f"操场{secret}", description=f"{WORDS_BESIDE}，{secret}" if secret else "栏杆松动",
    )  # fmt: skip


def _one_of(d: District, desk: Roles) -> User:
    return d.people[min(desk & roles("safety sibling_safety central outsider office confidant bureau_confidant"))]


def _tell(d: District, subject: str, state: str) -> str:
    """The number of a new hazard of the story in a state, all by the bureau's path after the report."""
    story = STORIES[subject]
    unit, number, n_steps = d.units[story.unit].pk, _report(d, story), STATES.index(state)
    office = _one_of(d, story.bureau or roles("office"))
    desk, worker = _one_of(d, story.desk), _one_of(d, story.lead_desk)
    if state == "returned":
        d.do("return_for_supplement", desk, number, missing="请补照片")
        return number
    if n_steps >= STATES.index("filed"):
        if story.is_of_campus:
            d.do("escalate", desk, number, reason="请教育局统一安排")
        d.do("file", office, number, level="general", domain=story.domain, competence="school")
    if n_steps >= STATES.index("assigned"):
        d.do("assign", office, number, lead=unit, requirements="加固")
    if n_steps >= STATES.index("rectifying"):
        d.do("sign", worker, number, interim_control="已拉警戒线", **named(d, story))
    if n_steps >= STATES.index("submitted"):
        d.submit(number, worker)
    if n_steps >= STATES.index("verified"):
        d.do("pass_verification", office, number, opinion="合格")
    return number


def _tell_own_path(d: District, subject: str) -> str:
    """Reported, self-handled and submitted by the campus's own desk."""
    story = STORIES[subject]
    number, desk = _report(d, story), _one_of(d, story.desk)
    d.do("self_handle", desk, number, measures="更换螺丝", interim_control="已警戒", **named(d, story))
    d.submit(number, d.central_head if story.unit == "point" else d.people[story.leader])
    return number


def named(d: District, story: Story) -> dict[str, object]:
    return {"leader": d.people[story.leader].pk, "handler": d.people[story.handler].pk}
