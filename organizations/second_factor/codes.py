"""Codes of an app (RFC 6238) and backup codes: how they are made, written and told from one another."""

from __future__ import annotations

import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP

STEP_SECONDS = 30
DIGITS = 6
# A phone's clock may be wrong by half a minute either way.
TOLERANCE = 1
SECRET_BYTES = 20
ISSUER = "闭环"

N_BACKUP_CODES = 10
# Without signs that are mistaken for one another; with 12 of them nobody guesses one (58 bits).
_SIGNS = "abcdefghjkmnpqrstuvwxyz2345679"
_GROUP, _GROUPS = 4, 3
BACKUP_LENGTH = _GROUP * _GROUPS


def make_secret() -> str:
    """Hexadecimal."""
    return secrets.token_hex(SECRET_BYTES)


def make_backup_codes() -> list[str]:
    """Each such as `kwmt-73ab-x9cd`."""
    return ["-".join(_group() for _ in range(_GROUPS)) for _ in range(N_BACKUP_CODES)]


def _group() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_GROUP))


def clean_code(text: str) -> str:
    """As typed on any keyboard: full-width signs, capitals, spaces and hyphens do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def matching_step(secret: str, code: str, at: datetime, *, after: int = -1) -> int | None:
    """The half minute to which a clean code belongs, None for a wrong one; those up to `after` are spent."""
    if len(code) != DIGITS or not code.isdigit():
        return None
    totp = TOTP(bytes.fromhex(secret), step=STEP_SECONDS, digits=DIGITS)
    totp.time = at.timestamp()
    return int(totp.t()) if totp.verify(int(code), TOLERANCE, min_t=after + 1) else None


def code_at(secret: str, at: datetime) -> str:
    """What the app shows at a moment."""
    totp = TOTP(bytes.fromhex(secret), step=STEP_SECONDS, digits=DIGITS)
    totp.time = at.timestamp()
    return str(totp.token()).zfill(DIGITS)


def digest_backup_code(user_id: int, code: str) -> str:
    """Of a clean code; codes are too long to be guessed, so a fast hash with the site's key will do."""
    return salted_hmac("organizations.backup_code", f"{user_id}:{code}", algorithm="sha256").hexdigest()


def readable_secret(secret: str) -> str:
    """For typing by hand, in groups of four."""
    text = _base32(secret)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def enrolment_address(secret: str, username: str) -> str:
    """What an app reads out of the picture."""
    query = {"secret": _base32(secret), "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}')}?{urlencode(query)}"


def picture_of(address: str) -> str:
    """A data address of a PNG, drawn here; no other machine learns the secret."""
    return segno.make(address, error="m", micro=False).png_data_uri(scale=5, border=4)


def _base32(secret: str) -> str:
    return b32encode(bytes.fromhex(secret)).decode()
