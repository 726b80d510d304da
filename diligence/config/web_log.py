"""The log of the web server, which writes with handlers of its own."""

from gunicorn.config import Config  # type: ignore[import-untyped] # it has no types
from gunicorn.glogging import Logger  # type: ignore[import-untyped] # nor has this

from diligence.config.log_lines import Line


class WebLog(Logger):  # type: ignore[misc] # of which it is one
    """As gunicorn's own, in lines without secrets."""

    def setup(self, cfg: Config) -> None:
        """Give each handler the format that looks its lines through."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            said = handler.formatter
            handler.setFormatter(Line(getattr(said, "_fmt", None), getattr(said, "datefmt", None)))
