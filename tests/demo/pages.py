"""Acts done as a person does them without script: open the page, fill in the form that it offers, send it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser

from django.test import Client

from core.clock import StillClock
from demo.player import Telling
from demo.script import CLOCK, Step
from hazards.models import Hazard
from hazards.selectors import WHICH_ROW
from hazards.views.report import restricted_codes

BEHALF = "behalf_"
MAKES = {"report": "", "fix_on_spot": "?mode=fix"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


class DeadEnd(AssertionError):
    """A page that does not offer what the person has to do."""


@dataclass
class Form:
    action: str = ""
    # Name → what is sent when nothing is touched.
    usual: dict[str, list[str]] = field(default_factory=dict)
    # Name → the values that may be chosen; none for what is typed.
    choices: dict[str, set[str]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return {*self.usual, *self.choices}


class FormReader(HTMLParser):
    """The controls of the form with that id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.found: Form | None = None
        self.is_inside = False
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self.form_id:
            self.found, self.is_inside = Form(given["action"]), True
        form = self.found
        if form is None or not self.is_inside:
            return
        name, value = given.get("name", ""), given.get("value", "on" if given.get("type") == "checkbox" else "")
        if tag == "input" and name:
            self._read_input(form, given, name, value)
        elif tag == "select":
            self.select = name
            form.usual.setdefault(name, [])
            form.choices.setdefault(name, set())
        elif tag == "option" and self.select:
            form.choices[self.select].add(value)
            if "selected" in given:
                form.usual[self.select] = [value]
        elif tag == "textarea":
            self.area = name
            form.usual[name] = [""]

    def _read_input(self, form: Form, given: dict[str, str], name: str, value: str) -> None:
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.choices.setdefault(name, set()).add(value)
            if "checked" in given:
                form.usual.setdefault(name, []).append(value)
        elif kind == "file":
            form.usual.setdefault(name, [])
        elif name:
            form.usual.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.area and self.found:
            self.found.usual[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


class PageTelling(Telling):
    """Tells a story through the pages."""

    def perform(self, index: int, at: datetime) -> None:
        step = self.story.steps[index]
        StillClock.set(at)
        is_restricted = self.hazard is None and self.found.domain in restricted_codes()
        if step.who == CLOCK or step.occurred_before or is_restricted:
            # By nobody, entered later with its own day, or by a page of its own.
            super().perform(index, at)
            return
        actor, post = self.district.holders[step.who], self.district.posts[step.who]
        if self.hazard:
            self.hazard = Hazard.objects.get(pk=self.hazard.pk)
        data = self._resolve(step, actor, at)
        if step.on_behalf is not None:
            told = self._values(step.on_behalf, actor, at)
            data |= {f"{BEHALF}{name}": value for name, value in told.items()}
        client = Client()
        client.force_login(actor, BACKEND)
        form = self._open(client, step)
        sent = _fill(form, data, post.pk, f"{self.found.place} {step.action} {step.who}")
        answer = client.post(form.action, sent)
        if answer.status_code != 302:
            raise DeadEnd(f"{self.found.place} {step.action} {step.who}: {_say_errors(answer.content.decode())}")
        if self.hazard is None:
            self.hazard = Hazard.objects.get(receipt_number=answer["location"].strip("/").split("/")[1])
        self.hazard = Hazard.objects.get(pk=self.hazard.pk)

    def _open(self, client: Client, step: Step) -> Form:
        if step.action in MAKES and self.hazard is None:
            return _read(client, f"/report/{MAKES[step.action]}", "report-form")
        assert self.hazard is not None
        way = "do" if step.on_behalf is None else "record"
        return _read(client, f"/hazards/{self.hazard.number}/?{way}={step.action}", f"{way}-{step.action}")


def _read(client: Client, url: str, form_id: str) -> Form:
    page = client.get(url)
    reader = FormReader(form_id)
    reader.feed(page.content.decode())
    if reader.found is None:
        raise DeadEnd(f"{url} offers no {form_id} (HTTP {page.status_code})")
    return reader.found


def _fill(form: Form, data: dict[str, object], post_id: int, told: str) -> dict[str, list[str]]:
    sent = {name: list(values) for name, values in form.usual.items()}
    for name, value in data.items():
        texts = list(_as_texts(value))
        if name not in form.names:
            if "".join(texts) in ("", "0") or name in WHICH_ROW:
                continue
            raise DeadEnd(f"{told}: the form has no {name}")
        offered = form.choices.get(name)
        if offered is not None and not offered >= set(texts):
            raise DeadEnd(f"{told}: {name} offers {sorted(offered)}, not {texts}")
        sent[name] = texts
    if "acting_post" in form.names:
        sent["acting_post"] = [str(post_id)]
    return sent


def _as_texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(one) for one in value)
    elif isinstance(value, bool):
        yield from ["on"] if value else []
    else:
        yield value.isoformat() if isinstance(value, date) else str(value)


def _say_errors(page: str) -> str:
    """What stands in the box of errors."""
    start = page.find("bh-errors")
    return " ".join(page[start : start + 900].split()) if start >= 0 else page[:300]
