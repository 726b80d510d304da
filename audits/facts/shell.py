"""Shell text as the commands it runs: words, line, and whether a failure would stop the script.

A reader of words, not an interpreter: it follows quotes, continuations, here-documents, `&&`, `||`
and pipes, in one pass, so that text of any size costs time in proportion to its length. Comments
and the arguments of `echo` are never commands.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from audits.facts.shell_variables import Variables
from audits.facts.tools.shell_wrappers import (
    CONTAINER_OPTIONS,
    CONTAINERS,
    VALUED_OPTIONS,
    WRAPPERS,
)

MAX_NESTING = 4
MAX_JOINED = 400
"""Lines after which an open quote is taken for a stray apostrophe, for the rest of the script."""


class Command(Struct, frozen=True):
    """One simple command, wrappers such as `poetry run` taken off.

    `forgiven`: its failure does not stop the step (`|| true`, `set +e`). `asked`: it is the
    condition of an `if` or `while`. `folder` is the directory it runs in, relative to the root.
    """

    words: tuple[str, ...]
    path: str = ""
    line: int = 1
    forgiven: bool = False
    asked: bool = False
    folder: str = ""
    inline: str = ""

    @property
    def program(self) -> str:
        """The program's name without its folder and Python's version."""
        name = self.words[0].replace("\\", "/").rsplit("/", 1)[-1] if self.words else ""
        if name.startswith("python") and name[6:].replace(".", "").isdigit():
            return "python"
        return name.removesuffix(".exe")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words after the program."""
        return self.words[1:]

    @property
    def tool(self) -> str:
        """The program, or the module that `python -m` runs."""
        if self.program == "python" and "-m" in self.words:
            at = self.words.index("-m")
            before = self.words[1:at]
            if all(w.startswith("-") for w in before) and at + 1 < len(self.words):
                return self.words[at + 1]
        return self.program

    @property
    def operands(self) -> tuple[str, ...]:
        """The arguments of the tool that are not options."""
        rest = self.arguments
        if self.program == "python" and "-m" in rest and self.tool != "python":
            rest = rest[rest.index("-m") + 2 :]
        return tuple(w for w in rest if not w.startswith("-"))

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(self.words)


class _Token(Struct):
    text: str
    line: int
    operator: bool = False
    quoted: bool = False


_OPERATORS = ("&&", "||", ";;", "|&", ";", "|", "&", "(", ")", "\n")
_OPENING = frozenset({"then", "else", "do", "{", "!", "time", "elif", "if", "while", "until"})
_ASKING = frozenset({"if", "elif", "while", "until"})
_CLOSING = frozenset({"fi", "done", "esac", "}", "for", "case", "select", "function", "[[", "["})
_SETTING = frozenset({"export", "local", "readonly", "declare", "typeset"})
_FORGIVING = frozenset({"true", ":", "echo", "printf"})


