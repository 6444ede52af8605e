"""On a desk: embedded database, secrets made on the first run, only this machine may come in."""

from heshi.settings import env, secrets
from heshi.settings.base import *  # noqa: F403 -- a settings module is its base plus a few lines
from heshi.settings.base import HESHI_CHANNELS, HESHI_VAR, STATIC_ROOT

DEBUG = env.flag("HESHI_DEBUG", True)
ALLOWED_HOSTS = env.words("HESHI_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = env.text("HESHI_SECRET_KEY", secrets.secret_key(HESHI_VAR / "secrets"))
HESHI_KEYS = env.encryption_keys("HESHI_KEYS", secrets.encryption_keys(HESHI_VAR / "secrets"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
HESHI_LOOKUP_KEY = env.encryption_keys("HESHI_LOOKUP_KEY", [secrets.lookup_key(HESHI_VAR / "secrets")])[0]
# Short messages become files under var/outbox, unless a gateway is named.
HESHI_CHANNELS = HESHI_CHANNELS | {"sms": HESHI_CHANNELS["sms"] or "heshi.notices.actions.channels.file_sms"}
# WhiteNoise warns in every process about a folder that nothing has been collected into yet.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
