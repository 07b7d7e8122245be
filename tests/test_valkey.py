"""The embedded Valkey: who starts it, who ends it, what it refuses, and the channel layer over it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pwd
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis
from channels.layers import get_channel_layer
from django.conf import settings

from config.launcher import place
from config.launcher.embedded import redis_prefix, redis_url, valkey_home
from config.launcher.errors import LauncherError
from config.launcher.valkey import Keeper, Valkey
from core.checks import check_channel_layer
from core.log_filters import OnceAMinute
from core.valkey import is_answering
from tests.support.aside import run_aside
from tests.test_launcher import in_child_of, is_alive, is_ready, only_root, started, until

# More than the connections at which the other layer of channels_redis gives up.
N_SOCKETS = 150


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a space and Chinese in its name, which every user may enter."""
    path = Path(tempfile.mkdtemp(prefix="闭环 valkey "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def own(folder: Path) -> Iterator[Valkey]:
    own = Valkey(folder / "缓 存")
    yield own
    own.stop()


def ask(url: str, *command: str) -> Any:
    with closing(redis.Redis.from_url(url, decode_responses=True)) as client:
        return client.execute_command(*command)


def server_of(valkey: Valkey) -> psutil.Process:
    server = valkey.find()
    assert server
    return server


def test_the_last_user_stops_it_and_nothing_is_kept(own: Valkey) -> None:
    other = Valkey(own.home)
    assert own.start()
    assert not other.start()
    ask(own.url(), "SET", "kept", "1")
    own.stop()
    assert ask(other.url(), "GET", "kept") == "1"
    other.stop()
    assert not other.is_running() and not own.is_running()
    assert not Path(other.folder()).exists()
    assert own.start()
    assert ask(own.url(), "GET", "kept") is None
    assert [path.name for path in own.home.iterdir() if "rdb" in path.name or "aof" in path.name] == []


def test_others_neither_reach_nor_enter_it(own: Valkey) -> None:
    own.start()
    folder = own.folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "valkey.sock").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "valkey.conf").stat().st_mode) == 0o600
    assert stat.S_IMODE((own.home / "urls.json").stat().st_mode) == 0o600
    password = own.url().removeprefix("unix://:").partition("@")[0]
    assert len(password) >= 32 and password not in " ".join(server_of(own).cmdline())
    for url in (own.url().replace(password, "wrong"), f"unix://{folder / 'valkey.sock'}"):
        with pytest.raises(redis.AuthenticationError):
            ask(url, "PING")


def test_it_opens_no_port_and_stays_small(own: Valkey) -> None:
    own.start()
    assert server_of(own).net_connections("inet") == []
    found = {name: ask(own.url(), "CONFIG", "GET", name)[name] for name in ("port", "tls-port", "save", "appendonly")}
    assert found == {"port": "0", "tls-port": "0", "save": "", "appendonly": "no"}
    assert ask(own.url(), "CONFIG", "GET", "maxmemory")["maxmemory"] == str(128 * 2**20)
    assert ask(own.url(), "CONFIG", "GET", "maxmemory-policy")["maxmemory-policy"] == "noeviction"


def test_one_left_by_a_killed_launcher_is_taken_over(own: Valkey) -> None:
    own.start()
    left, url = server_of(own), own.url()
    assert own.users is not None
    os.close(own.users)  # the lock of a killed process goes with it
    own.users = None
    successor = Valkey(own.home)
    assert not successor.start()
    assert successor.url() == url and ask(url, "PING")
    successor.stop()
    assert not left.is_running()


def test_a_killed_one_is_started_again_at_the_same_address(own: Valkey) -> None:
    keeper = Keeper(own)
    keeper.start()
    try:
        first, url = server_of(own), own.url()
        ask(url, "SET", "kept", "1")
        first.kill()
        until(lambda: (found := own.find()) and found.pid != first.pid)
        until(lambda: ask_or_none(url, "PING"))
        assert own.url() == url and ask(url, "GET", "kept") is None
    finally:
        keeper.stop()
    assert not own.is_running()


def ask_or_none(url: str, *command: str) -> Any:
    try:
        return ask(url, *command)
    except redis.ConnectionError:
        return None


