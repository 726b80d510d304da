"""The life of a knock-out, read off its history: what it is now, and what may happen next.

The engine and reviewers suspect. Nothing is confirmed before the startup could speak: it is asked,
and two people confirm after its reply, or after the day by which it was asked to reply has passed.
A reply that comes between the two voices silences the first, which had not read it. A waiver ends
by itself after its last day; what it waived then stands again as it stood.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

VOICES_NEEDED = 2

Kind = Literal[
    "suspected", "added", "asked", "replied", "taken-back", "confirmed", "cleared", "cured",
    "waived", "lapsed",
]  # fmt: skip
State = Literal["suspected", "confirmed", "cleared", "cured", "waived"]


@dataclass(frozen=True, slots=True)
class Event:
    """One step of the history. `by` is who; `until` is a waiver's last day or a reply's due day."""

    kind: Kind
    by: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """Where a knock-out stands.

    `voices` are those who confirmed since the startup last spoke; `before` is what a waiver set
    aside. `unheard` says that it was confirmed without a reply, after the reply's day had passed.
    """

    state: State = "suspected"
    voices: tuple[str, ...] = ()
    asked: bool = False
    due_on: date | None = None
    replied: bool = False
    unheard: bool = False
    before: State = "suspected"
    waived_until: date | None = None

    def stands(self, today: date) -> bool:
        """Whether it shows beside the band: suspected, confirmed, or waived and expired."""
        return self.state in ("suspected", "confirmed") or self.is_lapsed(today)

    def is_lapsed(self, today: date) -> bool:
        """Whether its waiver has run out; the last day still counts."""
        until = self.waived_until
        return self.state == "waived" and until is not None and until < today

    def heard(self, today: date) -> bool:
        """Whether the startup has replied, or let the day pass."""
        return self.replied or (self.asked and self.due_on is not None and self.due_on < today)


def life_of(events: Iterable[Event]) -> Life:
    """The state that the history leads to; events in the order in which they happened."""
    life = Life()
    for event in events:
        life = _after(life, event)
    return life


def why_not_confirmed_by(life: Life, who: str, today: date) -> str:
    """The sentence that says why this person cannot confirm it now; empty where they can."""
    if life.state != "suspected":
        return f"It is {life.state}; only a suspicion is confirmed."
    if not life.asked:
        return "Ask the startup first: nothing is confirmed before it could reply."
    if not life.heard(today):
        until = f"{life.due_on:%-d %B %Y}" if life.due_on else "the day that was set"
        return f"The startup may reply until {until}; confirm it after that or after its reply."
    if who in life.voices:
        return "You have confirmed it; now a second person has to."
    return ""


def _after(life: Life, event: Event) -> Life:
    if event.kind == "added":
        return life
    if event.kind == "lapsed":
        return replace(life, state=life.before) if life.state == "waived" else life
    if event.kind == "waived":
        before = life.before if life.state == "waived" else life.state
        return replace(life, state="waived", before=before, waived_until=event.until)
    if event.kind in ("cleared", "cured"):
        return replace(life, state=event.kind)
    if event.kind == "confirmed":
        return _confirmed(life, event)
    return _heard(life, event)


def _heard(life: Life, event: Event) -> Life:
    """What opens or changes the hearing: suspected anew, asked, answered, no longer asked."""
    if event.kind == "suspected":
        return Life()
    if event.kind == "asked":
        return replace(life, asked=True, due_on=event.until, replied=False, voices=())
    if event.kind == "replied":
        settled = "confirmed" in (life.state, life.before)
        return replace(life, replied=True, voices=life.voices if settled else ())
    return replace(life, asked=life.replied, due_on=None)


def _confirmed(life: Life, event: Event) -> Life:
    """One voice; the second one confirms. A voice that may not speak is not counted."""
    if why_not_confirmed_by(life, event.by, event.on):
        return life
    voices = (*life.voices, event.by)
    if len(voices) < VOICES_NEEDED:
        return replace(life, voices=voices)
    return replace(life, voices=voices, state="confirmed", unheard=not life.replied)
