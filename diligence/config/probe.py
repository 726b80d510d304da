"""Ask a running part for its health: `python -m diligence.config.probe PART ...`.

`database` and `redis` are asked through the web server's health page, the workers and beat by
their signs of life in Redis. Light on purpose: containers run it every few seconds.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence

from diligence.config import env, heartbeats

WEB_PARTS = frozenset({"database", "redis"})


def parts_of(base: str, timeout: float = 5) -> Mapping[str, bool]:
    """What the health page says, part by part; nothing when it does not answer."""
    request = urllib.request.Request(f"{base}/healthz")  # noqa: S310 an address of ours
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310 - our own address
            return _parts(response.read())
    except urllib.error.HTTPError as error:
        return _parts(error.read())
    except OSError:
        return {}


def _parts(body: bytes) -> Mapping[str, bool]:
    try:
        found = json.loads(body)["parts"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {str(name): bool(well) for name, well in found.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every named part answers."""
    names = list(sys.argv[1:] if arguments is None else arguments)
    page = parts_of(env.text("PROOFROOM_PROBE_URL", "http://127.0.0.1:8000"))
    address = env.redis("REDIS_URL", "redis://127.0.0.1:6379/0")
    silent = [
        name
        for name in names
        if not (page.get(name) if name in WEB_PARTS else heartbeats.seen(address, name))
    ]
    if silent:
        sys.stderr.write(f"No answer from: {', '.join(silent)}\n")
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