def test_one_that_hangs_is_ended_all_the_same(own: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.launcher.valkey.STOP_SECONDS", 0.5)
    own.start()
    server = server_of(own)
    server.suspend()
    own.stop()
    assert not server.is_running()


def test_another_program_in_its_folder_is_not_taken_for_it(own: Valkey) -> None:
    own.start()
    server, folder = server_of(own), own.folder()
    with psutil.Popen(["sleep", "60"], cwd=folder) as other:
        server.kill()
        psutil.wait_procs([server], 10)
        assert own.find() is None
        other.kill()


def test_one_that_cannot_start_is_told_of_once_and_tried_again(
    own: Valkey, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = Keeper(own)
    with monkeypatch.context() as broken:
        broken.setattr("config.launcher.valkey.WHEEL", "no_such_wheel")
        broken.setattr("config.launcher.valkey.LOOK_SECONDS", 0.01)
        keeper.start()
        until(
            lambda: (
                capsys.readouterr().err
                == "没有找到自带的 Valkey：请重新运行 make up 安装依赖。页面照常可用，实时提醒暂停。\n"
            )
        )
    until(own.is_running)
    keeper.stop()
    assert capsys.readouterr().err == ""


def test_an_error_that_nobody_thought_of_ends_no_watch(own: Valkey, capsys: pytest.CaptureFixture[str]) -> None:
    keeper = Keeper(own)
    own.home.mkdir(parents=True)
    notes = own.home / "urls.json"
    notes.write_text("{half")
    keeper.start()
    try:
        assert "JSONDecodeError" in capsys.readouterr().err
        notes.unlink()
        until(own.is_running)
        server_of(own).kill()
        notes.rename(own.home / "aside")
        notes.write_text("[]")
        until(lambda: "TypeError" in capsys.readouterr().err)
        (own.home / "aside").rename(notes)
        until(own.is_running)
    finally:
        keeper.stop()


def test_a_setting_it_refuses_is_told_with_its_log(own: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.launcher.valkey.SETTINGS", {"no-such-setting": "1"})
    with pytest.raises(LauncherError, match=r"server\.log"):
        own.start()
    assert "no-such-setting" in (own.home / "server.log").read_text()
    assert not own.is_running()


@only_root
def test_as_root_it_runs_as_nobody(own: Valkey) -> None:
    own.start()
    assert server_of(own).username() == "nobody"


@only_root
def test_as_root_a_program_that_nobody_reaches_is_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "OUTSIDE", folder / "outside")
    monkeypatch.setattr("config.launcher.valkey.can_run", lambda account, programs: False)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    own = Valkey(closed / "valkey")
    try:
        own.start()
        assert Path(server_of(own).exe()).is_relative_to(folder / "outside")
        assert ask(own.url(), "PING")
    finally:
        own.stop()


@only_root
def test_an_ordinary_user_has_one_of_his_own(folder: Path, own: Valkey) -> None:
    theirs = folder / "theirs"
    theirs.mkdir()
    user = pwd.getpwnam("daemon")
    os.chown(theirs, user.pw_uid, user.pw_gid)
    own.start()
    assert in_child_of(user, lambda: start_and_stop(theirs / "valkey")) == 0
    assert own.is_running()


def start_and_stop(home: Path) -> None:
    own = Valkey(home)
    own.start()
    assert server_of(own).uids().real == os.getuid() != 0
    assert ask(own.url(), "PING")
    own.stop()
    assert not own.is_running()


def test_the_environment_names_another(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("BIHUAN_VAR", str(folder))
    monkeypatch.setenv("REDIS_URL", "rediss://:word@valkey.example:6380/2")
    assert redis_url() == "rediss://:word@valkey.example:6380/2"
    monkeypatch.delenv("REDIS_URL")
    assert redis_url() == "redis://127.0.0.1:1/0", "before the first start"
    valkey_home().mkdir()
    (valkey_home() / "urls.json").write_text(json.dumps({"url": "unix://:w@/tmp/x/valkey.sock", "folder": "/tmp/x"}))
    assert redis_url() == "unix://:w@/tmp/x/valkey.sock"


def test_two_sites_on_one_server_share_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_PREFIX")
    prefixes = set()
    for key in ("one", "other", "one"):
        monkeypatch.setenv("SECRET_KEY", key)
        prefixes.add(redis_prefix())
    assert len(prefixes) == 2
    monkeypatch.setenv("REDIS_PREFIX", "named")
    assert redis_prefix() == "named"


@pytest.mark.parametrize(
    "layers",
    [
        {},
        {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
        {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}},
    ],
)
def test_a_layer_that_reaches_one_process_only_is_refused(settings: Any, layers: dict[str, Any]) -> None:
    assert check_channel_layer(None) == []
    settings.CHANNEL_LAYERS = layers
    assert [problem.id for problem in check_channel_layer(None)] == ["core.E004"]


def test_150_sockets_of_a_process_share_three_connections(valkey: Valkey) -> None:
    async def tell_all() -> int:
        layer = get_channel_layer()
        channels = [await layer.new_channel() for _ in range(N_SOCKETS)]
        for n, channel in enumerate(channels):
            await layer.group_add("live", channel)
            await layer.group_add(f"inbox.{n}", channel)
        await layer.group_send("live", {"type": "live", "n": 1})
        async with asyncio.timeout(60):
            heard = await asyncio.gather(*(layer.receive(channel) for channel in channels))
            assert heard == [{"type": "live", "n": 1}] * N_SOCKETS
            await layer.group_send("inbox.7", {"type": "inbox.count", "no": 3})
            assert await layer.receive(channels[7]) == {"type": "inbox.count", "no": 3}
        return len(ask(valkey.url(), "CLIENT", "LIST").splitlines())

    assert run_aside(tell_all()) == 3, "who listens, who tells, who asks"


def test_a_layer_hears_again_after_its_server_was_killed(valkey: Valkey) -> None:
    async def live_through() -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add("live", channel)
        server_of(valkey).kill()
        with pytest.raises((redis.RedisError, OSError)):
            async with asyncio.timeout(10):
                while True:
                    await layer.group_send("live", {"type": "lost"})
        await asyncio.to_thread(valkey.start)
        heard = asyncio.ensure_future(layer.receive(channel))
        async with asyncio.timeout(60):
            while not heard.done():
                with suppress(redis.RedisError):
                    await layer.group_send("live", {"type": "live"})
                await asyncio.sleep(0.1)
        assert heard.result() == {"type": "live"}

    run_aside(live_through())


def test_a_hung_server_is_given_up_and_counts_as_away(valkey: Valkey) -> None:
    async def tell() -> None:
        await get_channel_layer().group_send("live", {"type": "live"})

    assert is_answering()
    run_aside(tell())
    server = server_of(valkey)
    server.suspend()
    try:
        assert not is_answering()
        with pytest.raises(redis.RedisError):
            run_aside(tell())
    finally:
        server.resume()
    until(is_answering)


def test_the_layers_library_complains_once_a_minute_in_one_line() -> None:
    loggers: Any = settings.LOGGING["loggers"]
    assert loggers["channels_redis.pubsub"]["filters"] == ["once_a_minute"]
    filtered = OnceAMinute()
    error = ConnectionError("refused")
    said = [
        logging.LogRecord("lib", logging.ERROR, "", 1, "gone %s", ("x",), (type(error), error, None)) for _ in range(3)
    ]
    assert [filtered.filter(record) for record in said] == [True, False, False]
    assert said[0].getMessage() == "gone x: ConnectionError('refused')" and said[0].exc_info is None
    assert filtered.filter(logging.LogRecord("lib", logging.ERROR, "", 1, "other", (), None))


def test_make_up_brings_one_along_and_back_and_ends_it(folder: Path) -> None:
    var = folder / "var"
    with started(var) as (site, url):
        until(lambda: is_ready(url))
        own = Valkey(var / "valkey")
        first = server_of(own)
        first.kill()
        until(lambda: (found := own.find()) and found.pid != first.pid)
        until(lambda: is_ready(url))
        last = server_of(own)
        commands = [" ".join(child.cmdline()) for child in psutil.Process(site.pid).children()]
        assert [any(name in line for line in commands) for name in ("run_clock", "run_relay")] == [True, True]
        children = psutil.Process(site.pid).children()
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=60) == 0
        assert not last.is_running() and not any(child.is_running() for child in children)


def test_with_an_address_that_nobody_answers_the_site_still_serves(folder: Path) -> None:
    with started(folder / "var", REDIS_URL="redis://127.0.0.1:1/0") as (site, url):
        assert is_alive(url) and not is_ready(url)
        assert not (folder / "var/valkey").exists()
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=60) == 0


def test_tests_have_one_of_their_own() -> None:
    assert os.environ["REDIS_URL"] == settings.REDIS_URL and is_answering()
    assert settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"].startswith("bihuan-test-")
