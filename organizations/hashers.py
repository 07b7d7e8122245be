from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FirstPasswordHasher(PBKDF2PasswordHasher):
    """Of passwords that we drew ourselves: 70 random bits need no slow hash, and 1,500 of them must not take minutes.

    At the first login Django stores the password anew with the first hasher of the settings.
    """

    algorithm = "first_pbkdf2_sha256"
    iterations = 1_000
