"""One settings file; the environment fills it. docs/deploy.md lists the variables."""

from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from environs import Env

from civil_affairs import home
from civil_affairs.broker import cache_url, celery_broker, celery_transport_options
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
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Hard on memory as well as time, and half the wait at log-in; older hashes still open.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["apps.offices.access.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

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
    }
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
# Each endpoint documents its own closed lists of error codes and fields (drf-standardized-errors):
# they are different lists of the same name by design, and drf-spectacular numbers them.
SILENCED_SYSTEM_CHECKS = ["security.W021", "drf_spectacular.W001"]
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
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "civil_affairs.middleware.RefusalJson"}
SPECTACULAR_SETTINGS = {
    "TITLE": "社会救助系统",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.offices.once.document_refusals",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# ---- logs: to stderr, for systemd or honcho to keep ----
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
}
