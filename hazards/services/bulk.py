"""One action on many hazards: each row its own transaction and its own answer, whatever door it came in by."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError, Invalid
from hazards.actions import ACTIONS
from hazards.inputs import Ask, Kind, as_command, fields_of
from hazards.models import BulkRun, Hazard, Upload
from hazards.services.command import Outcome
from hazards.services.perform import perform
from organizations.models import User
from organizations.posts import HeldPost

logger = logging.getLogger(__name__)

MAX_ROWS = 500
# As long as the command keys that make a repetition harmless.
RUNS_KEPT = timedelta(days=30)
# Files of a row are the batch's own, told apart by hazard: the same for every repetition.
_FILES_OF = uuid.UUID("6f0a6d4e-4d5c-4b7e-9a52-3c1d54f1b0a7")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One request to act on many. `key` makes a repetition of it harmless, row by row."""

    action: str
    numbers: Sequence[str]
    data: Mapping[str, object]
    versions: Mapping[str, int]
    acting_post: int | None = None
    occurred_on: date | None = None
    late_reason: str = ""
    on_behalf: Mapping[str, object] | None = None
    key: str | None = None

    def row_key(self, number: str) -> str | None:
        """A key of its own for each row, the same whenever the batch is repeated."""
        return hashlib.sha256(f"{self.key}\n{number}".encode()).hexdigest() if self.key else None


@dataclass(frozen=True, kw_only=True)
class RowAnswer:
    number: str
    status: int = 200
    code: str = "ok"
    message: str = ""
    fields: Mapping[str, list[str]] = field(default_factory=dict)
    outcome: Outcome | None = None


OnDenied = Callable[[DomainError, str], None]


def perform_row(batch: Batch, number: str, *, actor: User, at: datetime, on_denied: OnDenied) -> RowAnswer:
    """Do it on one hazard. A row that fails, for whatever reason, leaves its neighbours alone."""
    try:
        outcome = perform(
            batch.action, actor=actor, at=at, number=number, version=batch.versions.get(number),
            data=_with_own_files(batch, number, actor), acting_post=batch.acting_post, occurred_on=batch.occurred_on,
            late_reason=batch.late_reason, key=batch.row_key(number), on_behalf=_with_own_scans(batch, number, actor),
        )  # fmt: skip
    except DomainError as error:
        on_denied(error, number)
        return RowAnswer(
            number=number, status=error.status, code=error.code, message=error.message, fields=error.fields
        )
    except Exception:
        logger.exception("bulk %s failed on %s", batch.action, number)
        message = _("系统出错了，这一条可能没有办理，请稍后查看。")
        return RowAnswer(number=number, status=500, code="server_error", message=message)
    return RowAnswer(number=number, outcome=outcome)


def _with_own_files(batch: Batch, number: str, actor: User) -> Mapping[str, object]:
    """The data of a row with files of its own: a file proves something of one hazard only, so each gets a copy.

    Copies share what is stored; those of a row that failed are cleaned away with other unused files.
    """
    names = [one.name for one in fields_of(ACTIONS[batch.action].data, new=False) if one.kind is Kind.FILES]
    sent = {name: batch.data[name] for name in names if batch.data.get(name)}
    if not sent or len(batch.numbers) < 2:
        return batch.data
    return {**batch.data, **{name: _copies(value, number, actor) for name, value in sent.items()}}


def _with_own_scans(batch: Batch, number: str, actor: User) -> Mapping[str, object] | None:
    """One paper may tell of many acts that are entered for another."""
    told = batch.on_behalf
    if not told or not told.get("scans") or len(batch.numbers) < 2:
        return told
    try:
        return {**told, "scans": _copies(told["scans"], number, actor)}
    except Invalid as error:
        raise Invalid(fields={"on_behalf.scans": [error.message]}) from error


