"""Fifty people at once, uploads and two audits under way: what the web answers, and how fast.

    python -m tests.benchmarks.load [SECONDS] [PEOPLE]

The processes are those of production on servers of their own. Two fifths of the people are of the
firm and read boards, dashboards, evidence and inbox; the others are founders in rooms of their own,
who read, save answers and hand in files. Each waits half a second to two seconds between two acts.
Two workers are kept busy with audits. Reported by act: how many, how many failed, the median and
the 95th percentile in milliseconds on the clock.
"""

import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles

import tests.conftest as ground  # noqa: F401 - sets Django up
from audits.models import AuditRun, Repository
from audits.services.runs import request_run
from diligence.models import Deal, User
from tests.audits.building import a_bundle
from tests.cast import a_deal, a_founder, an_issued_questionnaire, whole_cast
from tests.faults.house import House, Visitor, open_house, private_folder
from tests.rubrics.building import a_scorecard, an_assessment

PEOPLE, SECONDS = 50, 300
THINKS = (0.5, 2.0)
FILE = b"day,auc\n" + b"1,0.9\n" * 20_000
MODULE = "import sklearn\n\ndef train_{n}(frame):\n    return sklearn.fit(frame, {n})\n"
FILES = {f"src/part_{n}.py": MODULE.format(n=n) * 20 for n in range(1500)}
QUESTION = "main-model"


@dataclass
class Log:
    """What came back, by act: seconds, and what was no answer."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, status: int, seconds: float) -> None:
        """Remembers one answer."""
        with self.lock:
            self.took[act].append(seconds)
            if status != 200:
                self.failed[act].append(status)


@dataclass
class Person:
    """One person, and what they do in turn."""

    visitor: Visitor
    acts: dict[str, Callable[["Person"], int]]
    revision: int = 0

    def live(self, log: Log, over: threading.Event, chance: random.Random) -> None:
        """Goes from act to act until it is over."""
        while not over.wait(chance.uniform(*THINKS)):
            name = chance.choice(list(self.acts))
            began = time.monotonic()
            status = self.acts[name](self)
            log.note(name, status, time.monotonic() - began)


def reads(path: str) -> Callable[[Person], int]:
    """An act that opens a page."""
    return lambda person: person.visitor.ask(path)[0]


def somebody_of_the_firm(house: House, user: User, deal: Deal) -> Person:
    base = f"/deals/{deal.pk}/"
    pages = {
        "board": "/board/", "deals": "/deals/", "portfolio": "/portfolio/", "inbox": "/inbox/",
        "deal": base, "risk": f"{base}risk/", "evidence": f"{base}evidence/",
        "audits": f"{base}audits/",
    }  # fmt: skip
    return Person(Visitor(house, user), {name: reads(path) for name, path in pages.items()})


def a_founder_at_work(house: House, founder: User, deal: Deal) -> Person:
    questionnaire = deal.questionnaires.get()
    room = f"/room/{deal.pk}/"
    page = f"{room}questionnaire/{questionnaire.pk}/"

    def save(person: Person) -> int:
        fields = {f"{QUESTION}.value": f"v{person.revision}"}
        fields[f"{QUESTION}.revision"] = str(person.revision)
        status, _ = person.visitor.ask(f"{page}answer/{QUESTION}/", fields)
        person.revision += status == 200
        return status

    def hand_in(person: Person) -> int:
        return person.visitor.hand_in(f"{room}evidence/", "auc.csv", FILE)

    person = Person(
        Visitor(house, founder),
        {
            "room": reads(room), "questions": reads(f"{page}models/"), "save an answer": save,
            "room's evidence": reads(f"{room}evidence/"), "hand in 120 kB": hand_in,
        },
    )  # fmt: skip
    person.visitor.enter(f"{page}models/")
    return person


def crowd(house: House, people: int) -> tuple[list[Person], list[Repository]]:
    """The people, each founder in a room of its own, and two repositories to examine."""
    cast = whole_cast()
    firm = cycle((cast.analyst, cast.partner, cast.reviewer, cast.admin))
    a_scorecard(an_assessment(cast.deal), cast.reviewer, level=2, locked=True)
    found = [somebody_of_the_firm(house, next(firm), cast.deal) for _ in range(round(people * 0.4))]
    for number in range(people - len(found)):
        deal = a_deal(cast.analyst, startup=f"Startup {number}")
        an_issued_questionnaire(deal)
        founder = a_founder(deal, f"founder-{number}@startup.example")
        found.append(a_founder_at_work(house, founder, deal))
    source = house.data.parent / "source"
    repositories = [
        a_bundle(deal, deal.owner, source / str(deal.pk), FILES)
        for deal in (cast.deal, cast.other_deal)
    ]
    return found, repositories


def keep_auditing(repositories: list[Repository], seconds: int) -> list[AuditRun]:
    """An audit of each repository at all times; the runs that were asked for.

    In the thread whose connection leads to the house.
    """
    asked: list[AuditRun] = []
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        for repository in repositories:
            if not repository.runs.filter(state__in=("queued", "running")).exists():
                asked.append(request_run(actor=repository.added_by, repository=repository))
        time.sleep(0.5)
    return asked


def main() -> None:
    """Lets them live for so many seconds and prints the table."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    people = int(sys.argv[2]) if len(sys.argv) > 2 else PEOPLE
    with private_folder() as folder, open_house(folder, {"PROOFROOM_SWEEP_SECONDS": "15"}) as house:
        persons, repositories = crowd(house, people)
        log, over = Log(), threading.Event()
        threads = [
            threading.Thread(target=each.live, args=(log, over, random.Random(number)))  # noqa: S311 - no secret
            for number, each in enumerate(persons)
        ]
        for thread in threads:
            thread.start()
        asked = keep_auditing(repositories, seconds)
        over.set()
        for thread in threads:
            thread.join()
        ended = [each.pk for each in asked]
        states = list(AuditRun.objects.filter(pk__in=ended).values_list("state", flat=True))
        report(log, seconds, people, {state: states.count(state) for state in set(states)})


def report(log: Log, seconds: int, people: int, audits: dict[str, int]) -> None:
    """A line for each act, and one for all."""
    took = {
        **dict(sorted(log.took.items())),
        "all": [s for each in log.took.values() for s in each],
    }
    failed = {**log.failed, "all": [f for each in log.failed.values() for f in each]}
    answers = len(took["all"]) / seconds
    say(f"{people} people, {seconds} s, {answers:.1f} answers a second, audits {audits}")
    for act, each in took.items():
        parts = quantiles(each, n=20) if len(each) > 1 else each * 20
        faults = failed.get(act, [])
        say(
            f"{act:18} {len(each):6}  failed {len(faults):3} {sorted(set(faults)) or ''}"
            f"  p50 {parts[9] * 1000:6.0f} ms  p95 {parts[18] * 1000:6.0f} ms"
        )


def say(line: str) -> None:
    """Prints."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
