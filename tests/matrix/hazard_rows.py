"""What is expected of hazards, their acts, files and reports, on pages and by API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.matrix.addresses import ACT_PAGE, UNKNOWN_ACTION
from tests.matrix.deeds import SENT, credentials, sent_on_scene
from tests.matrix.rows import (
    Row,
    Rule,
    Status,
    always,
    api_first_password,
    call,
    first_password,
    for_,
    page,
    seen,
)
from tests.matrix.scenes import ACTED, SCENES, scenes_of
from tests.matrix.scope import (
    BUREAU,
    CENTRAL,
    DESK,
    SIGNED_IN,
    STAFF_OF_BUREAU,
    STAFF_OF_SCHOOL,
    STORIES,
    VISITORS,
    WITH_POST,
    Deed,
    Roles,
    deed,
    readers,
    roles,
)
from tests.matrix.world import World
from tests.support.district import photo_bytes

Sent = Mapping[str, Any]
DONE = 302

# Read under way, and where the scope was narrower before.
FILES = tuple(f"{subject}@rectifying" for subject in STORIES) + (
    "own@reported",
    "direct@reported",
    "restricted@reported",
)


def _readers_of_file(subject: str) -> Roles:
    story, state = subject.split("@")
    return readers(story, state)


def _file_args(world: World, subject: str) -> Sent:
    story, state = subject.split("@")
    return {"number": world.numbers[story, state]}


READ_FILE: dict[str, Any] = {"get": seen(_readers_of_file), "subjects": FILES, "args": _file_args}


def _deed(action: str, story: str) -> Deed:
    return Deed("reported", frozenset()) if action in ("report", UNKNOWN_ACTION) else deed(action, story)


def _act(action: str, done: Status) -> Rule:
    """Out of scope 404; in scope and not permitted 403; stopped by a guard 422; else it is done."""

    def expected(role: str, story: str) -> Status:
        rule = _deed(action, story)
        if role not in readers(story, rule.state) or action == UNKNOWN_ACTION:
            return 404
        if action == "report":
            # Begins a hazard and can't begin on one that is there.
            return 409
        if role in rule.works:
            return done
        return 422 if role in rule.guarded else 403

    return expected


def _open_act_page(action: str) -> Rule:
    """Its address opened anew leads to the file."""

    def expected(role: str, story: str) -> Status:
        return DONE if action != UNKNOWN_ACTION and role in readers(story, _deed(action, story).state) else 404

    return expected


def _act_shape(action: str, half: int) -> dict[str, Any]:
    def args(world: World, story: str) -> Sent:
        return {"number": world.numbers[story, _deed(action, story).state]}

    def data(world: World, role: str, story: str) -> Sent:
        if action == UNKNOWN_ACTION:
            return {}
        number = world.numbers[story, _deed(action, story).state]
        return {**SENT[action](world, role, story), "version": world.versions[number]}

    return {
        "args": args, "data": data, "subjects": tuple(STORIES), "on_all": ("POST",), "half": half, "is_act": True,
        "names": lambda world, story: _permitted(world, action, story),
    }  # fmt: skip


# Not a post, but what a person is to the hazard.
_BY_PART = {"supplement": ["上报人"], "fix_on_spot": ["本校教职工"], "appeal": ["上报人"], "instruct": ["局领导"]}


def _permitted(world: World, action: str, story: str) -> list[str]:
    """Posts of which a refusal has to name one."""
    return [*map(world.post_of, sorted(_deed(action, story).permitted)), *_BY_PART.get(action, [])]


def _act_page(action: str) -> Row:
    shape = _act_shape(action, 0)
    if action == UNKNOWN_ACTION:
        return page(_open_act_page(action), _act(action, DONE), **{**shape, "args": _with_unknown_action})
    args = shape["args"]
    return page(
        _open_act_page(action), _act(action, DONE),
        **{**shape, "args": lambda world, story: {**args(world, story), "action": action}},
    )  # fmt: skip


def _with_unknown_action(world: World, story: str) -> Sent:
    return {"number": world.numbers[story, "reported"], "action": UNKNOWN_ACTION}


# --- acts of the scenes -------------------------------------------------------------------------------------------


def _act_on_scene(action: str, done: Status) -> Rule:
    def expected(role: str, scene: str) -> Status:
        told = SCENES[scene]
        if role not in told.readers:
            return 404
        due = told.acts[action]
        return done if role in due.works else 422 if role in due.guarded else 403

    return expected


def _scene_shape(action: str, half: int) -> dict[str, Any]:
    def data(world: World, role: str, scene: str) -> Sent:
        return {**sent_on_scene(world, role, action, scene), "version": world.versions[world.scenes[scene]]}

    return {
        "args": lambda world, scene: {"number": world.scenes[scene]}, "data": data, "subjects": tuple(scenes_of(action)),
        "on_all": ("POST",), "half": half, "is_act": True, "n_events": 2 if action == "merge" else 1,
        "names": lambda world, scene: _due_by(world, action, scene),
    }  # fmt: skip


def _due_by(world: World, action: str, scene: str) -> list[str]:
    due = SCENES[scene].acts[action]
    return [*map(world.post_of, sorted(due.works | due.guarded)), *_BY_PART.get(action, []), "代录"]


def _scene_page(action: str) -> Row:
    def opened(role: str, scene: str) -> Status:
        return DONE if role in SCENES[scene].readers else 404

    shape = _scene_shape(action, 0)
    args = shape["args"]
    return page(
        opened, _act_on_scene(action, DONE),
        **{**shape, "args": lambda world, scene: {**args(world, scene), "action": action}},
    )  # fmt: skip


# Where the first school's hazards may be reported from: itself, its superiors, bodies of its county.
REPORTERS = STAFF_OF_SCHOOL | CENTRAL | STAFF_OF_BUREAU | roles("coordinator fire town")


def _reported(done: Status) -> Rule:
    """Of no campus of his: not to be chosen. Without a post: nothing to report by."""
    return lambda role, subject: done if role in REPORTERS else 422 if role in WITH_POST else 403


def _report_data(world: World, role: str, subject: str) -> Sent:
    return {"unit": world.unit("school"), "place": "走廊", "domain": "02", "description": "灯管松动"}


def _confidential_data(world: World, role: str, subject: str) -> Sent:
    return {**_report_data(world, role, subject), "domain": "08"}


def _photo_data(world: World, role: str, subject: str) -> Sent:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("现场.jpg", photo_bytes(), content_type="image/jpeg")}


def _bulk_data(world: World, role: str, subject: str) -> Sent:
    return {"numbers": [world.numbers["own", "rectifying"]], "action": "record_control", "data": {}}


def _evidence_readers(subject: str) -> Roles:
    return readers("direct", "reported") if subject == "direct_reported" else readers(subject, "rectifying")


EVIDENCE: dict[str, Any] = {
    "get": seen(_evidence_readers),
    "subjects": (*STORIES, "direct_reported"),
    "args": lambda world, subject: {"evidence_id": world.evidence[subject]},
}
# Issued ones are read by whoever reads the file, drafts by the unit that drafts; here the bureau or its confidant.
PAPERS: dict[str, Any] = {
    "get": seen(lambda subject: _paper_readers(*subject.split("@"))),
    "subjects": tuple(f"{story}@{state}" for story in STORIES for state in ("draft", "issued")),
    "args": lambda world, subject: {
        "number": world.numbers[subject.split("@")[0], "rectifying"], "paper_id": world.documents[subject],
    },
}  # fmt: skip


def _paper_readers(story: str, state: str) -> Roles:
    read = readers(story, "rectifying")
    return read & (BUREAU | roles("bureau_confidant")) if state == "draft" else read


UPLOADS: dict[str, Any] = {
    "get": seen(lambda subject: frozenset({subject})),
    "subjects": ("teacher", "office", "whistler", "fire"),
    "args": lambda world, subject: {"upload_id": world.uploads[subject]},
}


def _kept_file(role: str, subject: str) -> Status:
    """Answered in JSON, also to one whose login ran out while he wrote; who has no post has nothing to show."""
    return 401 if role in VISITORS else 201 if role in WITH_POST else 403


# --- many at once -------------------------------------------------------------------------------------------------

# Whose posts ever assign; of these who may read the hazard that is chosen, and of these who may assign it.
ASSIGNERS = BUREAU | CENTRAL | DESK["school"] | DESK["sibling"] | DESK["far"]


def _chosen_data(world: World, role: str, subject: str) -> Sent:
    return {"action": "assign", "number": [world.numbers["own", "filed"]]}


def _started_data(world: World, role: str, subject: str) -> Sent:
    number = world.numbers["own", "filed"]
    return {
        "action": "assign",
        "row": [f"{number}:{world.versions[number]}"],
        "lead": world.unit("school"),
        "requirements": "加固",
    }


def _started(role: str, subject: str) -> Status:
    """Who may not see it, or not assign it, is shown the form again."""
    return DONE if role in deed("assign", "own").works else 422


# --- rules --------------------------------------------------------------------------------------------------------

# The bureau's office and leaders read; its director and leaders change what central schools may do.
READ_RULES = roles("sysadmin office delegate director leader chief")


def _changed_rules(role: str, subject: str) -> Status:
    """Nothing ticked: the administrator is asked whether 较大 is to go, the others changed nothing."""
    return {"sysadmin": 200, "director": DONE, "leader": DONE, "chief": DONE}.get(role, 403)


# The bureau's office drafts measures, its leaders sign them.
DRAFTERS = roles("office delegate director leader chief")


HAZARD_ROWS: dict[str, Row] = {
    "report": page(for_(WITH_POST), _reported(DONE), data=_report_data, is_act=True),
    "similar_hazards": page(post=always(200), data=_report_data),
    "report_stop": page(for_(WITH_POST), query="?domain=08"),
    "report_confidential": page(
        for_(WITH_POST), _reported(DONE), query="?domain=08", data=_confidential_data, is_act=True
    ),
    "hazard_list": page(always(200)),
    "hazard_file": page(**READ_FILE),
    "bulk_choose": page(post=for_(ASSIGNERS, 200, otherwise=422), data=_chosen_data),
    "bulk_start": page(post=_started, data=_started_data),
    "bulk_run": page(
        seen(lambda who: roles(who)), seen(lambda who: roles(who), DONE), subjects=("office",), is_act=True,
        args=lambda world, who: {"run_id": world.papers["run"]},
    ),
    "rules": page(for_(READ_RULES), _changed_rules),
    "clauses": page(always(200)),
    "report_receipt": page(**READ_FILE),
    # Nothing here is sealed; tests/pages/test_sealed.py asks of one that is.
    "sealed_archive": page(always(404), args=READ_FILE["args"], subjects=READ_FILE["subjects"]),
    "uploads": Row(
        gate=first_password, verbs={"POST": _kept_file}, data=_photo_data
    ),
    "upload_file": page(**UPLOADS),
    "evidence_file": page(**EVIDENCE),
    "hazard_paper": page(**PAPERS),
    "measures": page(for_(DRAFTERS)),
    "measures_sign": page(post=for_(roles("leader chief"), DONE)),
    "unit_warnings": page(for_(DESK["school"] | DESK["sibling"] | DESK["far"] | CENTRAL | BUREAU)),
    # There is none here; tests/pages/test_measures.py asks of one.
    "unit_measure": page(always(404), always(404), args=lambda world, subject: {"measure_id": "7"}),
    "supervision_board": page(always(200)),
    "unit_supervisions": page(always(200)),
    "unit_supervision_new": page(for_(DRAFTERS), for_(DRAFTERS, 422)),
    # There is none here; tests/pages/test_supervision.py asks of one.
    "unit_supervision": page(always(404), always(404), args=lambda world, subject: {"supervision_id": "7"}),
    **{f"{ACT_PAGE}:{action}": _act_page(action) for action in (*SENT, UNKNOWN_ACTION)},
    **{f"{ACT_PAGE}:{action}": _scene_page(action) for action in ACTED},
}  # fmt: skip

# --- where things stand -------------------------------------------------------------------------------------------

# Who directs others; whoever only works himself has his desk.
MANAGERS = CENTRAL | roles(
    "principal sibling_principal far_principal section other_section office delegate director leader chief coordinator"
)

FLOW_ROWS: dict[str, Row] = {
    "process_list": page(for_(MANAGERS)),
    "flow_bpmn": page(for_(MANAGERS), subjects=("hazard",), args=lambda world, subject: {"name": subject}),
    "my_reports": page(always(200)),
    "visits": page(always(200), query="?all=1"),
    "overdue": page(always(200)),
    "hazard_flow": page(**READ_FILE),
    "hazard_bpmn": page(**READ_FILE),
}

# --- the API ------------------------------------------------------------------------------------------------------

# What begins on a hazard that is there.
ON_HAZARD = [action for action in SENT if action != "report"]


API_ROWS: dict[str, Row] = {
    # Whoever asks for a token says who he is, whatever session he has; a temporary password opens nothing.
    "api:token": Row(
        gate=api_first_password,
        verbs={
            "POST": always(200),
            "DELETE": for_(SIGNED_IN, 204, otherwise=401),
            **dict.fromkeys(("GET", "HEAD", "OPTIONS", "PUT", "PATCH"), for_(SIGNED_IN, 405, otherwise=401)),
        },
        data=credentials,
    ),
    "api:hazards": call(always(200), _reported(201), data=_report_data, is_act=True),
    "api:bulk": call(post=always(200), data=_bulk_data),
    "api:hazard": call(**READ_FILE),
    "api:events": call(**READ_FILE),
    "api:evidence": call(**READ_FILE),
    "api:actions": call(**READ_FILE),
    **{f"api:act_{action}": call(post=_act(action, 200), **_act_shape(action, 1)) for action in ON_HAZARD},
    **{f"api:act_{action}": call(post=_act_on_scene(action, 200), **_scene_shape(action, 1)) for action in ACTED},
    "api:evidence_file": call(**EVIDENCE),
    "api:uploads": call(post=for_(WITH_POST, 201), data=_photo_data),
    "api:units": call(always(200)),
    "api:domains": call(always(200)),
    "api:places": call(always(200)),
    "api:to_dos": call(always(200)),
    "api:schema": call(always(200), gate=api_first_password),
    "api:docs": call(always(200), gate=api_first_password),
}