def _copies(value: object, number: str, actor: User) -> list[str]:
    sent = list(value) if isinstance(value, list | tuple) else [value]
    ids = [pk for pk in map(_as_uuid, sent) if pk]
    own = Upload.objects.filter(uploader=actor, evidence__isnull=True).in_bulk(ids)
    if len(own) != len(set(map(str, sent))):
        raise Invalid(_("有文件已失效或已用过，请重新上传后再提交。"))
    copies = [own[pk] for pk in dict.fromkeys(ids)]
    for upload in copies:
        upload.pk = uuid.uuid5(_FILES_OF, f"{upload.pk}\n{number}")
    # Another window may be at the same row.
    Upload.objects.bulk_create(copies, ignore_conflicts=True)
    return [str(upload.pk) for upload in copies]


def _as_uuid(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def start_run(
    *, actor: User, at: datetime, action: str, hazards: Sequence[Hazard], versions: Mapping[str, int],
    data: Mapping[str, object], held: Sequence[HeldPost], acting_post: int | None = None,
    own: Mapping[int, Mapping[str, object]] | None = None,
) -> BulkRun:  # fmt: skip
    """Keep what is to be done on these hazards; `go_on` does it.

    What the form left blank and each hazard has of its own is filled in row by row; `own` names it by hazard id where the
    page knows better. Raises Invalid for none or too many.
    """
    if not hazards or len(hazards) > MAX_ROWS:
        raise Invalid(_("请选 1 到 %(n)d 条隐患。") % {"n": MAX_ROWS})
    blank = [
        one for one in fields_of(ACTIONS[action].data, new=False) if one.initial and data.get(one.name) in (None, "")
    ]
    rows: list[dict[str, Any]] = []
    for hazard in hazards:
        ask = Ask(actor=actor, hazard=hazard, at=at, held=tuple(held))
        given_here = (own or {}).get(hazard.pk, {})
        found = {one.name: one.initial(ask) for one in blank if one.initial and one.name not in given_here}
        fill = as_command({**found, **given_here})
        told = {name: value for name, value in fill.items() if value not in (None, "")}
        rows.append({"number": hazard.number, "version": _version_of(hazard, versions), "fill": told})
    given = as_command({name: value for name, value in data.items() if value not in (None, "", [], ())})
    return BulkRun.objects.create(
        actor=actor, action=action, data=given, acting_post=acting_post, rows=rows, created_at=at
    )


def _version_of(hazard: Hazard, versions: Mapping[str, int]) -> int:
    """Filed meanwhile, it has another number than the one that was seen."""
    return versions.get(hazard.number) or versions.get(hazard.receipt_number, 0)


def go_on(run: BulkRun, *, at: datetime, on_denied: OnDenied, most: int = MAX_ROWS) -> BulkRun:
    """Do the next rows of a run and keep each answer; done rows are never done again, nor is a run that was stopped."""
    if run.finished_at is not None:
        return run
    answers = {}
    for row in [one for one in run.rows if one["number"] not in run.results][:most]:
        number = row["number"]
        batch = Batch(
            action=run.action, numbers=[one["number"] for one in run.rows], data={**run.data, **row["fill"]}, acting_post=run.acting_post, key=f"bulk:{run.pk}",
            versions={one["number"]: one["version"] for one in run.rows},
        )  # fmt: skip
        answer = perform_row(batch, number, actor=run.actor, at=at, on_denied=on_denied)
        answers[number] = {
            "status": answer.status, "code": answer.code, "message": answer.message, "fields": dict(answer.fields),
            "event": answer.outcome.event if answer.outcome else "",
            "is_of": answer.outcome.number if answer.outcome else number,
        }  # fmt: skip
    return _keep(run, answers, at)


def stop_run(run: BulkRun, *, at: datetime) -> None:
    """Whoever began it leaves the rest undone."""
    BulkRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=at)


def purge_runs(at: datetime) -> int:
    """Forget runs whose command keys are gone too; returns how many. What was done stands in the hazards' logs."""
    return BulkRun.objects.filter(created_at__lt=at - RUNS_KEPT).delete()[0]


@transaction.atomic
def _keep(run: BulkRun, answers: Mapping[str, Any], at: datetime) -> BulkRun:
    """Two windows may go on with one run: the first answer of a row stands."""
    kept = BulkRun.objects.select_for_update().select_related("actor").get(pk=run.pk)
    kept.results = {**answers, **kept.results}
    if not kept.n_left and kept.finished_at is None:
        kept.finished_at = at
    kept.save(update_fields=["results", "finished_at"])
    return kept
