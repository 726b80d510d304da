"""Reads the other languages line by line: imports, calls and literals, comments left out.

One linear pass replaces comments by blanks and strings by placeholders; then each line is searched
for imports and calls. What an imported name or a variable made by a constructor stands for is
followed within the file.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, field

from audits.facts.code import Assignment, Call, Constant, Definition, Import, SourceFile

LONGEST_STRING = 200
LONGEST_LINE = 2_000
"""Characters of a line that are searched; what is longer was made by a machine."""

_C_TOKENS = re.compile(
    r'//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?|"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?|`(?:[^`\\]|\\.)*`?',
    re.DOTALL,
)
_HASH_TOKENS = re.compile(r'#[^\n]*|"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?', re.DOTALL)
_CALL = re.compile(
    r"(\bnew\s+|\bfunc\s+|\bfunction\s+|\bdef\s+|\bfn\s+)?"
    r"(?<![\w$])([A-Za-z_$][\w$]{0,80}(?:(?:\?\.|::|\.)[A-Za-z_$][\w$]{0,80}){0,7}!?)"
    r"(?:<[\w\s,.:|\[\]]{0,80}>)?\.?\((?:\s*\x00(\d+)\x00)?"
)
_ASSIGN = re.compile(
    r"^\s*(?:(?:export|const|let|var|val|private|public|final|static|readonly)\s+){0,5}"
    r"([A-Za-z_$][\w$.]{0,60})\s*(?::[^=\n]{0,80})?(?::=|=|<-)\s*(?:(?:await\s|new\s|&)\s{0,40}){0,5}([A-Za-z_$][\w$]{0,60}(?:(?:\.|::)[\w$]{1,60}){0,5})\s*[({!<]"
)
_LITERAL = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$.]{0,60})\s{0,8}(?::=|=|<-|:)\s{0,8}\x00(\d+)\x00"
)
_KEYWORDS = frozenset(
    [
        "if",
        "for",
        "while",
        "switch",
        "catch",
        "return",
        "function",
        "func",
        "fn",
        "match",
        "when",
        "with",
        "else",
        "super",
        "constructor",
        "typeof",
        "elif",
        "await",
        "async",
        "in",
        "not",
        "and",
        "or",
        "print",
    ]
)
_JOINTS = re.compile(r"(?:\(\))?(?:\?\.|&\.|->|::|\.|\\)")
_METHOD = re.compile(r"\A\s*func\s*\(\s*\w+\s+\*?([\w.]+)[^)]{0,60}\)\s*(\w+)\s*\(")
_PLACE = re.compile(r"\x00(\d+)\x00")


class _Text(Struct, frozen=True):
    """A text without comments, its strings taken out and numbered."""

    lines: tuple[str, ...]
    """Each cut off where it is longer than is searched."""
    strings: tuple[str, ...]
    clean: str
    """The lines whole and in one."""


def _scrub(text: str, tokens: re.Pattern[str], comment: Callable[[str], bool]) -> _Text:
    strings: list[str] = []

    def blank(found: re.Match[str]) -> str:
        token = found.group()
        breaks = "\n" * token.count("\n")
        if comment(token):
            return breaks
        strings.append(token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:])
        return f"\x00{len(strings) - 1}\x00{breaks}"

    clean = tokens.sub(blank, text.replace("\x00", ""))
    lines = tuple([line[:LONGEST_LINE] for line in clean.split("\n")])
    return _Text(lines, tuple(strings), clean)


class _Seen(Struct):
    """What one file has shown so far."""

    names: dict[str, str] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    strings: list[tuple[str, int]] = field(default_factory=list)

    def bring(self, module: str, line: int, names: dict[str, str] | None = None) -> None:
        """An import, with the local names it makes."""
        self.imports.append(Import(module, line))
        self.names.update(names or {})


ImportReader = Callable[[_Text, _Seen], None]


def _string(text: _Text, number: str | None) -> str:
    return text.strings[int(number)][:LONGEST_STRING] if number is not None else ""


def _numbered(text: _Text) -> Iterable[tuple[int, str]]:
    return enumerate(text.lines, 1)


_JS_FROM = re.compile(
    r"\bfrom\s*\x00(\d+)\x00|\b(?:require|import)\s*\(\s*\x00(\d+)\x00|^\s*import\s*\x00(\d+)\x00"
)
_JS_IMPORTING = ("from", "require", "import")
"""One of these stands in every import; most files of a large suite of tests have none."""

_JS_OPENS = re.compile(r"\A\s*(import|export)\b")
_JS_NAMES = re.compile(r"[A-Za-z_$][\w$]*(?:\s+as\s+[A-Za-z_$][\w$]*)?")


def _javascript(text: _Text, seen: _Seen) -> None:
    if not any(word in text.clean for word in _JS_IMPORTING):
        return
    pending: list[str] = []
    for number, line in _numbered(text):
        opens = _JS_OPENS.match(line) if "port" in line else None
        if opens or pending:
            pending.append(line)
        found = _JS_FROM.search(line) if "\x00" in line else None
        if found:
            module = _string(text, found.group(1) or found.group(2) or found.group(3))
            statement = " ".join(pending) if pending else line
            type_only = bool(re.match(r"\A\s*import\s+type\b", statement))
            if not type_only:
                seen.bring(module, number, _js_locals(statement, module))
            pending = []
        elif len(pending) > 60 or (
            line.rstrip().endswith((";", "{")) and not (opens and "{" in line)
        ):
            pending = []


def _js_locals(statement: str, module: str) -> dict[str, str]:
    head = re.split(r"\bfrom\b|=\s*(?:await\s+)?(?:require|import)\b", statement)[0]
    inner = re.search(r"\{([^{}]*)\}", head)
    names: dict[str, str] = {}
    if inner:
        for item in _JS_NAMES.findall(inner.group(1).replace("type ", "")):
            original, _, local = item.partition(" as ")
            names[(local or original).strip()] = f"{module}.{original.strip()}"
        head = head.replace(inner.group(), "")
    words = re.findall(r"[A-Za-z_$][\w$]*", head)
    for word in words:
        if word not in ("import", "export", "const", "let", "var", "as", "type", "default"):
            names.setdefault(word, module)
    return names


def _pattern_imports(pattern: str) -> ImportReader:
    compiled = re.compile(pattern)

    def read(text: _Text, seen: _Seen) -> None:
        for number, line in _numbered(text):
            for found in compiled.finditer(line):
                module = next(g for g in found.groups() if g)
                seen.bring(module, number, {re.split(r"\.|::", module)[-1]: module})

    return read


_JVM_IMPORT = re.compile(r"^\s*import\s+(?:static\s+)?([\w.]{1,200})(?:\{([^{}]{1,500})\})?(\*)?")


def _jvm(text: _Text, seen: _Seen) -> None:
    """Java, Kotlin and Scala: one name, all names of a package, or names in braces."""
    for number, line in _numbered(text):
        if found := _JVM_IMPORT.match(line):
            package = found.group(1).removesuffix("_").rstrip(".")
            for item in (found.group(2) or "").split(",") if found.group(2) else [""]:
                original, _, local = re.sub(r"\s{1,20}as\s{1,20}", "=>", item).partition("=>")
                name = original.strip().strip("_*")
                module = f"{package}.{name}" if name else package
                seen.bring(module, number, {local.strip() or module.rsplit(".", 1)[-1]: module})


_RUST_USE = re.compile(r"\buse\s+(?:::)?([^;]{1,2000})")
_RUST_PATH = re.compile(r"\b([a-z]\w{0,60})::\w{1,60}::")
_RUST_LEAVES = 200
_RUST_LINES = 40


def _rust(text: _Text, seen: _Seen) -> None:
    """`use a::{b::C, D as E};`, which may go over several lines, and paths that are written out."""
    lines = [line[:LONGEST_LINE] for line in text.lines]
    for number, line in enumerate(lines, 1):
        if "use" in line and re.search(r"\buse\s", line):
            until = number
            while ";" not in lines[until - 1] and until < min(len(lines), number + _RUST_LINES):
                until += 1
            if found := _RUST_USE.search(" ".join(lines[number - 1 : until])):
                for module, local in _rust_leaves(found.group(1)):
                    seen.bring(module, number, {local: module})
        else:
            for path in _RUST_PATH.finditer(line):
                seen.bring(path.group(1), number, {path.group(1): path.group(1)})


def _rust_leaves(tree: str) -> Iterator[tuple[str, str]]:
    """What a tree of names brings in, with the local names; it is walked, not descended into."""
    prefixes: list[str] = [""]
    word, count = "", 0
    for char in f"{tree},":
        if char == "{":
            prefixes.append(prefixes[-1] + word.strip())
            word = ""
        elif char in ",}":
            name, _, local = word.strip().partition(" as ")
            whole = (prefixes[-1] + name).removesuffix("::self").removesuffix("::*")
            if name and count < _RUST_LEAVES and re.fullmatch(r"[\w:]+", whole):
                count += 1
                yield whole, local.strip() or whole.rsplit("::", 1)[-1]
            word = ""
            if char == "}" and len(prefixes) > 1:
                prefixes.pop()
        else:
            word += char


_GO_SPEC = re.compile(r"^\s*(?:import\s+)?(?:([A-Za-z_.][\w.]*)\s+)?\x00(\d+)\x00\s*$")


def _go(text: _Text, seen: _Seen) -> None:
    inside = False
    for number, line in _numbered(text):
        if re.match(r"\A\s*import\s*\(", line):
            inside = True
        elif inside and line.strip() == ")":
            inside = False
        elif (inside or line.lstrip().startswith("import ")) and (found := _GO_SPEC.match(line)):
            module = _string(text, found.group(2))
            last = re.sub(r"^go-", "", re.sub(r"/v\d+$", "", module).rsplit("/", 1)[-1])
            seen.bring(module, number, {found.group(1) or last: module})


_R_IMPORT = re.compile(
    r"\b(?:library|require|requireNamespace|loadNamespace|p_load)\s*\(\s*(?:\x00(\d+)\x00|([A-Za-z][\w.]*))"
)
_R_USE = re.compile(r"\b([A-Za-z][\w.]{0,60})::")
_R_SOURCE = re.compile(r"\bsource\s*\(\s*\x00(\d+)\x00")


def _r(text: _Text, seen: _Seen) -> None:
    for number, line in _numbered(text):
        for found in _R_IMPORT.finditer(line):
            seen.bring(_string(text, found.group(1)) or found.group(2), number)
        for found in _R_USE.finditer(line):
            seen.bring(found.group(1), number)
        for found in _R_SOURCE.finditer(line):
            seen.bring(_string(text, found.group(1)), number)


_JL_IMPORT = re.compile(
    r"^\s*(?:using|import)\s+([A-Za-z][\w.]*(?:\s*,\s*[A-Za-z][\w.]*){0,20})\s*"
    r"(?::\s*([\w!@, ]{1,300}))?"
)


def _julia(text: _Text, seen: _Seen) -> None:
    for number, line in _numbered(text):
        if found := _JL_IMPORT.match(line):
            modules = [m.strip() for m in found.group(1).split(",")]
            for module in modules:
                seen.bring(module, number, {module: module})
            for name in (found.group(2) or "").split(","):
                seen.names[name.strip()] = f"{modules[0]}.{name.strip()}"


_RUBY_TOKENS = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?')
_PHP_TOKENS = re.compile(
    r'//[^\n]*|#(?!\[)[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?|"(?:[^"\\\n]|\\.)*"?|\'(?:[^\'\\\n]|\\.)*\'?',
    re.DOTALL,
)
_RUBY_CALL = re.compile(
    r"(\bdef\s+)?(?<![\w@$.:])("
    r"[A-Z]\w{0,80}(?:::[A-Z]\w{0,80}){0,5}(?:&?\.[a-z_]\w{0,80}){1,7}[!?]?"
    r"|[A-Za-z_]\w{0,80}(?:(?:&?\.|::)[A-Za-z_]\w{0,80}){0,7}[!?]?(?=\()"
    r")(?:\((?:\s*\x00(\d+)\x00)?)?"
)
"""Without brackets a call counts only on a constant: there a bare word may be anything."""
_PHP_CALL = re.compile(
    r"(\bnew\s+|\bfunction\s+)?(?<![\w$])([$\\]?[A-Za-z_][\w\\]{0,120}(?:(?:\(\))?(?:->|::)[A-Za-z_]\w{0,80}){0,7})"
    r"\((?:\s*\x00(\d+)\x00)?"
)
_RUBY_REQUIRE = re.compile(r"^\s*require(?:_relative)?[ (]\s{0,9}\x00(\d+)\x00")
_RUBY_BARE = re.compile(r"^\s*def\s+(?:self\.)?([a-z_]\w{0,80}[!?]?)\s*$")
_PHP_USE = re.compile(r"^\s*use\s+\\?([A-Za-z_][\w\\]{1,150})(?:\s+as\s+(\w{1,60}))?\s*;")


def _ruby(text: _Text, seen: _Seen) -> None:
    for number, line in _numbered(text):
        if found := _RUBY_REQUIRE.match(line):
            seen.bring(_string(text, found.group(1)), number)
        elif found := _RUBY_BARE.match(line):
            seen.definitions.append(Definition(found.group(1), number, "function"))


def _php(text: _Text, seen: _Seen) -> None:
    for number, line in _numbered(text):
        if found := _PHP_USE.match(line):
            module = found.group(1).replace("\\", ".")
            seen.bring(module, number, {found.group(2) or module.rsplit(".", 1)[-1]: module})


class Language(Struct, frozen=True):
    """How a language is read: its imports, its comments, what a call's parts are joined by.

    `sign` is what every line with a call has.
    """

    name: str
    imports: ImportReader
    tokens: re.Pattern[str] = _C_TOKENS
    comment: tuple[str, ...] = ("//", "/*")
    call: re.Pattern[str] = _CALL
    sign: str = "("


_R_CALL = re.compile(
    r"()(?<![\w.])((?:[A-Za-z][\w.]{0,60}::)?[A-Za-z.][\w.]{0,60})\s*\((?:\s*\x00(\d+)\x00)?"
)
_PYTHON2_IMPORT = r"^\s*import\s+([\w.]+)|^\s*from\s+([\w.]+)\s+import\b"
LANGUAGES = {
    ".r": Language("r", _r, _HASH_TOKENS, ("#",), _R_CALL),
    ".jl": Language("julia", _julia, _HASH_TOKENS, ("#",)),
    ".js": Language("javascript", _javascript),
    ".jsx": Language("javascript", _javascript),
    ".mjs": Language("javascript", _javascript),
    ".cjs": Language("javascript", _javascript),
    ".ts": Language("typescript", _javascript),
    ".tsx": Language("typescript", _javascript),
    ".mts": Language("typescript", _javascript),
    ".vue": Language("javascript", _javascript),
    ".svelte": Language("javascript", _javascript),
    ".java": Language("java", _jvm),
    ".scala": Language("scala", _jvm),
    ".kt": Language("kotlin", _jvm),
    ".go": Language("go", _go),
    ".rs": Language("rust", _rust),
    ".cs": Language(
        "csharp",
        _pattern_imports(
            r"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([A-Z][\w.]*)\s*;"
        ),
    ),
    ".rb": Language("ruby", _ruby, _RUBY_TOKENS, ("#",), _RUBY_CALL, "."),
    ".rake": Language("ruby", _ruby, _RUBY_TOKENS, ("#",), _RUBY_CALL, "."),
    ".php": Language("php", _php, _PHP_TOKENS, ("//", "#", "/*"), _PHP_CALL),
    ".py2": Language("python", _pattern_imports(_PYTHON2_IMPORT), _HASH_TOKENS, ("#",)),
}
"""Languages by the ending of their files; `.py2` is Python that the parser refused."""


def read_script(
    path: str, text: str, suffix: str, lines: tuple[int, ...] | None = None
) -> SourceFile:
    """The facts of one file in a language other than Python 3; `lines` maps its lines to others."""
    language = LANGUAGES[suffix]
    clean = _scrub(text, language.tokens, lambda token: token.startswith(language.comment))
    seen = _Seen()
    language.imports(clean, seen)
    _assignments(clean, seen)
    scope = ""
    for number, line in _numbered(clean):
        if language.sign in line or "(" in line:
            scope = _calls(clean, seen, language, (number, line, scope))
        for place in _PLACE.finditer(line) if "\x00" in line else ():
            value = clean.strings[int(place.group(1))]
            if 1 < len(value) <= LONGEST_STRING:
                seen.strings.append((value, number))
    return _mapped(path, language, seen, (len(clean.lines), lines))


def _assignments(text: _Text, seen: _Seen) -> None:
    for number, line in _numbered(text):
        if ("=" in line or "<-" in line) and (found := _ASSIGN.match(line)):
            local = found.group(1).removeprefix("this.").removeprefix("self.")
            made = _named(found.group(2), seen.names)
            if made and not made.startswith("."):
                seen.names.setdefault(local, made)
        for found in _LITERAL.finditer(line) if "\x00" in line else ():
            value = _string(text, found.group(2))
            seen.assignments.append(Assignment(found.group(1), value, number))


_MARKS = ("::", "?", "&", "->", "\\")


def _split(written: str) -> list[str]:
    """The parts of a name in any language's notation."""
    if any(mark in written for mark in _MARKS):
        return _JOINTS.split(written)
    return written.split(".")


