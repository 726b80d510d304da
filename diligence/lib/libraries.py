"""What the PDF needs from the operating system, and whether it is there.

WeasyPrint draws with Pango, HarfBuzz and Fontconfig, which no wheel carries.
"""

import ctypes
from dataclasses import dataclass
from pathlib import Path

PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fontconfig",
    "fonts-dejavu-core",
)
LIBRARIES = {
    "Pango": "libpango-1.0.so.0",
    "PangoFT2": "libpangoft2-1.0.so.0",
    "HarfBuzz": "libharfbuzz.so.0",
    "HarfBuzz's subsetter": "libharfbuzz-subset.so.0",
    "Fontconfig": "libfontconfig.so.1",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


@dataclass(frozen=True)
class Missing:
    """What is not there, and the command that brings it."""

    names: tuple[str, ...]

    def sentence(self) -> str:
        return (
            f"PDF reports need {', '.join(self.names)}, which this machine lacks: "
            f"run `apt-get install {' '.join(PACKAGES)}`."
        )


def missing_for_pdf() -> Missing | None:
    """None when a PDF can be drawn here."""
    names = [name for name, file in LIBRARIES.items() if not _loads(file)]
    if not any(_has_font(Path(folder).expanduser()) for folder in FONT_FOLDERS):
        names.append("a font")
    return Missing(tuple(names)) if names else None


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _has_font(folder: Path) -> bool:
    return any(file.suffix in {".ttf", ".otf", ".ttc"} for file in folder.rglob("*"))
