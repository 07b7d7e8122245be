from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from notifications.hub import Hub, Rhythm
from organizations.models import User
from tests.support.district import District, build_district
from tests.support.site import LiveSite, serve_site
from tests.support.sockets import OpenPage, log_in, open_page, session_key, wait_until

# Looks into rows so often that a test need not wait; what is told by hints alone is tested with a slow one.
QUICK = Rhythm(rows=0.3, rights=0.5, echo=0.5)
SLOW = Rhythm(rows=3600, rights=3600, echo=3)

Visit = Callable[..., OpenPage]


@pytest.fixture
def rhythm() -> Rhythm:
    return QUICK


@pytest.fixture
def hub(rhythm: Rhythm) -> Hub:
    return Hub(rhythm)


@pytest.fixture
def site(cloned_db: str, transactional_db: None, hub: Hub) -> Iterator[LiveSite]:
    with serve_site(hub) as site:
        yield site


@pytest.fixture
def d(site: LiveSite) -> District:
    return build_district()


@pytest.fixture
def visit(site: LiveSite, hub: Hub) -> Iterator[Visit]:
    """One more open page of somebody: `visit(d.safety, query="?since=3")`; of nobody with None.

    Hints reach it from the beginning; `is_sure=False` where it is not let in.
    """
    with ExitStack() as stack:

        def open_one(user: User | None, *, key: str = "", is_sure: bool = True, **more: object) -> OpenPage:
            if user is not None and not key:
                key = session_key(log_in(user))
            page = stack.enter_context(open_page(site, key, **more))
            if user is not None and is_sure:
                wait_until(lambda: hub.hears(user.pk))
            return page

        yield open_one
