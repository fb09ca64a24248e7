"""All settings, read from the environment; `config/env.py` has the readers."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent

HOST = os.environ.get("HOST", "") or "127.0.0.1"
PORT = env.integer("PORT", 8000, low=1, high=65535)
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
# The address that learners' tools are told; behind a proxy it is not what we listen on.
SITE_URL = env.site("SITE_URL", f"http://127.0.0.1:{PORT}")
REDIS_URL = env.redis("REDIS_URL", DATA_DIR)
PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG=1 and PRODUCTION=1: choose one")


def _secret_key() -> str:
    """Read SECRET_KEY, else the key kept in DATA_DIR, made on first use; production has no default."""
    if value := os.environ.get("SECRET_KEY", ""):
        if len(value) < 32:
            raise ImproperlyConfigured("SECRET_KEY: at least 32 characters")
        return value
    if PRODUCTION:
        raise ImproperlyConfigured("SECRET_KEY: set it, PRODUCTION=1 has no default")
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        _keep_new_secret(path)
    return path.read_text(encoding="ascii")


def _keep_new_secret(path: Path) -> None:
    """Write a new secret; of processes that do so at once, one wins, and none reads half a file."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # mkstemp: only we can read it
        file.write(secrets.token_urlsafe(48))
        file.flush()
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.flag("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers keep one set of cookies for all ports of a host; two instances must not disturb each other.
SESSION_COOKIE_NAME = f"session-{PORT}"
CSRF_COOKIE_NAME = f"csrf-{PORT}"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 180
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "template_partials",
    "config.apps.ProjectConfig",
    "labs",
    "sandbox",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.cross_origin_isolation",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.filesystem.Loader"],
                        )
                    ],
                )
            ],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "entrypoint.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "labs.Learner"
LOGIN_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Static files: `static/` is written by hand, `static/dist/` is built by `make build`.
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist" / "site"]
STATIC_ROOT = BASE_DIR / "static" / "dist" / "collected"
RUNTIME_DIR = BASE_DIR / "static" / "dist" / "runtime"
RUNTIME_URL = "/runtime/"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Bodies of S3 objects, one folder per environment, named by their SHA-256.
    "objects": {"BACKEND": "sandbox.bodies.ContentStorage", "OPTIONS": {"location": DATA_DIR / "objects"}},
}

CONTENT_DIR = env.folder("CONTENT_DIR", BASE_DIR / "content")

# The gateway answers below this path; everything else is Django's.
GATEWAY_PATH = "/aws"
SANDBOX_LISTENERS = ["labs.listeners.environments_called"]
# Events of reading calls are written in batches by a thread; tests write them at once.
SANDBOX_RECORD_IN_BACKGROUND = True

# Calls that an account may make in a second, four times as many at once; 0 for any number.
SANDBOX_REQUESTS_PER_SECOND = env.integer("SANDBOX_REQUESTS_PER_SECOND", 50, low=0, high=1_000_000)

# Longest request body (it is kept in memory), and seconds after which a stuck process is replaced.
MAX_BODY_BYTES = env.integer("MAX_BODY_BYTES", 64 * 1024 * 1024, low=1024, high=2**31)
REQUEST_DEADLINE = env.integer("REQUEST_DEADLINE", 60, low=0, high=3600)

CELERY_BROKER_URL = env.kombu_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # An unacknowledged message of a dead worker is given out again after this time; no task runs for longer.
    "visibility_timeout": 60,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
# A click must be answered, also when the broker is down: one more try, then kombu's OperationalError.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 40
CELERY_TASK_TIME_LIMIT = 50
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_TIMEZONE = TIME_ZONE

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        # xterm.js sets the sizes of its rows by style attributes.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"sandbox": {"level": "INFO"}, "labs": {"level": "INFO"}},
}
