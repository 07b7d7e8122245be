"""An embedded server that several processes may use: who starts it, who takes it over, who ends it."""

import fcntl
import os
import stat
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from .place import Account, Place

# A socket's path must fit 107 bytes, so the folder lies here and not beside the data.
SOCKET_PARENT = Path("/tmp")
LOG_BYTES = 10 * 1024 * 1024


class EmbeddedServer(ABC):
    """One server under `home`; several processes may use it, the last one to stop ends it."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.users: int | None = None

    @abstractmethod
    def choose_place(self) -> Place:
        """Where programs and data lie and which account runs them; refuses what can't start."""

    @abstractmethod
    def find(self) -> psutil.Process | None:
        """The server itself, while it runs."""

    @abstractmethod
    def launch(self, place: Place) -> None:
        """Start it and wait until it answers; writes urls.json."""

    @abstractmethod
    def shut_down(self) -> None:
        """End it and clear away its socket."""

    def start(self) -> bool:
        """Bring the server up and say whether it was down; writes urls.json.

        A server left behind by a killed launcher is taken over.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o755 if os.geteuid() == 0 else 0o700)
        place = self.choose_place()
        with self.locked():
            if self.users is None:
                self.users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self.users, fcntl.LOCK_SH)
            if self.find():
                return False
            if place.notice:
                print(place.notice, flush=True)
            self.launch(place)
        return True

    def stop(self) -> None:
        """Leave the server; nobody else using it, shut it down."""
        if self.users is None:
            return
        with self.locked():
            users, self.users = self.users, None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                os.close(users)
            self.shut_down()

    def is_running(self) -> bool:
        return self.find() is not None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process at a time starts or stops this server."""
        lock = os.open(self.home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def open_log(self) -> Path:
        """The file that the server's own words go to; one that has grown is laid aside."""
        log = self.home / "server.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        return log


def is_inside(process: psutil.Process, folder: Path) -> bool:
    try:
        return os.path.samefile(process.cwd(), folder)
    except (OSError, psutil.Error):
        return False


def is_private(socket: str, account: Account) -> bool:
    """Whether the socket folder of last time is still there, ours, and closed to others."""
    try:
        status = os.lstat(socket)
    except OSError:
        return False
    owner = os.geteuid() if account.uid is None else account.uid
    return stat.S_ISDIR(status.st_mode) and status.st_uid == owner and stat.S_IMODE(status.st_mode) == 0o700


def make_socket_folder(account: Account) -> str:
    """A folder with a name nobody could have taken before."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-", dir=SOCKET_PARENT))
    account.own(folder)
    return str(folder)