class _Tokens:
    """Cuts shell text into words and operators, each with its line."""

    def __init__(self, lines: Iterable[tuple[str, int]]) -> None:
        self.lines = list(lines)
        self.out: list[_Token] = []
        self.inner: list[tuple[str, int]] = []
        self.bodies: list[tuple[int, str]] = []
        self.joins = True

    def cut(self) -> list[_Token]:
        at = 0
        while at < len(self.lines):
            line = self.lines[at][1]
            text, at = self._joined(at)
            ends = self._line(text, line)
            at = self._skip_documents(at, ends, line)
            self.out.append(_Token("\n", line, operator=True))
        return self.out

    def _joined(self, at: int) -> tuple[str, int]:
        """The logical line that starts here, and where the next one does."""
        pieces, quote, start = [self.lines[at][0]], "", at
        quote = _quote_left(pieces[0], "")
        while at + 1 < len(self.lines) and (quote or _continues(pieces[-1])):
            if at - start > MAX_JOINED:
                self.joins = False
            if quote and not self.joins:
                return self.lines[start][0], start + 1
            if not quote:
                pieces[-1] = pieces[-1][:-1] + " "
            else:
                pieces[-1] += "\n"
            at += 1
            pieces.append(self.lines[at][0])
            quote = _quote_left(pieces[-1], quote)
        return "".join(pieces), at + 1

    def _skip_documents(self, at: int, ends: list[str], line: int) -> int:
        for end in ends:
            body: list[str] = []
            while at < len(self.lines) and self.lines[at][0].strip() != end:
                body.append(self.lines[at][0])
                at += 1
            at += 1
            self.bodies.append((line, "\n".join(body)))
        return at

    def _line(self, text: str, line: int) -> list[str]:
        """Appends the tokens of one logical line; returns the here-document ends it opens."""
        at = 0
        ends: list[str] = []
        while at < len(text):
            char = text[at]
            operator = next((o for o in _OPERATORS if text.startswith(o, at)), "")
            if operator:
                line += operator == "\n"
                self.out.append(_Token(operator, line, operator=True))
                at += len(operator)
            elif char in " \t\r":
                at += 1
            elif char == "#":
                end = text.find("\n", at)
                at = len(text) if end < 0 else end
            elif char in "<>":
                at = self._redirection(text, at, line, ends)
            else:
                word, at = self._word(text, at, line)
                if word.text or word.quoted:
                    self.out.append(word)
                line += word.text.count("\n")
        return ends

    def _redirection(self, text: str, at: int, line: int, ends: list[str]) -> int:
        if text.startswith("<<", at) and not text.startswith("<<<", at):
            word, at = self._word(text, at + 2 + text.startswith("<<-", at), line)
            ends.append(word.text)
            return at
        if self.out and self.out[-1].text.isdigit() and text[at - 1 : at].isdigit():
            self.out.pop()
        return self._word(text, _after_redirection(text, at), line)[1]

    def _word(self, text: str, at: int, line: int) -> tuple[_Token, int]:
        parts: list[str] = []
        quoted = False
        while at < len(text) and text[at] in " \t":
            at += 1
        while at < len(text) and text[at] not in " \t\r\n;|&()<>":
            char = text[at]
            if char in "'\"":
                piece, at = _quoted(text, at)
                quoted = True
                self._substituted(piece if char == '"' else "", line)
            elif text.startswith("$(", at) or char == "`":
                piece, at = _substitution(text, at)
                self.inner.append((piece.strip("$()`"), line))
            elif text.startswith("${", at):
                piece, at = _until(text, at, "}}" if text.startswith("${{", at) else "}")
            elif char == "\\" and at + 1 < len(text) and text[at + 1] in " \"'$\\#&|;()":
                piece, at = text[at + 1], at + 2
            else:
                piece, at = char, at + 1
            parts.append(piece)
        return _Token("".join(parts), line, quoted=quoted), at

    def _substituted(self, text: str, line: int) -> None:
        """Keeps the commands that stand as `$(…)` inside double quotes."""
        at = text.find("$(")
        while at >= 0:
            piece, after = _substitution(text, at)
            self.inner.append((piece.strip("$()"), line))
            at = text.find("$(", after)


def _after_redirection(text: str, at: int) -> int:
    while at < len(text) and text[at] in "<>&":
        at += 1
    return at


def _until(text: str, at: int, end: str) -> tuple[str, int]:
    stop = text.find(end, at)
    stop = len(text) if stop < 0 else stop + len(end)
    return text[at:stop], stop


def _quoted(text: str, at: int) -> tuple[str, int]:
    quote, start = text[at], at + 1
    at = start
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" and quote == '"' else 1
    return text[start:at], at + 1


def _substitution(text: str, at: int) -> tuple[str, int]:
    if text[at] == "`":
        stop = text.find("`", at + 1)
        stop = len(text) if stop < 0 else stop + 1
        return text[at:stop], stop
    start, depth = at, 0
    at += 1
    while at < len(text):
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
        if depth == 0:
            break
    return text[start:at], at


def _continues(text: str) -> bool:
    return text.endswith("\\") and not text.endswith("\\\\")


def _quote_left(text: str, quote: str) -> str:
    """The quote that is open at the end of a line that began inside `quote`."""
    at = 0
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\" and quote == '"'
            quote = "" if char == quote else quote
        elif char == "\\":
            at += 1
        elif char in "'\"":
            quote = char
        elif char == "#" and (at == 0 or text[at - 1] in " \t"):
            break
        at += 1
    return quote


class _Draft(Struct):
    words: list[str] = field(default_factory=list)
    bare: list[bool] = field(default_factory=list)
    line: int = 1
    asked: bool = False
    grouped: bool = False


