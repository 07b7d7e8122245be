"""Real people at the real site: each with a browser of his own, watched for script errors and broken policies."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, expect

from tests.journeys.line import Line
from tests.journeys.person import Person
from tests.support.district import District, build_district
from tests.support.site import LiveSite

# The machine may be busy with something else.
expect.set_options(timeout=15_000)

Arrive = Callable[..., Person]


@pytest.fixture
def d(live_site: LiveSite) -> District:
    """The standing cast, committed, so that the site shows it."""
    return build_district()


@pytest.fixture
def arrive(browser: Browser, live_site: LiveSite, d: District) -> Iterator[Arrive]:
    """One more person: `arrive("teacher", width=390)`; at the end no page of anybody may have complained."""
    people: list[Person] = []

    def open_device(name: str = "", *, width: int = 390, height: int = 844, **more: Any) -> Person:
        usual = {
            "base_url": live_site.url,
            "viewport": {"width": width, "height": height},
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "service_workers": "block",
        }
        context = browser.new_context(**{**usual, **more})
        people.append(Person(context, name))
        return people[-1]

    yield open_device
    complaints = [line for person in people for line in person.complaints]
    for person in people:
        person.context.close()
    assert complaints == []


@pytest.fixture
def slow_line(live_site: LiveSite) -> Iterator[Line]:
    """A phone at the edge of a village; whoever arrives by it has `base_url=slow_line.url`."""
    line = Line(live_site.url, bytes_per_second=100_000)
    yield line
    line.close()


@pytest.fixture
def take_photo(tmp_path: Path) -> Callable[..., Path]:
    """A photo file, each another picture; `taken` writes the moment into its EXIF as a camera does."""
    made = 0

    def take(*, taken: str = "", size: tuple[int, int] = (320, 240)) -> Path:
        nonlocal made
        made += 1
        image = Image.effect_noise(size, 40 + made).convert("RGB")
        exif = Image.Exif()
        if taken:
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
        out = io.BytesIO()
        image.save(out, "JPEG", exif=exif)
        path = tmp_path / f"现场{made:02d}.jpg"
        path.write_bytes(out.getvalue())
        return path

    return take
