"""`make up`: the embedded server and the launcher, as root and as an ordinary user."""

import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest
from psycopg2.extensions import parse_dsn

from config.launcher import place
from config.launcher.embedded import ROOT
from config.launcher.errors import LauncherError
from config.launcher.place import find_place
from config.launcher.postgres import Cluster, find_server

QUICK = {"fsync": "off"}
START_SECONDS = 120


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder with a space and Chinese in its name, which every user may enter."""
    path = Path(tempfile.mkdtemp(prefix="闭环 checkout "))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as path:
        yield path


@pytest.fixture
def new_cluster(folder: Path) -> Iterator[Cluster]:
    """Its folder is not there yet."""
    cluster = Cluster(folder / "数据 库", settings=QUICK)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def stopped_home() -> Iterator[Path]:
    """What a first start and a stop left."""
    with new_folder() as path:
        cluster = Cluster(path / "数据 库", settings=QUICK)
        cluster.start()
        cluster.stop()
        yield cluster.home


@pytest.fixture
def cluster(stopped_home: Path, new_cluster: Cluster) -> Cluster:
    """A copy of it, stopped."""
    subprocess.run(["cp", "-a", stopped_home, new_cluster.home], check=True)
    return new_cluster


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(cluster: Cluster) -> psutil.Process:
    server = find_server(find_place(cluster.home).data)
    assert server
    return server


def test_a_second_start_keeps_the_rows(new_cluster: Cluster) -> None:
    assert new_cluster.start()
    ask(new_cluster.urls()[1], "CREATE TABLE kept AS SELECT 1 AS n")
    new_cluster.stop()
    assert not new_cluster.is_running()
    assert new_cluster.start()
    assert ask(new_cluster.urls()[1], "SELECT n FROM kept") == [(1,)]


def test_the_last_user_stops_the_server(cluster: Cluster) -> None:
    other = Cluster(cluster.home, settings=QUICK)
    assert cluster.start()
    assert not other.start()
    cluster.stop()
    assert other.is_running()
    other.stop()
    assert not other.is_running()


def test_two_roles_with_the_rights_they_need_and_no_more(cluster: Cluster) -> None:
    cluster.start()
    rights = "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'bihuan%' ORDER BY 1"
    application, owner = cluster.urls()
    assert ask(application, rights) == [("bihuan_app", False, False), ("bihuan_owner", False, True)]
    ask(owner, "CREATE TABLE owned (n int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(application, "CREATE TABLE refused (n int)")


def test_others_neither_reach_nor_enter_the_server(cluster: Cluster) -> None:
    cluster.start()
    url = cluster.urls()[0]
    assert ask(url, "SHOW listen_addresses") == [("",)]
    sockets = Path(parse_dsn(url)["host"])
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster.home / "urls.json").stat().st_mode) == 0o600
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(re.sub(r":[^:@]+@", ":wrong@", url))


def test_a_server_left_by_a_killed_launcher_is_taken_over(cluster: Cluster) -> None:
    cluster.start()
    left = postmaster(cluster)
    assert cluster.users is not None
    os.close(cluster.users)  # the lock of a killed process goes with it
    cluster.users = None
    successor = Cluster(cluster.home, settings=QUICK)
    assert not successor.start()
    successor.stop()
    assert not left.is_running()


def test_a_killed_server_starts_again(cluster: Cluster) -> None:
    cluster.start()
    ask(cluster.urls()[1], "CREATE TABLE kept AS SELECT 1 AS n")
    postmaster(cluster).kill()
    deadline = time.monotonic() + 20
    while find_server(find_place(cluster.home).data) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert cluster.start()
    assert ask(cluster.urls()[1], "SELECT n FROM kept") == [(1,)]


def test_a_pid_that_another_program_took_stops_nothing(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    data = find_place(cluster.home).data
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n")
    assert cluster.start()


def test_data_of_another_major_is_told_in_one_sentence(new_cluster: Cluster) -> None:
    new_cluster.home.mkdir()
    data = find_place(new_cluster.home).data
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(LauncherError, match=r"PostgreSQL 17 .*18"):
        new_cluster.start()


def test_lost_passwords_are_told_and_touch_no_data(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster.home / "urls.json").unlink()
    with pytest.raises(LauncherError, match="口令文件"):
        cluster.start()
    assert (find_place(cluster.home).data / "PG_VERSION").exists()
    shutil.rmtree(find_place(cluster.home).data)


only_root = pytest.mark.skipif(os.geteuid() != 0 and not os.environ.get("CI"), reason="needs root")


@only_root
def test_as_root_the_server_runs_as_nobody(new_cluster: Cluster) -> None:
    new_cluster.start()
    assert postmaster(new_cluster).username() == "nobody"


@only_root
def test_as_root_in_a_closed_folder_the_server_lies_outside(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(place, "OUTSIDE", folder / "outside")
    cluster = Cluster(closed / "postgres", settings=QUICK)
    try:
        cluster.start()
        assert Path(postmaster(cluster).cwd()).is_relative_to(folder / "outside")
        assert Path(postmaster(cluster).exe()).is_relative_to(folder / "outside")
        assert str(folder / "outside") in capsys.readouterr().out
    finally:
        cluster.stop()


@only_root
def test_an_ordinary_user_has_a_server_of_his_own(folder: Path) -> None:
    """Beside root's: the same command in another checkout, by somebody else, at the same time."""
    roots = Cluster(folder / "root", settings=QUICK)
    theirs = folder / "theirs"
    theirs.mkdir()
    user = pwd.getpwnam("daemon")
    os.chown(theirs, user.pw_uid, user.pw_gid)
    roots.start()
    try:
        assert in_child_of(user, lambda: start_and_stop(theirs / "postgres")) == 0
        assert roots.is_running()
    finally:
        roots.stop()