def commands_in(
    lines: Iterable[tuple[str, int]],
    *,
    path: str = "",
    folder: str = "",
    stops: bool = True,
    nesting: int = 0,
) -> tuple[Command, ...]:
    """The commands of a script. `stops`: whether the shell ends at the first failure (`set -e`).

    Where it does not, a failure counts only for the last command.
    """
    tokens = _Tokens(lines)
    reader = _Reader(path, folder, stops, nesting)
    found = reader.read(tokens.cut())
    for body, line in tokens.inner if nesting < MAX_NESTING else ():
        if " " in body:
            found += commands_in([(body, line)], path=path, folder=folder, nesting=nesting + 1)
    bodies = dict(tokens.bodies)
    return tuple(replace(c, inline=bodies[c.line]) if c.line in bodies else c for c in found)


class _Reader:
    def __init__(self, path: str, folder: str, stops: bool, nesting: int) -> None:  # noqa: FBT001 - private to this module
        self.path, self.folder, self.stops, self.nesting = path, folder, stops, nesting
        self.found: list[Command] = []
        self.exits = False
        self.variables = Variables(path)

    def read(self, tokens: list[_Token]) -> tuple[Command, ...]:
        draft, joined = _Draft(), ""
        began = 0
        for token in [*tokens, _Token("\n", 0, operator=True)]:
            if not token.operator:
                self._add(draft, token)
                continue
            before = len(self.found)
            self._finish(draft)
            if joined == "||" and len(self.found) > before and not draft.grouped:
                self._forgive(began, before)
            began = before if len(self.found) > before else began
            asked = draft.asked and token.text in ("&&", "||", "|")
            draft, joined = _Draft(asked=asked), token.text
        return self._closed()

    def _add(self, draft: _Draft, token: _Token) -> None:
        if not draft.words and not token.quoted and token.text in _OPENING:
            draft.asked = draft.asked or token.text in _ASKING
            draft.grouped = draft.grouped or token.text == "{"
            return
        if not draft.words:
            draft.line = token.line
        draft.words.append(token.text)
        draft.bare.append(not token.quoted)

    def _forgive(self, start: int, end: int) -> None:
        """What stands before `||` is forgiven where what follows cannot fail."""
        last = self.found[-1]
        fails = last.program in ("exit", "return", "false") and last.arguments[:1] != ("0",)
        if not fails and (last.program in _FORGIVING or last.program in ("exit", "return")):
            for at in range(start, end):
                self.found[at] = replace(self.found[at], forgiven=True)

    def _finish(self, draft: _Draft) -> None:
        words = _without_assignments(draft.words)
        if not words or words[0] in _SETTING:
            self.variables.set(draft.words)
        if words[:1] == ["for"]:
            self.variables.loop(words)
        if not words or words[0] in _CLOSING:
            return
        if words[0] == "set":
            self._set(words[1:])
            return
        if words[0] in ("cd", "pushd") and len(words) > 1:
            to = self.variables.written(words[1])
            known = to != words[1] and "$" not in to and not to.startswith("/")
            self.folder = joined_path("" if known else self.folder, to)
            return
        self.exits = self.exits or words[0] in ("exit", "return")
        bare = draft.bare[len(draft.words) - len(words) :]
        meant = [p for w, b in zip(words, bare, strict=True) for p in self._meant(w, bare=b)]
        for spread in self.variables.spread(meant):
            self._found(draft, spread)

    def _meant(self, word: str, *, bare: bool) -> list[str]:
        if "$" not in word:
            return [word]
        return self.variables.split(word) if bare else [self.variables.written(word)]

    def _found(self, draft: _Draft, words: list[str]) -> None:
        for command in unwrapped(tuple(words), self.nesting):
            self.found.append(
                replace(
                    command,
                    path=self.path,
                    line=draft.line + command.line - 1,
                    forgiven=not self.stops or command.forgiven,
                    asked=draft.asked,
                    folder=self.folder,
                )
            )

    def _set(self, flags: list[str]) -> None:
        for sign, flag in ((w[:1], w) for w in flags):
            if flag[1:].isalpha() and "e" in flag[1:] and sign in "-+":
                self.stops = sign == "-"
        if "errexit" in flags:
            self.stops = "-o" in flags

    def _closed(self) -> tuple[Command, ...]:
        """Without `set -e` the last command still gives the status; `exit` is read as handling."""
        if self.found and not self.stops:
            last = len(self.found) - 1
            for at, command in enumerate(self.found):
                if self.exits or at == last:
                    self.found[at] = replace(command, forgiven=False)
        return tuple(self.found)


