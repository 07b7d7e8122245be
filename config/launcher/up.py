"""`up`: one command from an empty folder to a served site, and one signal back."""

import errno
import hashlib
import ipaddress
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import uvicorn

from .embedded import ROOT, cluster_home, uses_own_server, uses_own_valkey, valkey_home, var_dir
from .errors import LauncherError
from .postgres import Cluster
from .valkey import Keeper, Valkey
from .watched import beside_site, stop_all

DEMO_CAST = (
    "demo_teacher、demo_safety、demo_principal、demo_outsider、demo_village、demo_central、demo_section、demo_office、"
    "demo_director、demo_leader、demo_chief、demo_superintendent、demo_coordinator、demo_town、demo_fire、demo_market、"
    "demo_expert、demo_inspector、demo_sysadmin、demo_secadmin、demo_auditor"
)
DEMO_PASSWORD = "bihuan-demo-2026"
# Open pages may finish what they ask for, then the server goes.
GRACE_SECONDS = 5
LISTEN_BACKLOG = 2048
# Frames are a few dozen bytes both ways; packing them would cost each socket its own memory.
SOCKETS: dict[str, Any] = {"ws_max_size": 4096, "ws_per_message_deflate": False}
TRUE = ("1", "true", "yes", "on", "y", "ok", "t")


def up() -> None:
    """Bring everything up, serve until SIGTERM or Ctrl-C, stop what was started."""
    host, port = os.environ.get("HOST") or "127.0.0.1", read_port()
    refuse_public_demo(host)
    on_stop(leave)
    beside = [beside_site("run_clock", "时钟进程"), beside_site("run_relay", "外发进程")]
    with bind(host, port) as listener, servers():
        try:
            prepare()
            for process in beside:
                process.start()
            serve(listener, host, port)
        finally:
            on_stop(signal.SIG_IGN)
            stop_all(beside)


def run(command: list[str]) -> int:
    """Run one command with the embedded servers up, and give back how it ended."""
    on_stop(leave)
    with servers():
        return subprocess.run(command, cwd=ROOT, check=False).returncode


@contextmanager
def servers() -> Iterator[None]:
    """The embedded PostgreSQL and Valkey, where the environment names no others; without Valkey it goes on."""
    cluster = Cluster(cluster_home()) if uses_own_server() else None
    keeper = Keeper(Valkey(valkey_home())) if uses_own_valkey() else None
    try:
        if cluster:
            cluster.start()
        if keeper:
            keeper.start()
        yield
    finally:
        on_stop(signal.SIG_IGN)
        if keeper:
            keeper.stop()
        if cluster:
            cluster.stop()


def on_stop(handler: Callable[[int, FrameType | None], NoReturn] | signal.Handlers) -> None:
    """What SIGTERM, Ctrl-C and a closed terminal do; what `nohup` ignores stays ignored."""
    for stop in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if stop != signal.SIGHUP or signal.getsignal(stop) is not signal.SIG_IGN:
            signal.signal(stop, handler)


def leave(signum: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def read_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise LauncherError(f"PORT={text} 不是端口号，请填 1 到 65535。")
    return int(text)


def is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in TRUE


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_public_demo(host: str) -> None:
    """Everybody knows the demo's password, so it never serves a network as the real thing."""
    if is_on("BIHUAN_DEMO") and not is_on("DEBUG") and not is_loopback(host):
        raise LauncherError(
            f"演示模式的口令是公开的，不能在对外地址 {host} 上运行：请去掉 HOST，或设 BIHUAN_DEMO=0 正式运行。"
        )


def bind(host: str, port: int) -> socket.socket:
    """Take the port before anything is started; it is listened on when the site is ready."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        return listener
    except PermissionError:
        raise LauncherError(f"没有权限使用端口 {port}：请换一个 1024 以上的端口，例如 PORT=8001 make up。") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LauncherError(
                f"端口 {port} 已被别的程序占用：请先停掉它，或换一个端口，例如 PORT={port + 1} make up。"
            ) from None
        raise LauncherError(f"不能在 HOST={host} 上提供服务：{error.strerror}。") from None


def prepare() -> None:
    """Bring tables, static files and the demo up to date; each is quick when nothing changed."""
    manage("migrate", "--no-input", environment={"BIHUAN_AS_OWNER": "1"}, say="正在更新数据库结构")
    collect_static()
    if is_on("BIHUAN_DEMO"):
        manage("load_demo", say="正在准备演示数据")
    # What it could not settle needs somebody to log in and appoint people; it must not keep the site down.
    manage("run_daily", say="正在办理到期的日常事项", may_fail=True)


def manage(*command: str, say: str, environment: dict[str, str] | None = None, may_fail: bool = False) -> None:
    """Run one management command quietly; what it printed is shown when it fails."""
    print(f"{say}……", flush=True)
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        if may_fail:
            return
        raise LauncherError(f"{say}失败，原因见上面的输出。")


def collect_static() -> None:
    """Copy static files unless neither they nor the front-end lock changed."""
    stamp = var_dir() / "static.stamp"
    state = static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    manage("collectstatic", "--no-input", "--clear", "--ignore=*.map", "--ignore=*es-bundle*", say="正在收集静态文件")
    stamp.write_text(state)


def static_state() -> str:
    """A digest of our own static files, and of the locks that fix everybody else's."""
    digest = hashlib.sha256(str(ROOT).encode())
    own = sorted(path for folder in our_static_folders() for path in folder.rglob("*"))
    for path in [*own, ROOT / "package-lock.json", ROOT / "requirements.txt"]:
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def our_static_folders() -> list[Path]:
    """What runs and what was installed is not walked: it may go while one looks."""
    tops = (path for path in ROOT.iterdir() if path.is_dir())
    ours = [path for path in tops if path.name not in ("var", "node_modules") and not path.name.startswith(".")]
    return [ROOT / "static", *(folder for top in ours for folder in top.glob("**/static"))]


def serve(listener: socket.socket, host: str, port: int) -> None:
    """Serve in this very process; what runs beside it ends with it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    config = uvicorn.Config(
        "config.asgi:application",
        log_level="warning",
        backlog=LISTEN_BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
        **SOCKETS,
    )
    Site(config, greeting(host, port)).run(sockets=[listener])


class Site(uvicorn.Server):
    """Says where it is once it listens."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self.greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self.greeting, flush=True)


def greeting(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    lines = [f"闭环已启动：http://{shown}:{port}/ （按 Ctrl-C 停止）"]
    if is_on("BIHUAN_DEMO"):
        lines += [f"演示口令：{DEMO_PASSWORD}", f"演示账号：{DEMO_CAST}"]
    return "\n".join(lines)
