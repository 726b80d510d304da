"""Forms by which credentials of known providers are told, and words that mark a stand-in.

Every pattern is a plain sequence of bounded classes: no alternation inside a repetition, so that a
scan takes time in proportion to the text.
"""

import re

from msgspec import Struct

from audits.engine.types import Severity
from audits.facts.lasting import lasting


class Format(Struct, frozen=True, dict=True):
    """`pattern` has the secret as its last group. `minimum` is the entropy in bits a character.

    A pattern is looked for where the text with which it begins stands. `mark` is another text of
    every such secret, for a pattern that begins with none or with a frequent one; `goes_on` is what
    must follow at once, where there is no better.
    """

    kind: str
    pattern: str
    severity: Severity = Severity.CRITICAL
    minimum: float = 3.0
    public: bool = False
    test_only: bool = False
    mark: str = ""
    goes_on: str = ""

    @lasting
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled once a text may hold it; few ever do."""
        return re.compile(self.pattern)


_C = Severity.CRITICAL
_H = Severity.HIGH
_M = Severity.MEDIUM

FORMATS = (
    Format("AWS access key id", r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b"),
    Format("AWS secret access key",
           r"(?i)aws[a-z_]{0,20}(?:secret|key)[a-z_]{0,20}[\"' ]{0,3}[=:>]{1,2}[\"' ]{0,3}"
           r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])", _C, 4.0,
           goes_on=r"(?i)[a-z_]{0,20}(?:secret|key)[a-z_]{0,20}[\"' ]{0,3}[=:>]"),
    Format("GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36,255})\b"),
    Format("GitHub token", r"\b(github_pat_[A-Za-z0-9_]{60,255})\b"),
    Format("GitLab token", r"\b(glpat-[A-Za-z0-9_\-]{20,64})"),
    Format("Slack token", r"\b(xox[abeoprs]-[0-9A-Za-z\-]{20,200})"),
    Format("Slack webhook", r"(hooks\.slack\.com/services/T[A-Za-z0-9]{6,14}/B[A-Za-z0-9]{6,14}/"
           r"[A-Za-z0-9]{20,30})", _H),
    Format("OpenAI key", r"\b(sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_\-]{16,140}T3BlbkFJ"
           r"[A-Za-z0-9_\-]{16,140})", mark="T3BlbkFJ"),
    Format("Anthropic key", r"\b(sk-ant-(?:api|admin)[0-9]{2}-[A-Za-z0-9_\-]{60,120})"),
    Format("OpenRouter key", r"\b(sk-or-v1-[a-f0-9]{64})\b"),
    Format("Hugging Face token", r"\b(hf_[A-Za-z]{30,40})\b", _C, 3.5),
    Format("Replicate token", r"\b(r8_[A-Za-z0-9]{37})\b", _C, 3.5),
    Format("Groq key", r"\b(gsk_[A-Za-z0-9]{48,56})\b"),
    Format("Pinecone key", r"\b(pcsk_[A-Za-z0-9_]{50,90})\b"),
    Format("LangSmith key", r"\b(lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10})\b"),
    Format("Langfuse secret key", r"\b(sk-lf-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-"
           r"[a-f0-9]{12})\b"),
    Format("Weights & Biases key",
           r"(?i)wandb[a-z_.]{0,20}[\"' ]{0,3}[=:( ]{1,3}[\"' ]{0,3}([a-f0-9]{40})\b", _H, 3.2),
    Format("Databricks token", r"\b(dapi[a-f0-9]{32})\b"),
    Format("Google API key", r"\b(AIza[0-9A-Za-z_\-]{35})(?![0-9A-Za-z_\-])", _H, 3.5),
    Format("Google OAuth client secret", r"\b(GOCSPX-[A-Za-z0-9_\-]{28})(?![A-Za-z0-9_\-])", _H),
    Format("Google OAuth access token", r"\b(ya29\.[0-9A-Za-z_\-]{40,300})", _H, 3.5),
    Format("Stripe secret key", r"\b((?:sk|rk)_live_[0-9a-zA-Z]{20,120})\b"),
    Format("Stripe test key", r"\b((?:sk|rk)_test_[0-9a-zA-Z]{20,120})\b", _M, test_only=True),
    Format("Stripe publishable key", r"\b(pk_(?:live|test)_[0-9a-zA-Z]{20,120})\b", _M,
           public=True),
    Format("Tunnel token", r"(?i)\bauthtoken[ =:\"']{1,4}([A-Za-z0-9]{20,32}_[A-Za-z0-9]{15,30})\b",
           _H, 3.8),
    Format("Twilio key", r"(?i)twilio[^\n]{0,60}\b(SK[a-f0-9]{32})\b", _H),
    Format("SendGrid key", r"\b(SG\.[A-Za-z0-9_\-]{22}\.[A-Za-z0-9_\-]{43})"),
    Format("Mailgun key", r"\b(key-[a-f0-9]{32})\b", _H),
    Format("Mailchimp key", r"\b([a-f0-9]{32}-us[0-9]{1,2})\b", _H, mark="-us[0-9]"),
    Format("npm token", r"\b(npm_[A-Za-z0-9]{36})\b"),
    Format("npm token", r"_authToken[ ]{0,2}=[ ]{0,2}\"?([A-Za-z0-9_\-]{30,80})"),
    Format("PyPI token", r"\b(pypi-AgE[A-Za-z0-9_\-]{50,250})"),
    Format("Telegram bot token", r"\b([0-9]{8,10}:AA[A-Za-z0-9_\-]{33})(?![A-Za-z0-9_\-])", _H,
           mark=":AA"),
    Format("Azure storage key", r"AccountKey=([A-Za-z0-9+/]{86}==)", _C, 4.0),
    Format("Azure client secret", r"\b([A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.\-]{34})", _C, 3.8,
           mark="8Q~"),
    Format("Shopify token", r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b"),
    Format("DigitalOcean token", r"\b(do[opr]_v1_[a-f0-9]{64})\b"),
    Format("Grafana token", r"\b(glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8})\b", _H),
    Format("Vault token", r"\b(hvs\.[A-Za-z0-9_\-]{24,200})"),
    Format("Terraform Cloud token", r"\b([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-]{60,70})",
           mark=r"\.atlasv1\."),
    Format("Postman key", r"\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b", _H),
    Format("New Relic key", r"\b(NRAK-[A-Z0-9]{27})\b", _H),
    Format("Linear key", r"\b(lin_api_[A-Za-z0-9]{40})\b", _H),
    Format("Notion token", r"\b(ntn_[A-Za-z0-9]{40,50})\b", _H),
    Format("Supabase token", r"\b(sbp_[a-f0-9]{40})\b"),
    Format("Tavily key", r"\b(tvly-(?:dev-|prod-)?[A-Za-z0-9]{30,40})\b", _H),
    Format("Firecrawl key", r"\b(fc-[a-f0-9]{32})\b", _H),
    Format("Age secret key", r"\b(AGE-SECRET-KEY-1[A-Z0-9]{58})\b"),
    Format("Sonar token", r"\b(sq[apu]_[a-f0-9]{40})\b", _H),
    Format("Docker Hub token", r"\b(dckr_pat_[A-Za-z0-9_\-]{27})"),
    Format("Docker registry login", r"\"auth\"[ ]{0,4}:[ ]{0,4}\"([A-Za-z0-9+/]{16,300}={0,2})\"",
           _H, 3.5),
    Format("Salesforce or similar session", r"\b(00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,120})", _H),
    Format("Unix password hash", r":(\$[156]\$[A-Za-z0-9./]{4,16}\$[A-Za-z0-9./]{20,90}):", _H),
    Format("Session in a file of cookies",
           r"\t(?:TRUE|FALSE)\t/[^\t\n]{0,99}\t(?:TRUE|FALSE)\t[0-9]{1,12}\t[^\t\n]{0,60}"
           r"(?:session|token|auth|sid|jwt)[^\t\n]{0,60}\t([A-Za-z0-9_\-.%+/=]{24,})", _H, 4.0),
    Format("Apache password hash", r":(\$apr1\$[A-Za-z0-9./]{4,8}\$[A-Za-z0-9./]{22})", _H),
)  # fmt: skip

PRIVATE_KEY = r"-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----"
PUTTY_KEY = r"PuTTY-User-Key-File-[23]:"

ADDRESS_WITH_LOGIN = (
    r"[a-z][a-z0-9+.\-]{1,20}://[^\s:/@\"'<>{}$`]{1,60}:[^\s/@\"'<>`]{3,120}@[^\s/\"'<>`:,]{1,120}"
)

KEY_WORDS = (
    "password", "passwd", "passphrase", "_pwd", "pwd", "secret", "token", "api_key", "apikey",
    "api-key", "access_key", "accesskey", "account_key", "private_key", "auth_key", "credential",
    "encryption_key", "signing_key", "authkey",
)  # fmt: skip
"""Parts of a name that is given a credential."""

NOT_KEYS = (
    "tokenizer", "max_token", "maxtoken", "num_token", "token_count", "tokens", "token_url",
    "_file", "_path", "token_type", "special_token", "pad_token", "eos_token", "bos_token",
    "unk_token",
    "mask_token", "sep_token", "cls_token", "token_id", "secret_name", "secretname", "secret_id",
    "password_field", "passwordfield", "password_hash", "hashed", "hasher", "token_limit",
    "key_name",
    "secretkeyref", "secret_version", "csrf", "placeholder", "label", "validator", "tokenize",
    "_length", "_min", "_max", "expir", "lifetime", "public", "token_index", "image_token",
    "tokenurl", "token_endpoint", "_env", "help", "reset", "title", "error", "message", "regex",
    "pattern", "autocomplete", "type", "template", "url", "uri", "arn", "description", "prompt",
    "tokenstart", "tokenend", "secretref", "secrets", "_param", "selector", "hint", "generate",
    "column", "input", "header", "scope", "method", "version", "prefix", "require", "class",
)  # fmt: skip
"""Parts of a name that has such a word and holds no credential."""

PLACEHOLDERS = (
    "example", "your", "changeme", "change-me", "change_me", "changethis", "placeholder", "xxxx",
    "dummy", "insert", "replace", "redacted", "<", ">", "****", "...", "todo", "sample", "fake",
    "foobar", "notasecret", "not-a-secret", "not_a_secret", "none", "null", "undefined", "enter",
    "secret_key", "api_key", "mykey", "my-", "my_", "here", "abc123", "123456", "abcdef", "test",
    "deadbeef", "0000000", "1111111", "local", "dev-", "development", "insecure", "demo", "mock",
    "hardcoded", "super_secret", "supersecret", "super-secret",
    "secrets.", "default", "unused", "ignored", "throwaway", "ci-only", "ci_only",
)  # fmt: skip
"""Parts of a value that nobody would use in earnest."""

COMMON = frozenset({
    "password", "postgres", "admin", "root", "airflow", "mysql", "mlflow", "minio", "minioadmin",
    "minio123", "secret", "pass", "test", "user", "guest", "rabbitmq", "redis", "prefect", "feast",
    "grafana", "django", "example", "docker", "letmein", "qwerty", "mongo", "elastic", "changeme",
})  # fmt: skip
"""Passwords that come with a product or with every tutorial."""

EMULATORS = ("devstoreaccount1", "localstack", "azurite", "emulator")
"""Words of a line that hold a publicly known key of an emulator."""
