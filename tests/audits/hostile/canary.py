"""A text that leaves a mark wherever it is run: as a program, an import, a script or a pickle."""

import pickle
from pathlib import Path


def python(mark: Path) -> str:
    """Python that makes the mark when it is run or imported."""
    return f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n"


def shell(mark: Path) -> str:
    """A shell script that makes the mark."""
    return f"#!/bin/sh\ntouch '{mark}'\n"


def makefile(mark: Path) -> str:
    """A Makefile that makes the mark as soon as make reads it."""
    return f"X := $(shell touch '{mark}')\nall:\n\ttouch '{mark}'\n"


class _Touch:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (open, (str(self.mark), "w"))


def pickled(mark: Path, protocol: int = 4) -> bytes:
    """A pickle that makes the mark when it is loaded."""
    return pickle.dumps(_Touch(mark), protocol=protocol)
