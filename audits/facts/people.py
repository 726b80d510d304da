"""Tells which names and addresses in a history are the same person, and which are no person.

Two identities are one where they share an address, or a full name of at least two words. A lone
first name, the name of a machine and an address that many share join nobody: two people taken for
one would be the worse error.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from audits.facts.tools import history_names as names

Identity = tuple[str, str]


class Persons(Struct, frozen=True):
    """Everyone in a history: each identity (name, address) with the name the person uses most."""

    _names: Mapping[Identity, str] = field(default_factory=dict)
    _bots: frozenset[Identity] = frozenset()

    @classmethod
    def of(cls, identities: Iterable[Identity]) -> "Persons":
        """Merges the identities; each is given as often as it committed."""
        counts = Counter(identities)
        bots = frozenset(i for i in counts if _is_bot(*i))
        groups = _grouped(sorted(set(counts) - bots))
        named: dict[Identity, str] = {}
        taken: Counter[str] = Counter()
        for group in groups:
            best = min(group, key=lambda i: (-counts[i], i))
            name = best[0] or "someone without a name"
            taken[name] += 1
            number = f" ({taken[name]})" if taken[name] > 1 else ""
            named |= dict.fromkeys(group, f"{name}{number}")
        return cls(named, bots)

    def named(self, name: str, address: str) -> str:
        """The person's name."""
        return self._names.get((name, address), name)

    def is_bot(self, name: str, address: str) -> bool:
        """Whether this is a program."""
        return (name, address) in self._bots

    @property
    def people(self) -> tuple[str, ...]:
        """Their names, sorted."""
        return tuple(sorted(set(self._names.values())))


def _is_bot(name: str, address: str) -> bool:
    login = _login(address)
    return bool(names.BOT.search(name.lower()) or names.BOT.search(login))


def _login(address: str) -> str:
    """What stands before the @, without the number that GitHub puts there."""
    local, _, host = address.lower().partition("@")
    return local.partition("+")[2] or local if host == names.HIDDEN_ADDRESS else local


def _keys(identity: Identity) -> Iterable[str]:
    """What joins this identity with others."""
    name, address = " ".join(identity[0].lower().split()), identity[1].lower().strip()
    local, _, host = address.partition("@")
    if host == names.HIDDEN_ADDRESS:
        yield f"login {_login(address)}"
    elif host and local and not _is_shared(address):
        yield f"address {address}"
    if " " in name and name not in names.SHARED_NAMES:
        yield f"name {name}"


def _is_shared(address: str) -> bool:
    return address in names.SHARED_ADDRESSES or address.endswith(names.SHARED_HOSTS)


def _grouped(identities: Iterable[Identity]) -> list[list[Identity]]:
    """Identities that share a key, directly or over others."""
    above: dict[str, str] = {}

    def root(key: str) -> str:
        while (parent := above.setdefault(key, key)) != key:
            above[key] = key = above[parent]
        return key

    first: dict[Identity, str] = {}
    for identity in identities:
        keys = [*_keys(identity)] or [f"alone {identity}"]
        first[identity] = keys[0]
        for key in keys[1:]:
            above[root(key)] = root(keys[0])
    groups: dict[str, list[Identity]] = defaultdict(list)
    for identity, key in first.items():
        groups[root(key)].append(identity)
    return list(groups.values())