def _named(written: str, names: dict[str, str]) -> str:
    """The dotted name of a call as written, through what its first part stands for."""
    parts = [p for p in _split(written) if p]
    if parts and parts[0] in ("this", "self"):
        parts = parts[1:]
    if not parts:
        return ""
    known = names.get(parts[0])
    if known is not None:
        return ".".join([known, *parts[1:]])
    return (
        parts[0]
        if len(parts) == 1
        else f".{parts[-1]}"
        if parts[0][:1].islower() or parts[0].startswith("$")
        else ".".join(parts)
    )


def _calls(text: _Text, seen: _Seen, language: Language, at: tuple[int, str, str]) -> str:
    number, line, scope = at
    for found in language.call.finditer(line):
        before, written, argument = found.group(1), found.group(2), found.group(3)
        if written in _KEYWORDS:
            continue
        if before and before.strip() != "new":
            scope = re.split(r"\.|::", written)[-1]
            seen.definitions.append(Definition(scope, number, "function"))
            continue
        if "func" in line and (method := _METHOD.match(line)):
            seen.definitions.append(
                Definition(f"{method.group(1)}.{method.group(2)}", number, "function")
            )
            scope = f"{method.group(1)}.{method.group(2)}"
            break
        literal: tuple[Constant, ...] = (_string(text, argument),) if argument is not None else ()
        empty = line[found.end() : found.end() + 1] == ")"
        arguments = literal if literal or empty else (None,)
        name = written if language.name == "r" else _named(written, seen.names)
        receiver = ".".join(_split(written)[:-1])
        seen.calls.append(Call(name, number, arguments, scope=scope, receiver=receiver))
    return scope


def _mapped(
    path: str, language: Language, seen: _Seen, size: tuple[int, tuple[int, ...] | None]
) -> SourceFile:
    count, lines = size
    if lines is None:
        return SourceFile(
            path=path,
            language=language.name,
            imports=tuple(seen.imports),
            calls=tuple(seen.calls),
            definitions=tuple(seen.definitions),
            strings=tuple(seen.strings),
            lines=count,
            assignments=tuple(seen.assignments),
        )

    def at(line: int) -> int:
        return lines[min(line, len(lines)) - 1] if lines else line

    return SourceFile(
        path=path,
        language=language.name,
        imports=tuple(Import(i.module, at(i.line), i.guarded) for i in seen.imports),
        calls=tuple(
            Call(c.name, at(c.line), c.arguments, scope=c.scope, receiver=c.receiver)
            for c in seen.calls
        ),
        definitions=tuple(Definition(d.name, at(d.line), d.kind) for d in seen.definitions),
        strings=tuple((s, at(n)) for s, n in seen.strings),
        lines=count,
        assignments=tuple(Assignment(a.name, a.value, at(a.line)) for a in seen.assignments),
    )
