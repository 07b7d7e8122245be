"""What is sent for each action: good data, so that whoever may do it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.matrix.scenes import SCENES
from tests.matrix.scope import STORIES
from tests.matrix.world import World, named
from tests.support.district import PASSWORD

Sent = Mapping[str, Any]


def _file(world: World, role: str, subject: str) -> Sent:
    return {"level": "general", "domain": STORIES[subject].domain, "competence": "school"}


def _self_handle(world: World, role: str, subject: str) -> Sent:
    return {"measures": "更换螺丝", "interim_control": "已警戒", **named(world.d, STORIES[subject])}


def _sign(world: World, role: str, subject: str) -> Sent:
    return {"interim_control": "已警戒", **named(world.d, STORIES[subject])}


def _fix_on_spot(world: World, role: str, subject: str) -> Sent:
    return {"acted_first": True, "after_photos": _photo(world, role)}


def _assign(world: World, role: str, subject: str) -> Sent:
    return {"lead": world.unit(STORIES[subject].unit), "requirements": "加固"}


def _submit(world: World, role: str, subject: str) -> Sent:
    commitments = dict.fromkeys(("responsibility", "measures", "funding", "deadline", "contingency"), "已落实")
    return {"report": "已更换", "photos": _photo(world, role), "cost": 300, **commitments}


def _add_evidence(world: World, role: str, subject: str) -> Sent:
    return {"stage": "document", "photos": _photo(world, role)}


def _withdraw_evidence(world: World, role: str, subject: str) -> Sent:
    return {"evidence": world.evidence[subject], "reason": "拍错"}


def _photo(world: World, role: str) -> list[str]:
    """A file of the sender's own that no act has taken."""
    return [world.uploads[role]] if role in world.uploads else []


def _same(**sent: Any) -> Callable[[World, str, str], Sent]:
    return lambda world, role, subject: sent


def credentials(world: World, role: str, subject: str) -> Sent:
    """The teacher's, whoever asks."""
    return {"username": "teacher", "password": PASSWORD}


SENT: dict[str, Callable[[World, str, str], Sent]] = {
    "report": _same(),
    "file": _file,
    "self_handle": _self_handle,
    "fix_on_spot": _fix_on_spot,
    "return_for_supplement": _same(missing="请补照片"),
    "supplement": _same(supplement="二楼东侧"),
    "escalate": _same(reason="请教育局安排"),
    "reject": _same(reason="no_hazard", basis="已到现场核实"),
    "assign": _assign,
    "void": _same(reason="重复录入"),
    "amend": _same(reason="核对现场", place="操场旁"),
    "withdraw": _same(reason="选错单位"),
    "sign": _sign,
    "submit": _submit,
    "report_progress": _same(percent=50, progress="已拆除"),
    "record_control": _same(interim_control="已停用"),
    "add_evidence": _add_evidence,
    "withdraw_evidence": _withdraw_evidence,
    "pass_verification": _same(opinion="合格"),
    "fail_verification": _same(failed_points="仍松动"),
    "return_submission": _same(defects="照片不清"),
    "confirm_and_close": _same(),
    "close": _same(closure_type="rectified"),
    "return_closure": _same(doubt="照片是旧的"),
}


def sent_on_scene(world: World, role: str, action: str, scene: str) -> Sent:
    """What is sent for an act of one of the scenes."""
    due = SCENES[scene].acts[action]
    photos = {due.photos: _photo(world, role)} if due.photos else {}
    return {**due.data(world, role), **photos}
