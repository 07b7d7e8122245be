"""An embedded PostgreSQL server: own initdb, scram, two roles, a private socket folder."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
from psycopg2.extensions import connection as Connection

from .embedded import urls_file
from .errors import LauncherError
from .place import Place, find_place
from .provision import SUPERUSER, Keys, check_major, create_data, ensure_roles
from .server import EmbeddedServer, is_inside, is_private, make_socket_folder

# After a crash the server replays its log before it answers.
START_SECONDS = 300
STOP_SECONDS = 60
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class Cluster(EmbeddedServer):
    """One PostgreSQL under `home`, its data beside its passwords."""

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(home)
        self.settings = {**SETTINGS, **(settings or {})}

    def choose_place(self) -> Place:
        place = find_place(self.home)
        check_major(place.data)
        return place

    def find(self) -> psutil.Process | None:
        return find_server(find_place(self.home).data)

    def urls(self) -> tuple[str, str]:
        """The addresses for the application's role and for the owner's role."""
        urls = json.loads(urls_file(self.home).read_text())
        return urls["application"], urls["owner"]

    def launch(self, place: Place) -> None:
        keys = self.read_keys(place)
        if not is_private(keys.socket, place.account):
            keys.socket = make_socket_folder(place.account)
        keys.write(urls_file(self.home))
        if not place.data.exists():
            create_data(place, keys)
        clear_stale_pid(place.data)
        self.write_settings(place, keys)
        log = self.open_log()
        server = place.account.spawn(place.binaries / "postgres", "-D", place.data, cwd=place.data, log=log)
        try:
            ensure_roles(keys, wait_for(server, keys, log))
        except BaseException:
            server.send_signal(signal.SIGINT)
            server.wait()
            raise

    def shut_down(self) -> None:
        data = find_place(self.home).data
        if server := find_server(data):
            server.send_signal(signal.SIGINT)  # fast: open sessions are ended
            with suppress(psutil.TimeoutExpired):
                server.wait(STOP_SECONDS)
        with suppress(FileNotFoundError):
            socket = json.loads(urls_file(self.home).read_text())["keys"]["socket"]
            if socket and not find_server(data):
                shutil.rmtree(socket, ignore_errors=True)

    def read_keys(self, place: Place) -> Keys:
        try:
            return Keys(**json.loads(urls_file(self.home).read_text())["keys"])
        except FileNotFoundError:
            if place.data.exists():
                raise LauncherError(
                    f"数据还在 {place.data}，但口令文件 {urls_file(self.home)} 不见了："
                    "请恢复它，或确认不要这些数据后删去数据目录。"
                ) from None
        return Keys(*(secrets.token_urlsafe(24) for _ in range(3)))

    def write_settings(self, place: Place, keys: Keys) -> None:
        settings = {**self.settings, "unix_socket_directories": keys.socket}
        path = place.data / "bihuan.conf"
        path.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        place.account.own(path)


def find_server(data: Path) -> psutil.Process | None:
    """The running postmaster of this data folder; it works inside it."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        return process if process.name() == "postgres" and is_inside(process, data) else None
    except (FileNotFoundError, ValueError, psutil.Error):
        return None


def clear_stale_pid(data: Path) -> None:
    """Remove the pid file of a dead server whose number another program has taken.

    PostgreSQL itself handles a number nobody has; a backend still at work keeps the file.
    """
    if any(is_inside(process, data) for process in psutil.process_iter()):
        return
    with suppress(FileNotFoundError):
        (data / "postmaster.pid").unlink()


def wait_for(server: subprocess.Popen[bytes], keys: Keys, log: Path) -> Connection:
    """Connect as superuser as soon as the server answers."""
    give_up = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        try:
            return psycopg2.connect(keys.url(SUPERUSER, keys.superuser, "postgres"))
        except psycopg2.OperationalError:
            time.sleep(0.05)
    raise LauncherError(f"自带的 PostgreSQL 没有启动起来，原因见 {log} 的末尾。")
