"""What an embedded server is made of: data folder, passwords, roles, socket folder."""

import json
import shutil
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg2 import sql
from psycopg2.extensions import connection as Connection

from .embedded import write_private
from .errors import LauncherError
from .place import MAJOR, Place

SUPERUSER = "postgres"
OWNER = "bihuan_owner"
APPLICATION = "bihuan_app"
DATABASE = "bihuan"
PORT = 5432


@dataclass
class Keys:
    """What urls.json holds: passwords, the socket folder and the two addresses made of them."""

    superuser: str
    owner_password: str
    application_password: str
    socket: str = ""

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{quote(password)}@{quote(self.socket, safe='')}:{PORT}/{database}"

    def write(self, path: Path) -> None:
        urls = {
            "application": self.url(APPLICATION, self.application_password),
            "owner": self.url(OWNER, self.owner_password),
        }
        write_private(path, json.dumps({**urls, "keys": asdict(self)}, indent=2))


def check_major(data: Path) -> None:
    """Refuse the data of another PostgreSQL major before its server can fail on it."""
    with suppress(FileNotFoundError):
        found = (data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise LauncherError(
                f"{data} 是 PostgreSQL {found} 的数据，闭环自带的是 {MAJOR}："
                f"请先用 {found} 版导出，移开这个目录，启动后再导入。"
            )


def create_data(place: Place, keys: Keys) -> None:
    """Make the data folder whole or not at all."""
    draft = place.data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password = Path(keys.socket) / "password"
    write_private(password, keys.superuser)
    for path in (draft, password):
        place.account.own(path)
    made = place.account.run(
        place.binaries / "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        cwd=draft,
    )
    password.unlink()
    if made.returncode:
        raise LauncherError(f"建立数据库失败：{made.stdout.strip().splitlines()[-1]}")
    with (draft / "postgresql.conf").open("a") as file:
        file.write("include 'bihuan.conf'\n")
    draft.rename(place.data)


def ensure_roles(keys: Keys, connection: Connection) -> None:
    """Make the two roles and the owner's database, unless they are there."""
    connection.autocommit = True
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        known = {name for (name,) in cursor.fetchall()}
        for role, right, password in (
            (OWNER, "CREATEDB", keys.owner_password),
            (APPLICATION, "NOCREATEDB", keys.application_password),
        ):
            if role not in known:
                create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}")
                cursor.execute(create.format(sql.Identifier(role), sql.SQL(right), sql.Literal(password)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            cursor.execute(create.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
