"""One settings file; the environment fills it. docs/deploy.md lists the variables."""

from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from environs import Env

from civil_affairs import home
from civil_affairs.broker import cache_url, celery_broker, celery_transport_options
from civil_affairs.log_in import *  # noqa: F403 - part of this file in a file of its own
from civil_affairs.log_lines import lines
from civil_affairs.naming import startup_options

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# ---- who we are ----
DEBUG = env.bool("DEBUG", False)
# Log-ins that are told in the footer what a page cost; "*" is everybody.
TESTERS: list[str] = env.list("CIVIL_TESTERS", [])
HTTPS = env.bool("CIVIL_HTTPS", False)
SECRET_KEY = env.str("SECRET_KEY", "") or home.secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
ROOT_URLCONF = "civil_affairs.urls"
WSGI_APPLICATION = "civil_affairs.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- apps ----
# A programme is a folder with a programme.py: a new one needs no line here.
SHARED_APPS = {"units", "offices", "households", "standards", "casework", "payments"}
PROGRAMME_APPS = sorted(
    folder.parent.name
    for folder in (BASE_DIR / "apps").glob("*/programme.py")
    if folder.parent.name not in SHARED_APPS
)
INSTALLED_APPS = [
    "civil_affairs",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "apps.units",
    "apps.offices",
    "apps.households",
    "apps.standards",
    "apps.casework",
    "apps.evidence",
    "apps.publicity",
    "apps.reviews",
    "apps.registers",
    *(f"apps.{name}" for name in PROGRAMME_APPS),
    "apps.payments",
    "apps.changes",
    "apps.papers",
]
MIDDLEWARE = [
    "civil_affairs.requests.Requests",
    # Outermost, so that files served straight from the folders are compressed too; those of
    # STATIC_ROOT lie there compressed already. A page's secrets are masked anew at every answer.
    "django.middleware.gzip.GZipMiddleware",
    "civil_affairs.cost.PageCost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "civil_affairs.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "civil_affairs.middleware.WhoActs",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.offices.doors.middleware.Door",
    "civil_affairs.middleware.RefusalPages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "apps.units.templatetags.units"],
            "context_processors": [
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.offices.perms.shell",
                "civil_affairs.cost.page_cost",
            ],
        },
    }
]

# ---- language and time ----
# The source is Chinese; English is civil_affairs/locale (docs/decisions/0013-english.md).
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "civil_affairs" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# ---- log-in ----
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
# Hard on memory as well as time, and half the wait at log-in; older hashes still open.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["apps.offices.access.Accounts"]

# ---- database ----
ROLE = env.str("CIVIL_ROLE", "")
database: dict[str, Any] = {
    "OPTIONS": {},
    **dj_database_url.parse(env.str("DATABASE_URL", "") or home.database_url()),
    "TEST": {"NAME": env.str("TEST_DATABASE_NAME", "test_civil_affairs")},
}
if socket_dir := database["OPTIONS"].pop("host", ""):
    database["HOST"] = socket_dir  # psql is told of HOST alone (./run dbshell)
if named := startup_options(ROLE, database["OPTIONS"].get("options", "")):
    database["OPTIONS"]["options"] = named
if ROLE == "web":
    # A thread waits at most 10 s for a connection rather than queueing without end.
    database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", 8),
        "timeout": 10,
    }
DATABASES = {"default": database}

