"""登录的设置: how sure a log-in is and how long it holds. docs/deploy.md lists the variables.

Why each default is what it is, and where 等保 and ASVS contradict each other:
docs/decisions/0022-log-in.md. A limit of 0 is no limit.
"""

from __future__ import annotations

from environs import Env

env = Env()

HTTPS = env.bool("CIVIL_HTTPS", False)

# ---- the second factor ----
# 等保 (GB/T 22239-2019 8.1.4.1 d): two factors. Demanded by default where there is HTTPS, which a
# key needs anyway; the demonstration, development and tests go without, and the page says so.
DJBH_ROLES = (
    "approver",
    "finance",
    "checker",
    "county_supervisor",
    "system_admin",
    "security_admin",
    "audit_admin",
)
MFA_ROLES = env.list("MFA_ROLES", list(DJBH_ROLES) if HTTPS else [])
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "apps.offices.doors.adapters.Factors"
MFA_FORMS = {
    "authenticate": "apps.offices.doors.forms.Code",
    "authenticate_webauthn": "apps.offices.doors.forms.Key",
    "activate_totp": "apps.offices.doors.forms.NewApp",
    "add_webauthn": "apps.offices.doors.forms.NewKey",
}
MFA_TOTP_TOLERANCE = 1  # 30 s either way: office clocks
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_REAUTHENTICATION_REQUIRED = False  # our own gate asks (apps/offices/doors/gate.py)

# ---- allauth's log-in: names and passwords, nothing by mail, no limit kept in Redis ----
ACCOUNT_ADAPTER = "apps.offices.doors.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGIN_TIMEOUT = 300  # seconds from the password to the second step

# ---- the lock ----
LOGIN_FAILURES = env.int("LOGIN_FAILURES", 5)
LOGIN_ADDRESS_FAILURES = env.int("LOGIN_ADDRESS_FAILURES", 30)
LOGIN_LOCK_MINUTES = env.int("LOGIN_LOCK_MINUTES", 15)
# 网络安全法 第二十一条: six months at least.
LOGIN_ATTEMPT_KEEP_DAYS = env.int("LOGIN_ATTEMPT_KEEP_DAYS", 200)
# Whose X-Forwarded-For is believed: the nginx of deploy/nginx.conf, on the same machine.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", ["127.0.0.1", "::1"] if HTTPS else [])

# ---- sessions ----
SESSION_ENGINE = "apps.offices.doors.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 15)
SESSION_HOURS = env.int("SESSION_HOURS", 8)
SESSION_CAP = env.int("SESSION_CAP", 3)
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", 30)

# ---- passwords ----
PASSWORD_PROFILE = env.str("PASSWORD_PROFILE", "djbh")
# Length, kinds of characters of four, last ones that may not come back, days until it is changed.
_PROFILES = {"djbh": (8, 3, 5, 90), "asvs": (12, 0, 0, 0)}
if PASSWORD_PROFILE not in _PROFILES:
    raise ValueError(f"PASSWORD_PROFILE 只能是 djbh 或 asvs，不能是 {PASSWORD_PROFILE}。")
_LENGTH, _KINDS, _HISTORY, _DAYS = _PROFILES[PASSWORD_PROFILE]
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", _LENGTH)
PASSWORD_KINDS = env.int("PASSWORD_KINDS", _KINDS)
PASSWORD_HISTORY = env.int("PASSWORD_HISTORY", _HISTORY)
PASSWORD_MAX_AGE_DAYS = env.int("PASSWORD_MAX_AGE_DAYS", _DAYS)
PASSWORD_WARN_DAYS = env.int("PASSWORD_WARN_DAYS", 7)
_RULES = ["LongEnough", "KindsOfCharacters", "NotOneOfTheLast"]
_COMMON = ["UserAttributeSimilarityValidator", "CommonPasswordValidator"]
AUTH_PASSWORD_VALIDATORS = [
    *({"NAME": f"apps.offices.doors.passwords.{name}"} for name in _RULES),
    *({"NAME": f"django.contrib.auth.password_validation.{name}"} for name in _COMMON),
]
