"""Where checks are declared and found.

A check is a function in `audits/checks/<lens>/<practice>.py` under the `@check` decorator. The
types of its parameters say which facts it needs. Discovery imports every module of the package and
lets import errors through: a check that cannot load must fail the build, not leave the catalogue.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from functools import cache
from typing import get_type_hints

from audits.engine.types import Check, Effort, Judgement, Lens, Nature, Needs

Judge = Callable[..., Judgement]
_CHECKS: dict[str, Check] = {}
PACKAGE = "audits.checks"
_READING = list(Lens)


def check(
    check_id: str,
    *,
    nature: Nature = Nature.PRACTICE,
    needs: Needs | None = None,
    effort: Effort = Effort.MEDIUM,
    experimental: bool = False,
) -> Callable[[Judge], Judge]:
    """Declares the decorated function as the check `check_id` (`<lens>/<practice>`).

    Raises ValueError where the id is not the module's path, the module has no page (docstring), or
    the id is taken.
    """

    def declare(judge: Judge) -> Judge:
        expected = f"{PACKAGE}.{check_id.replace('/', '.').replace('-', '_')}"
        if judge.__module__ != expected:
            raise ValueError(f"{check_id} must live in {expected}, not in {judge.__module__}")
        doc = inspect.getdoc(sys.modules[judge.__module__]) or ""
        if not doc:
            raise ValueError(f"{check_id} has no page: write the module's docstring")
        if check_id in _CHECKS:
            raise ValueError(f"{check_id} is declared twice")
        hints = get_type_hints(judge)
        hints.pop("return", None)
        _CHECKS[check_id] = Check(
            check_id, nature, needs, effort, judge, tuple(hints.items()), doc, experimental
        )
        return judge

    return declare


@cache
def catalogue() -> tuple[Check, ...]:
    """Every check, sorted by lens in their order of reading, then by practice."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, prefix=f"{PACKAGE}."):
        importlib.import_module(module.name)
    return tuple(sorted(_CHECKS.values(), key=lambda c: (_READING.index(c.lens), c.id)))


def check_of(practice: str) -> Check:
    """The check of a practice id. Raises KeyError where the catalogue has none."""
    for entry in catalogue():
        if entry.practice == practice:
            return entry
    raise KeyError(practice)
