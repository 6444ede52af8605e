"""At a centre: nothing is guessed; whatever is missing stops the start with one sentence."""

from heshi.settings import env
from heshi.settings.base import *  # noqa: F403 -- a settings module is its base plus a few lines
from heshi.settings.base import HESHI_PROXIES, STORAGES

DEBUG = False
ALLOWED_HOSTS = env.words("HESHI_HOSTS")
SECRET_KEY = env.text("HESHI_SECRET_KEY")
HESHI_KEYS = env.encryption_keys("HESHI_KEYS")
HESHI_LOOKUP_KEY = env.encryption_keys("HESHI_LOOKUP_KEY")[0]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

HESHI_HTTPS = env.flag("HESHI_HTTPS", True)
SECURE_SSL_REDIRECT = HESHI_HTTPS
SESSION_COOKIE_SECURE = HESHI_HTTPS
CSRF_COOKIE_SECURE = HESHI_HTTPS
SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60 if HESHI_HTTPS else 0
if HESHI_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