# ---- Redis/Valkey: the queue and the cache ----
REDIS_URL = env.str("REDIS_URL", "") or home.redis_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": cache_url(REDIS_URL),
        "KEY_PREFIX": "civil",
    },
    # Of this process alone: the limits of the API go on being counted while Redis is away.
    "here": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "api",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = celery_transport_options(
    REDIS_URL, visibility_timeout=env.int("CELERY_VISIBILITY_TIMEOUT", 3600)
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Without it, publishing waits for ever when the broker is away.
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 10
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Days by which the clock of `./run demo` is set back (civil_affairs/demo_clock.py); 0: it is not.
CLOCK_BACK = env.int("CIVIL_CLOCK_BACK", 0)
# A run whose process has not been heard of for so long is picked up again.
STALE_RUN_SECONDS = env.int("STALE_RUN_SECONDS", 60)
# An errand whose effect is not there so long after it was sent is sent again; the wait doubles
# each time, up to 64 times this (apps/offices/outbox.py).
OUTBOX_RESEND_SECONDS = env.int("OUTBOX_RESEND_SECONDS", 20)
# How long what is over is kept: done errands, and answers to calls of the API.
OUTBOX_KEEP_DAYS = env.int("OUTBOX_KEEP_DAYS", 30)
IDEMPOTENCY_KEEP_DAYS = env.int("IDEMPOTENCY_KEEP_DAYS", 7)
# ---- the trail: its newest root of each day is also a line of this file, outside the database ----
AUDIT_ROOTS = env.str("AUDIT_ROOTS", "") or str(home.folder() / "audit-roots.txt")
CELERY_BEAT_SCHEDULE = {
    "seal": {
        "task": "apps.offices.tasks.seal",
        "schedule": env.float("AUDIT_SEAL_SECONDS", 5.0),
        "options": {"expires": 30},
    },
    "relay": {
        "task": "apps.offices.tasks.relay",
        "schedule": 5.0,
        "options": {"expires": 30},
    },
    "forget": {
        "task": "apps.offices.tasks.forget",
        "schedule": crontab(hour="3,13", minute="40"),
        "options": {"expires": 3600},
    },
    "pick-up-stale-runs": {
        "task": "apps.payments.tasks.pick_up_stale_runs",
        "schedule": env.float("SWEEP_SECONDS", 15.0),
        # A beat that found no worker must not leave a heap of the same errand behind.
        "options": {"expires": 60},
    },
    # At night, and again for an office that switches its server off. Opens nothing twice.
    "open-cycles": {
        "task": "apps.reviews.tasks.open_cycles",
        "schedule": crontab(hour="2,8", minute="10"),
        "options": {"expires": 3600},
    },
    # From midnight on the worklist is that of another day; in between, what was touched.
    "keep-answers": {
        "task": "apps.casework.tasks.keep_answers",
        "schedule": crontab(minute="3-59/20"),
        "options": {"expires": 600},
    },
}

# ---- static files ----
# A server collects them into STATIC_ROOT and serves hashed names; everywhere else
# whitenoise serves them straight from the folders, and nothing has to be collected.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STATIC_ROOT = env.str("STATIC_ROOT", "") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
# A test makes hundreds of clients, and each would list all files at its start (12 ms).
WHITENOISE_AUTOREFRESH = DEBUG or env.bool("CIVIL_TESTING", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# ---- files handed in: outside every folder that is served ----
EVIDENCE_DIR = env.str("EVIDENCE_DIR", "") or str(home.folder() / "documents")

# ---- browser security ----
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# nginx in front sets this header itself (deploy/nginx.conf), so a browser cannot forge it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
# The preload list is for public sites; a bureau's server stands on an inner network.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# The service of an ID card reader on the worker's own machine, such as
# http://127.0.0.1:8989/read; the one other address a page may ask. Empty: there is none.
CARD_READER_URL = env.str("CARD_READER_URL", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *([CARD_READER_URL] if CARD_READER_URL else [])],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# ---- API ----
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.offices.api.schema.Described",
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "civil_affairs.middleware.RefusalJson"}
# Calls a minute of each token, or of each log-in, by what a call needs.
API_RATES = {
    "read": env.int("API_READS_A_MINUTE", 600),
    "write": env.int("API_WRITES_A_MINUTE", 120),
    "reveal": env.int("API_REVEALS_A_MINUTE", 20),
}
API_BODY_BYTES = env.int("API_BODY_BYTES", 1_048_576)
API_FILE_BYTES = env.int("API_FILE_BYTES", 46_137_344)  # 32 MiB as Base64
# A token is good for so many days at most.
API_TOKEN_DAYS = env.int("API_TOKEN_DAYS", 365)
SPECTACULAR_SETTINGS = {
    "TITLE": "社会救助系统接口",
    "DESCRIPTION": (
        "网页能办的，接口都能办：同样的岗位、管辖范围、时限和经办审批分离。金额一律以分为单位的整数；"
        "月份写 2024-12，日期写 2024-06-05。证件号码、账号、电话一律遮盖，"
        "完整证件号码只经逐次记录的查看。说明见 docs/api.md。"
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["apps.offices.api.schema.complete"],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SERVE_AUTHENTICATION": ["apps.offices.api.door.Tokens", "apps.offices.api.door.Sessions"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# ---- logs: to stderr, for systemd or honcho to keep ----
# A line for each of a test's thousand requests would hide what it failed of.
LOG_LEVEL = env.str("LOG_LEVEL", "WARNING" if env.bool("CIVIL_TESTING", False) else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": lines(as_json=env.bool("LOG_JSON", HTTPS))},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would write beside ours, unscrubbed; and its lines on 4xx hold the
        # address, of which ours tells the route.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "propagate": True},
    },
}

# ---- monitoring ----
# Who may read /metrics: the bearer of this token; empty: this machine alone.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# Where processes of one server put their figures together; empty: each tells its own.
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", "")
