"""What all profiles share. A profile imports * from here and states its differences."""

from pathlib import Path

from site_cms.settings.environment import ROOT, env, networks

DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "var")))

INSTALLED_APPS = [
    "voting",
    "showcase",
    "site_cms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    # The editor's part of tables.
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "site_cms.accounts.apps.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_ratelimit",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "site_cms.security_headers.SecurityHeadersMiddleware",
    "site_cms.errors.MethodNotAllowedPage",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "site_cms.design.preferences.PreferencesMiddleware",
    # A page that is kept costs nothing of what stands below: no session, no user, no view.
    "site_cms.pages.cache.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "site_cms.accounts.middleware.SecondFactorMiddleware",
    "site_cms.pages.admin_doors.AdminDoorsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "site_cms.urls"
WSGI_APPLICATION = "site_cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "site_cms.design.context_processors.preferences",
                "site_cms.pages.context_processors.site",
            ],
        },
    }
]

AUTH_USER_MODEL = "site_cms.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [ROOT / "site_cms" / "locale"]
FORMAT_MODULE_PATH = ["site_cms.formats"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# The keys of polls: one file each, apart from the database and from its backups.
KEYS_DIR = Path(env.str("KEYS_DIR", default=str(DATA_DIR / "keys")))

# Share pictures and posters as they were drawn; may be emptied at any time.
POSTERS_DIR = DATA_DIR / "posters"
# Certificates and share pictures of results; may be emptied at any time too.
HONOURS_DIR = DATA_DIR / "honours"

# Where citizens reach the site: receipts, QR codes and share pictures are made from it.
PUBLIC_ORIGIN = env.str("PUBLIC_ORIGIN", default="http://127.0.0.1:8000").rstrip("/")

# Addresses whose X-Forwarded-For is believed. Empty: the peer itself is the client.
TRUSTED_PROXIES = networks("TRUSTED_PROXIES")

# Counters of site_cms.gate.decorators.limited.
RATELIMIT_USE_CACHE = "limits"

# The most tries that a phone needs before its ballot is taken (voting.polls.hardness);
# risk multiplies it. 80 are less than a second on a slow phone. 0: no work is asked for.
WORK_DIFFICULTY = env.int("WORK_DIFFICULTY", default=80)

# The tabs of the header: a word and an address, or the name of one.
SITE_NAVIGATION = [
    ("首页", "/"),
    ("看单位", "/u/"),
    ("评一评", "/vote/"),
    ("实事台账", "showcase:ledger"),
    ("公告", "/notices/"),
]

# Where what everybody must be able to check is written: showcase.contests.public_log calls it.
PUBLIC_LOG = "voting.log.services.append"
# What subjects add to a statement, by its kind: `function(contest, *, now) -> dict`.
PUBLIC_LOG_FACTS: dict[str, list[str]] = {
    "opened": [
        "voting.log.services.log_key",
        "voting.polls.log_facts.ballot_as_opened",
        "voting.integrity.thresholds_queries.hash_for_log",
    ],
    "closed": ["voting.integrity.thresholds_queries.text_for_log"],
}

# Whether the picks in the public log may be opened for everybody: `function(contest, *, now)`.
OPENINGS_GATE = "voting.results.queries.openings_are_public"

# What else goes into a public bundle: `function(plan, *, now)` gives names and their bytes.
BUNDLE_FILES = "voting.results.audit_bundle.files_of_public_result"

# What must be there before a poll loses its key: `function(poll, *, now) -> sentences`.
AGAINST_ARCHIVING = "voting.integrity.bundle_queries.against_archiving"

# What must hold before a stage opens, and what it freezes: showcase.contests calls these.
STAGE_GATES: dict[str, str] = {
    "poll": "voting.integrity.gates.poll_gate",
    "night": "voting.judging.gates.night_gate",
}

# What poll and night say of an entry that leaves or comes back. Each is
# `function(entry, *, now) -> sentences`; those against it refuse it.
WITHDRAWAL_EFFECTS = "voting.integrity.withdrawals.effects_of_withdrawal"
AGAINST_CHANGING_ENTRIES = "voting.results.queries.against_changing_entries"
AGAINST_REINSTATING = "voting.integrity.withdrawals.against_reinstating"

# Further cards of a unit's desk. Each is `function(unit, contest, *, number, now)` and gives a
# showcase.pages.desk.Task or None.
DESK_TASKS: list[str] = ["voting.results.honour_desk.honour_task"]

# Groups that are no roles, put right by `manage.py sync_groups`. Each is `function() -> changes`.
GROUP_KEEPERS: list[str] = ["showcase.pages.desks.groups.sync_unit_groups"]
# Acts of the trail after which no public page reads differently: these beginnings of their
# names. Everything else makes all kept pages be drawn anew.
ACTS_WITHOUT_PUBLIC_TRACE = (
    "sign_in.",
    "second_factor.",
    "password.",
    "device.",
    "host.",
    "late_sheet.",
    "outlier.",
    "printed_code.",
    "code_batch.",
    "thresholds.",
    "losses.",
    "whatif.",
    # The screens ask for their picture themselves, and the page for phones lives a second.
    "screen.",
    "sheet.paper.",
    "sheet.late.filed",
    "sheet.late.proposed",
    "sheet.late.rejected",
    "sheet.correction.proposed",
    "sheet.correction.rejected",
    "objection_to_result.accepted",
    "objection_to_result.checking",
    "objection_to_result.person_read",
    "objection_to_result.reply.proposed",
    "objection_to_result.reply.rejected",
    "objection_to_result.forgotten",
    # What one person proposes about a result is seen once another has agreed.
    "result.computed",
    "result.publish.proposed",
    "result.publish.rejected",
    "result.revise.proposed",
    "result.revise.rejected",
    "result.finalise.proposed",
    "result.finalise.rejected",
    "result.reopen.proposed",
    "result.reopen.rejected",
    "tie.seed.proposed",
    "tie.seed.rejected",
    "tie.decision.proposed",
    "tie.decision.rejected",
    "points.give.proposed",
    "points.give.rejected",
)

# What Wagtail's admin saves without a service of ours, and public pages show.
PUBLIC_MODELS = [
    "site_cms.GovernmentSettings",
    "site_cms.SiteImage",
    "site_cms.SiteDocument",
    "site_cms.SiteVideo",
    "site_cms.SiteVideo",
    "showcase.Sector",
    "wagtailcore.Site",
    "wagtailredirects.Redirect",
]

# The in-process tier of the page cache (site_cms.pages.cache), in bytes. 0: no page is kept.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_MEGABYTES", default=32) * 1024 * 1024

# When public pages read differently though nobody did anything: `function(*, now)`, the
# next such moment or None. No kept page lives longer.
PAGE_CACHE_NEXT_CHANGE: list[str] = ["showcase.contests.queries.next_change"]

# How reviews become totals and a ranking: showcase.reviews calls these with plain dicts.
REVIEW_RULES: dict[str, str] = {
    "total": "voting.rules.reviewing.total",
    "rank": "voting.rules.reviewing.rank",
}

# Work of `manage.py worker`, in this order. Each is `function(*, now)`.
WORKER_JOBS: list[str] = [
    "showcase.contests.services.open_due_stages",
    "voting.polls.tally.tally_open_polls",
    "voting.polls.tally.publish_due_totals",
    "voting.polls.sealing.seal_due_ballots",
    "voting.log.heads.sign_due_heads",
    "voting.integrity.lists_services.list_waiting_leaves",
    "voting.integrity.log_bundle.keep_due_bundles",
    "showcase.pages.posters.draw_missing_posters",
    "voting.results.honour_files.draw_missing_honours",
    "site_cms.accounts.services.forget_old_failures",
    "site_cms.freshness.services.fold_changes",
    "site_cms.messaging.services.forget_old_allowances",
    "voting.polls.voter_services.forget_old_phone_codes",
    "site_cms.gate.work.forget_spent_work",
    "site_cms.gate.minutes.mark_minute",
    # Last: they may take half a minute, and nothing else is to wait for them.
    "voting.results.audit_bundle.check_due_results",
    "voting.integrity.watching.watch_open_polls",
]

# Text messages (site_cms.messaging): aliyun, tencent or console; empty sends none.
SMS_PROVIDER = env.str("SMS_PROVIDER", default="")
SMS_ACCESS_KEY_ID = env.str("SMS_ACCESS_KEY_ID", default="")
SMS_ACCESS_KEY_SECRET = env.str("SMS_ACCESS_KEY_SECRET", default="")
SMS_APP_ID = env.str("SMS_APP_ID", default="")
SMS_SIGN_NAME = env.str("SMS_SIGN_NAME", default="")
SMS_TEMPLATE = env.str("SMS_TEMPLATE", default="")
# The variables of the template in its order; there are `code` and `minutes`.
SMS_PARAMETERS = env.list("SMS_PARAMETERS", default=["code"])
SMS_ENDPOINT = env.str("SMS_ENDPOINT", default="").rstrip("/")
# In yuan: what a message costs, and what all of a day may cost.
SMS_PRICE = env.str("SMS_PRICE", default="0.05")
SMS_DAILY_CAP = env.str("SMS_DAILY_CAP", default="200")

# The official account through which voters inside WeChat are told apart.
WECHAT_APP_ID = env.str("WECHAT_APP_ID", default="")
WECHAT_APP_SECRET = env.str("WECHAT_APP_SECRET", default="")
WECHAT_AUTHORIZE_URL = env.str(
    "WECHAT_AUTHORIZE_URL",
    default="https://open.weixin.qq.com/connect/oauth2/authorize",
)
WECHAT_API_URL = env.str("WECHAT_API_URL", default="https://api.weixin.qq.com")
# What the reports role of PostgreSQL may read: dictionaries of view names and queries, made
# by `manage.py grant_database_roles`. Public facts and counts, nothing of one person.
REPORT_VIEWS: list[str] = [
    "showcase.contests.reports.VIEWS",
    "showcase.ledger.reports.VIEWS",
    "site_cms.trail.reports.VIEWS",
    "voting.polls.reports.VIEWS",
    "voting.results.reports.VIEWS",
]

CSRF_FAILURE_VIEW = "site_cms.errors.csrf_failure"
SESSION_ENGINE = "site_cms.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

WAGTAIL_SITE_NAME = "红旗争夺赛"
WAGTAILADMIN_BASE_URL = PUBLIC_ORIGIN
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
# No foreign host is called from a county's network.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# A draft whose slug changes was never public: no redirect for it.
WAGTAILREDIRECTS_AUTO_CREATE = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "site_cms.pages.search_backend"}}
# After the last approval: by the service that knows about the freeze.
WAGTAIL_FINISH_WORKFLOW_ACTION = "showcase.pages.publication.publish_approved"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# Sign-in: one door, by account name and password, then the second factor.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
# Passwords are changed at /accounts/password/ and nowhere else.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
ACCOUNT_ADAPTER = "site_cms.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# The session ends with the browser, at the latest after SESSION_COOKIE_AGE.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "site_cms.accounts.forms.SignInForm",
    "reauthenticate": "site_cms.accounts.forms.ConfirmPasswordForm",
    "change_password": "site_cms.accounts.forms.ChangePasswordForm",
}
# Sign-ins are counted by site_cms.accounts.services.count_attempt. What is left to
# allauth is one-time codes, counted for each user: who gets there knows the password.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key"}
MFA_ADAPTER = "site_cms.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "红旗争夺赛"
MFA_TOTP_PERIOD = 30
# Telephones are not always on time: one period early or late is taken.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "site_cms.accounts.forms.SecondFactorForm",
    "reauthenticate": "site_cms.accounts.forms.ConfirmSecondFactorForm",
    "activate_totp": "site_cms.accounts.forms.SetUpSecondFactorForm",
}
# Prints one-time codes of operators for whoever runs the demo; see one_time_code.
DEMO = False

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "site_cms.accounts.validators.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "site_cms.accounts.validators.UnlikeTheUser"},
]

# Uploads. Formats, sizes and what is removed: site_cms.media.
WAGTAILIMAGES_IMAGE_MODEL = "site_cms.SiteImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "site_cms.media.forms.SiteImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "heic"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_JPEG_QUALITY = 80
WAGTAILIMAGES_WEBP_QUALITY = 70
# Four minutes at 720p. More would cost a villager's month of data, and the server's line.
SITE_VIDEO_MAX_UPLOAD_SIZE = 60 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_MODEL = "site_cms.SiteDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "site_cms.media.forms.SiteDocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "csv", "txt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
# Through a view that looks at permissions, and always as an attachment.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
