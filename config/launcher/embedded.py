"""Where this site keeps its rows, its channel layer and its secret; read by settings, so free of Django."""

import hashlib
import json
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Stands in before the first start, so that commands that need no database still run.
NOT_STARTED = "postgres://{role}@127.0.0.1:1/bihuan"
VALKEY_NOT_STARTED = "redis://127.0.0.1:1/0"


def var_dir() -> Path:
    """The folder of everything this site writes; BIHUAN_VAR moves it."""
    return Path(os.environ.get("BIHUAN_VAR") or ROOT / "var").absolute()


def cluster_home() -> Path:
    """The folder of the embedded PostgreSQL that serves this checkout."""
    return var_dir() / "postgres"


def valkey_home() -> Path:
    """The folder of the embedded Valkey that serves this checkout."""
    return var_dir() / "valkey"


def urls_file(home: Path) -> Path:
    """The file, readable by its owner only, that names the addresses of an embedded server."""
    return home / "urls.json"


def uses_own_server() -> bool:
    """Whether the environment names no PostgreSQL, so that the embedded one serves."""
    return not os.environ.get("DATABASE_URL")


def database_urls() -> tuple[str, str]:
    """The addresses for the application's role and for the owner's role."""
    if application := os.environ.get("DATABASE_URL"):
        return application, os.environ.get("DATABASE_OWNER_URL") or application
    try:
        urls = json.loads(urls_file(cluster_home()).read_text())
    except FileNotFoundError:
        return NOT_STARTED.format(role="bihuan_app"), NOT_STARTED.format(role="bihuan_owner")
    return urls["application"], urls["owner"]


def uses_own_valkey() -> bool:
    """Whether the environment names no Valkey or Redis, so that the embedded one serves."""
    return not os.environ.get("REDIS_URL")


def redis_url() -> str:
    """The address of the Valkey that carries hints between the site's processes."""
    if url := os.environ.get("REDIS_URL"):
        return url
    try:
        return str(json.loads(urls_file(valkey_home()).read_text())["url"])
    except FileNotFoundError:
        return VALKEY_NOT_STARTED


def redis_prefix() -> str:
    """What this site's channels begin with: all its processes share one, no two sites on one server do."""
    return os.environ.get("REDIS_PREFIX") or f"bihuan-{hashlib.sha256(secret_key().encode()).hexdigest()[:12]}"


def secret_key() -> str:
    """SECRET_KEY, or one made once and kept in a file that only its owner reads."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = var_dir() / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_once(path, secrets.token_urlsafe(50))
    return path.read_text()


def write_once(path: Path, text: str) -> None:
    """Write a private file unless it is there; two processes at once keep one text."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    write_private(draft, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read, never showing half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