def start_and_stop(home: Path) -> None:
    cluster = Cluster(home, settings=QUICK)
    cluster.start()
    assert postmaster(cluster).uids().real == os.getuid() != 0
    assert ask(cluster.urls()[0], "SELECT 1") == [(1,)]
    cluster.stop()
    assert not cluster.is_running()


def in_child_of(user: pwd.struct_passwd, work: Callable[[], None]) -> int:
    """Do `work` as another user; a fork, since that user may not reach this Python's files."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        work()
        status = 0
    finally:
        os._exit(status)


def launch(var: Path, **environment: str) -> subprocess.Popen[str]:
    """`up` as a person starts it, all it writes under `var`."""
    outside = (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "REDIS_PREFIX",
        "HOST",
        "PORT",
        "DJANGO_SETTINGS_MODULE",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in outside}
    return subprocess.Popen(
        [sys.executable, "-m", "config.launcher", "up"],
        cwd=ROOT,
        env={**inherited, "BIHUAN_VAR": str(var), "BIHUAN_DEMO": "0", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def started(var: Path, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The launcher and the address it told, once it serves."""
    site = launch(var, PORT=str(free_port()), **environment)
    try:
        assert site.stdout
        said = []
        for line in site.stdout:
            said.append(line)
            if found := re.search(r"http://\S+", line):
                yield site, found[0]
                break
        else:
            pytest.fail("".join(said))
    finally:
        site.kill() if site.poll() is None else None
        site.wait()


def is_alive(url: str) -> bool:
    with urllib.request.urlopen(f"{url}healthz", timeout=30) as answer:
        return bool(answer.status == 200)


def test_a_taken_port_is_told_in_one_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        site = launch(folder / "var", PORT=str(port))
        said, _ = site.communicate(timeout=START_SECONDS)
    assert site.returncode == 1
    assert said.count("\n") == 1
    assert f"端口 {port} 已被" in said
    assert not (folder / "var/postgres").exists()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "abc"}, "PORT=abc"),
        ({"PORT": "0"}, "PORT=0"),
        ({"HOST": "no.such.host.invalid"}, "HOST=no.such.host.invalid"),
        ({"HOST": "0.0.0.0", "BIHUAN_DEMO": "1"}, "演示模式"),
    ],
)
def test_a_wrong_address_is_told_in_one_sentence(folder: Path, environment: dict[str, str], sentence: str) -> None:
    site = launch(folder / "var", **environment)
    said, _ = site.communicate(timeout=START_SECONDS)
    assert site.returncode == 1
    assert said.count("\n") == 1
    assert sentence in said


def serve_and_stop(var: Path) -> str:
    """Start, look, stop by SIGTERM; gives the key that the site signs with."""
    with started(var) as (site, url):
        assert is_alive(url)
        cluster = Cluster(var / "postgres")
        server = postmaster(cluster)
        [(tables,)] = ask(cluster.urls()[1], "SELECT count(*) FROM django_migrations")
        assert tables
        key = (var / "secret_key").read_text()
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=30) == 0
        assert not server.is_running()
    return key


@pytest.fixture(scope="module")
def served_once() -> Iterator[tuple[Path, str]]:
    """A folder that was empty before the first start, and the key of then."""
    with new_folder() as path:
        yield path / "var", serve_and_stop(path / "var")


def test_up_serves_and_sigterm_stops_all_of_it_twice(served_once: tuple[Path, str]) -> None:
    """Start, stop, start again: the second start finds the first one's data."""
    var, key = served_once
    assert serve_and_stop(var) == key


def clock_of(site: subprocess.Popen[str]) -> psutil.Process | None:
    """The clock process that the launcher keeps."""
    children = psutil.Process(site.pid).children()
    return next((child for child in children if "run_clock" in child.cmdline()), None)


def until(what: Callable[[], object]) -> None:
    end = time.monotonic() + START_SECONDS
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}readyz", timeout=30) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def test_the_clock_runs_beside_the_site_comes_back_and_goes_with_it(served_once: tuple[Path, str]) -> None:
    with started(served_once[0]) as (site, url):
        until(lambda: is_ready(url))
        first = clock_of(site)
        assert first
        first.kill()
        until(lambda: (found := clock_of(site)) and found.pid != first.pid)
        until(lambda: is_ready(url))
        last = clock_of(site)
        assert last
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=60) == 0
        assert not last.is_running()


def test_stopping_halfway_stops_all_of_it(folder: Path) -> None:
    site = launch(folder / "var", PORT=str(free_port()))
    assert site.stdout
    assert "数据库结构" in site.stdout.readline()
    site.send_signal(signal.SIGINT)
    assert site.wait(timeout=30) == 0
    assert not Cluster(folder / "var/postgres").is_running()


def test_with_a_database_address_no_server_is_embedded(
    folder: Path, served_once: tuple[Path, str], cloned_db: str
) -> None:
    (folder / "var").mkdir()
    for name in ("static", "static.stamp"):
        subprocess.run(["cp", "-a", served_once[0] / name, folder / "var"], check=True)
    outside = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    with started(folder / "var", **outside) as (site, url):
        assert is_alive(url)
        site.send_signal(signal.SIGTERM)
        assert site.wait(timeout=30) == 0
    assert not (folder / "var/postgres").exists()
