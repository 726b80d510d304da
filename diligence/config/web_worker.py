"""The worker of the web server: gunicorn's with threads, which does not tell its name."""

from gunicorn.http import wsgi  # type: ignore[import-untyped] # it has no types
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped] # nor has this


class Nameless(wsgi.Response):  # type: ignore[misc] # of which it is one
    """An answer without the header `Server`, which would tell what to attack."""

    def default_headers(self) -> list[str]:
        """What gunicorn adds by itself, but for that one."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class WebWorker(ThreadWorker):  # type: ignore[misc] # of which it is one
    """gunicorn has no setting for it, and takes the class of its answers from its module."""

    def init_process(self) -> None:
        """In the worker alone, before the first request."""
        wsgi.Response = Nameless
        super().init_process()
