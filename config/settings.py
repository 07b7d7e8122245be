"""Settings of every Bihuan site; what differs between sites comes from the environment."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlparse

import environ
from django.core.exceptions import ImproperlyConfigured

from config.launcher.embedded import database_urls, redis_prefix, redis_url, secret_key, var_dir
from config.layers import channel_layers

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = var_dir()

env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("BIHUAN_DEMO", default=False)
HOST = env.str("HOST", default="127.0.0.1")
SECRET_KEY = secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", HOST])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "viewflow",
    "viewflow.workflow",
    "core",
    "organizations",
    "deadlines",
    "notifications",
    "documents",
    "hazards",
    "workflows",
    "api",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organizations.middleware.PrivatePages",
    "organizations.middleware.SessionLimits",
    "organizations.middleware.EntranceSteps",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organizations.context.site",
                "notifications.context.inbox",
            ],
        },
    },
]

# The application role serves; the owner role migrates and creates test databases.
APPLICATION_URL, OWNER_URL = database_urls()
AS_OWNER = env.bool("BIHUAN_AS_OWNER", default=False)
APPLICATION_ROLE = urlparse(APPLICATION_URL).username or ""
OWNER_ROLE = urlparse(OWNER_URL).username or ""
ADDRESS = env.db_url_config(OWNER_URL if AS_OWNER else APPLICATION_URL)
DATABASES = {
    "default": {
        **ADDRESS,
        # A socket folder stands percent-encoded where a host name would.
        "HOST": unquote(ADDRESS["HOST"]),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # The loser of a race waits this long for the row, then is told who won.
        "OPTIONS": {**ADDRESS.get("OPTIONS", {}), "options": "" if AS_OWNER else "-c lock_timeout=2000"},
        "DISABLE_SERVER_SIDE_CURSORS": True,
    },
}
# Off behind a pooler that changes the server connection between transactions.
PREPARED_STATEMENTS = env.bool("PREPARED_STATEMENTS", default=True)
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("闭环只支持 PostgreSQL：请把 DATABASE_URL 设为 postgres:// 开头的地址。")
# Carries hints between processes; rows are the record, so it may be lost at any time.
REDIS_URL = redis_url()
CHANNEL_LAYERS = channel_layers(REDIS_URL, redis_prefix())

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "organizations.hashers.FirstPasswordHasher",
]
# What a password must be stands in rows: the profile in force, chosen by the security administrator.
AUTH_PASSWORD_VALIDATORS = [{"NAME": "organizations.password_rules.ProfileValidator"}]
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
# None of Viewflow's viewsets is mounted, so its middleware has nothing to do.
VIEWFLOW = {"AUTOREGISTER": False}

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "login"

# Lock one user at one address, so that nobody can lock a head teacher out from elsewhere.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "organizations.login.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_LIMIT = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=120))
SESSION_ABSOLUTE_LIMIT = timedelta(hours=env.int("SESSION_ABSOLUTE_HOURS", default=12))
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE_LIMIT.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# Holds the token of a remembered browser; goes out to the login pages only.
DEVICE_COOKIE_NAME = "bihuan_device"

HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Style sheets go out packed: a phone on a slow line loads an eighth.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Front-end packages are served from where npm put them; only the named folders are public.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", BASE_DIR / "node_modules/@tabler/core/dist"),
    ("htmx", BASE_DIR / "node_modules/htmx.org/dist"),
    ("swagger-ui", BASE_DIR / "node_modules/swagger-ui-dist"),
]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o600

REST_FRAMEWORK = {
    # Tokens first, so that a call without either is told 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.parsing.JsonAlways",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # A school's people share one address; uploads come thirty at a time.
    "DEFAULT_THROTTLE_RATES": {"token": "60/min", "uploads": "300/min"},
    # The peer's address; a header could be forged.
    "NUM_PROXIES": 0,
    "EXCEPTION_HANDLER": "api.errors.answer_error",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "闭环 Bihuan API",
    "DESCRIPTION": "校园安全隐患从上报到销号。说明见 docs/api.md。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [{"name": name} for name in ("auth", "hazards", "actions", "uploads", "messages", "reference")],
    "POSTPROCESSING_HOOKS": ["api.openapi.add_components"],
    "PATH_CONVERTER_OVERRIDES": {"hazard_number": str},
    "SERVE_INCLUDE_SCHEMA": False,
}

# One object tells the time; tests name one that stands still.
CLOCK = env.str("BIHUAN_CLOCK", default="core.clock.SystemClock")
# The clock's process looks for what is due as often as this; the health page is red when none has for two such periods.
CLOCK_TICK_SECONDS = env.int("CLOCK_TICK_SECONDS", default=5)
# What a process that dies had claimed is another's after this; longer than one unit of work takes.
CLOCK_LEASE_SECONDS = env.int("CLOCK_LEASE_SECONDS", default=60)
# Deadlines claimed at a time, fired in one transaction where a rung only writes rows; people wait that long for its hazards.
CLOCK_BATCH = env.int("CLOCK_BATCH", default=250)
WEB_THREADS = env.int("WEB_THREADS", default=8)

# Links in letters begin with this; the address under which people reach the site.
SITE_URL = env.str("SITE_URL", default=f"http://{HOST}:{env.str('PORT', default='8000')}").rstrip("/")
# Other ways out, each off until it has what it needs (notifications/transports). One call takes so many seconds at most.
WAYS_OUT_TIMEOUT = env.float("WAYS_OUT_TIMEOUT", default=10.0)
# Authorities of an inner network, beside those the system trusts.
TRUSTED_CA_FILE = env.str("TRUSTED_CA_FILE", default="")
_MAIL = env.email_url("EMAIL_URL") if env.str("EMAIL_URL", default="") else {}
EMAIL_HOST = _MAIL.get("EMAIL_HOST") or ""
EMAIL_PORT = _MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_MAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_MAIL.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = WAYS_OUT_TIMEOUT
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="bihuan@localhost")
WECOM_URL = env.str("WECOM_URL", default="https://qyapi.weixin.qq.com").rstrip("/")
WECOM_CORP_ID = env.str("WECOM_CORP_ID", default="")
WECOM_AGENT_ID = env.int("WECOM_AGENT_ID", default=0)
WECOM_SECRET = env.str("WECOM_SECRET", default="")
DINGTALK_URL = env.str("DINGTALK_URL", default="https://oapi.dingtalk.com").rstrip("/")
DINGTALK_APP_KEY = env.str("DINGTALK_APP_KEY", default="")
DINGTALK_APP_SECRET = env.str("DINGTALK_APP_SECRET", default="")
DINGTALK_AGENT_ID = env.int("DINGTALK_AGENT_ID", default=0)
SMS_PROVIDER = env.str("SMS_PROVIDER", default="")
# {kind prefix: {"id": template, "variables": [name, …]}}
SMS_TEMPLATES = env.json("SMS_TEMPLATES", default={})
ALIYUN_SMS_URL = env.str("ALIYUN_SMS_URL", default="https://dysmsapi.aliyuncs.com").rstrip("/")
ALIYUN_SMS_KEY_ID = env.str("ALIYUN_SMS_KEY_ID", default="")
ALIYUN_SMS_KEY_SECRET = env.str("ALIYUN_SMS_KEY_SECRET", default="")
ALIYUN_SMS_SIGN_NAME = env.str("ALIYUN_SMS_SIGN_NAME", default="")
# The relay looks for what is due as often as this, and makes so many calls at once.
RELAY_TICK_SECONDS = env.float("RELAY_TICK_SECONDS", default=1.0)
RELAY_THREADS = env.int("RELAY_THREADS", default=16)
# What a process that dies had taken is another's after this; longer than any call takes.
RELAY_LEASE_SECONDS = env.int("RELAY_LEASE_SECONDS", default=120)
# Seconds before each further try, the last again and again; after so many tries it is a dead letter.
RELAY_BACK_OFF = env.list("RELAY_BACK_OFF", cast=int, default=[30, 120, 600, 3600, 21600])
RELAY_MOST_TRIES = env.int("RELAY_MOST_TRIES", default=8)
# 企业微信 and 钉钉 mute a robot beyond this.
ROBOT_PER_MINUTE = env.int("ROBOT_PER_MINUTE", default=20)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"once_a_minute": {"()": "core.log_filters.OnceAMinute"}},
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # It tells at every try that Valkey is away.
    "loggers": {"channels_redis.pubsub": {"filters": ["once_a_minute"]}},
}