def _without_assignments(words: list[str]) -> list[str]:
    at = 0
    while at < len(words):
        name, equals, _ = words[at].partition("=")
        if not equals or not name.replace("_", "").isalnum():
            break
        at += 1
    return words[at:]


def joined_path(folder: str, path: str) -> str:
    """A path taken from a folder, `..` and `.` resolved; "" is the root."""
    if path.startswith(("/", "$", "~")):
        return path if path.startswith("/") else ""
    parts = [p for p in folder.split("/") if p]
    for piece in path.split("/"):
        if piece == ".." and parts:
            parts.pop()
        elif piece not in ("", ".", ".."):
            parts.append(piece)
    return "/".join(parts)


_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ash"})


def unwrapped(words: tuple[str, ...], nesting: int = 0) -> Iterator[Command]:
    """The commands that words come to once wrappers and `sh -c` are taken off."""
    words = _stripped(words)
    if not words:
        return
    program = words[0].rsplit("/", 1)[-1]
    flag = next((at for at, w in enumerate(words[1:4], 1) if _runs_text(w)), 0)
    if program in _SHELLS and flag and flag + 1 < len(words) and nesting < MAX_NESTING:
        text = words[flag + 1]
        lines = [(t, n) for n, t in enumerate(text.split("\n"), 1)]
        stops = "e" in words[flag] or "\n" not in text
        yield from commands_in(lines, stops=stops, nesting=nesting + 1)
    else:
        yield Command(words)


_OPTIONS_VARIABLE = re.compile(r"\$\{?\w*(?:OPT|ARG|FLAG|PARAM)\w*\}?", re.IGNORECASE)


def _runs_text(word: str) -> bool:
    return word[:1] == "-" and word[1:].isalpha() and len(word) < 7 and "c" in word


def _without_compose_options(words: tuple[str, ...]) -> tuple[str, ...]:
    """`docker compose -f a.yml run …` without what stands before its verb."""
    head = 2 if words[:2] == ("docker", "compose") else 1
    if head == 1 and words[:1] != ("docker-compose",):
        return words
    at = head
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in VALUED_OPTIONS | _PROJECT_OPTIONS else 1
    return (*words[:head], *words[at:]) if words[at : at + 1] in (("run",), ("exec",)) else words


_PROJECT_OPTIONS = frozenset({"--project-name", "--profile", "--project-directory", "--ansi"})


def _stripped(words: tuple[str, ...]) -> tuple[str, ...]:
    plain = _without_compose_options(words)
    if plain is not words:
        found = _unwrapped(plain)
        return words if found == plain else found
    return _unwrapped(words)


def _unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    for _ in range(6):
        program = words[0].rsplit("/", 1)[-1] if words else ""
        head = next((k for k in ((program, *words[1:n]) for n in (3, 2, 1)) if k in WRAPPERS), None)
        if head is None:
            return words
        contained = head[0] in CONTAINERS
        rest = _after_options(list(words[len(head) :]), WRAPPERS[head], contained=contained)
        if head == ("coverage", "run"):
            rest = ["python", *rest]
        if not rest:
            return words
        words = tuple(rest)
    return words


def _after_options(rest: list[str], taken: int, *, contained: bool = False) -> list[str]:
    if "--" in rest[:-1]:
        return rest[rest.index("--") + 1 :]
    valued = CONTAINER_OPTIONS if contained else VALUED_OPTIONS
    while rest and (rest[0].startswith("-") or "=" in rest[0] or taken):
        word = rest[0]
        if word in ("-m", "-c") and "=" not in word:
            return rest
        if contained and taken and len(rest) > 1 and _OPTIONS_VARIABLE.fullmatch(word):
            rest = rest[1:]
        elif word.startswith("-"):
            rest = rest[2:] if word in valued and "=" not in word else rest[1:]
        else:
            taken -= "=" not in word
            rest = rest[1:]
        if taken < 0:
            break
    return rest
