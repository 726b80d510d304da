"""How fast a large file comes in, beside plain copying and nginx, and what it costs the web.

    python -m diligence.config.embedded run -- python -m tests.benchmarks.uploads [GIGABYTES]

The file goes over loopback to the processes of production, in pieces as the browser sends them, in
turn with a copy on the same disk and, where nginx is installed, with one PUT to it. Reported:
seconds and MB/s of each, seconds until the worker has hashed, sealed and kept it, processor seconds
of the web and the workers, and the peak of memory that is the web's own (RssAnon) above what it had
before.
"""

import hashlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import tests.conftest as ground
from diligence.models import Deal, IncomingUpload
from tests.browser.premises import House, furnish, open_house
from tests.cast import Cast, signed_in, whole_cast

GIGABYTE = 1000**3
PIECE = 64 * 1024**2
READ = 1024**2
ROUNDS = 3


def a_file(path: Path, size: int) -> str:
    """A file of bytes that do not repeat within a piece; returns its SHA-256."""
    block, digest = os.urandom(PIECE), hashlib.sha256()
    with path.open("wb") as file:
        for at in range(0, size, PIECE):
            part = at.to_bytes(8) + block[8 : size - at]
            file.write(part)
            digest.update(part)
    return digest.hexdigest()


def group_of(leader: int) -> list[int]:
    """The processes of the web: its leader and the workers that it forked."""
    stats = (stat_of(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdigit())
    return [int(s[0]) for s in stats if s and int(s[3]) == leader]


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/PID/stat without the name: pid, state, parent, group …"""
    try:
        pid_text, _, rest = Path(f"/proc/{pid}/stat").read_text().partition(" (")
    except OSError:
        return []
    return [pid_text, *rest.rpartition(") ")[2].split()]


def processor_seconds(pids: list[int]) -> float:
    """User and system time of processes, in seconds."""
    stats = [stat for pid in pids if (stat := stat_of(pid))]
    ticks = sum(int(stat[12]) + int(stat[13]) for stat in stats)
    return ticks / os.sysconf("SC_CLK_TCK")


def own_memory(pids: list[int]) -> int:
    """Bytes that the processes hold themselves, without files that are mapped."""
    total = 0
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        line = next(part for part in status.splitlines() if part.startswith("RssAnon"))
        total += int(line.split()[1]) * 1024
    return total


@dataclass
class Watch:
    """The most memory that was seen."""

    peak: int = 0
    over: bool = False


@contextmanager
def watched(pids: list[int]) -> Iterator[Watch]:
    """Looks at the memory of processes fifty times a second."""
    watch = Watch()

    def look() -> None:
        while not watch.over:
            watch.peak = max(watch.peak, own_memory(pids))
            time.sleep(0.02)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        watch.over = True
        thread.join()


class Sender:
    """A founder's browser as far as uploads go."""

    def __init__(self, address: str, cast: Cast) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        self.deal: Deal = cast.deal
        browser = signed_in(cast.founder)
        browser.get(f"/room/{cast.deal.pk}/evidence/", SERVER_NAME="localhost")
        jar = {name: morsel.value for name, morsel in browser.cookies.items()}
        self.headers = {
            "Tus-Resumable": "1.0.0", "X-CSRFToken": jar["csrftoken"], "Origin": address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        }  # fmt: skip

    def ask(self, method: str, url: str, body: bytes | None = None, **more: str) -> str:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        self.connection.request(method, url, body=body, headers=self.headers | headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.status not in (201, 204):
            raise SystemExit(f"{method} {url}: {response.status} {text[:200]}")
        return response.headers.get("Location") or ""

    def send(self, file: Path) -> IncomingUpload:
        name = b64encode(file.name.encode()).decode()
        size = str(file.stat().st_size)
        url = self.ask(
            "POST", f"/uploads/{self.deal.pk}/", Upload_Length=size,
            Upload_Metadata=f"filename {name}",
        )  # fmt: skip
        with file.open("rb") as source:
            at = 0
            while piece := source.read(PIECE):
                checksum = f"sha256 {b64encode(hashlib.sha256(piece).digest()).decode()}"
                self.ask(
                    "PATCH", url, piece, Upload_Offset=str(at), Upload_Checksum=checksum,
                    Content_Type="application/offset+octet-stream",
                )  # fmt: skip
                at += len(piece)
        return IncomingUpload.objects.get(pk=url.rstrip("/").rpartition("/")[2])


def wait_until_kept(upload: IncomingUpload, sha256: str) -> None:
    """Until the worker is done; what is kept must be what was sent."""
    while upload.state not in ("kept", "failed"):
        time.sleep(0.05)
        upload.refresh_from_db()
    if upload.sha256 != sha256:
        raise SystemExit(f"kept as {upload.sha256}, sent as {sha256}: {upload.failure}")


def round_of(house: House, cast: Cast, file: Path, sha256: str) -> None:
    """One upload with its costs."""
    pids = group_of(house.web)
    others = [r.handle.pid for r in house.supervisor.running if r.handle.pid != house.web]
    workers = [pid for leader in others for pid in group_of(leader)]
    worked = processor_seconds(workers)
    idle, before = own_memory(pids), processor_seconds(pids)
    began = time.perf_counter()
    with watched(pids) as watch:
        upload = Sender(house.address, cast).send(file)
        sent = time.perf_counter() - began
        wait_until_kept(upload, sha256)
    kept = time.perf_counter() - began
    report("Proofroom, sent", file, sent)
    report("Proofroom, hashed, sealed and kept", file, kept)
    say(
        f"{'':34} web: {processor_seconds(pids) - before:.1f} s of processor, "
        f"memory {idle / 1e6:.0f} MB idle, peak {(watch.peak - idle) / 1e6:+.0f} MB; "
        f"workers: {processor_seconds(workers) - worked:.1f} s of processor"
    )


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def report(what: str, file: Path, seconds: float) -> None:
    size = file.stat().st_size
    say(f"{what:34} {seconds:6.1f} s  {size / seconds / 1e6:6.0f} MB/s")


def copied(file: Path, folder: Path) -> None:
    """A plain copy on the same disk, in pieces as large as ours, made sure of on the disk."""
    began = time.perf_counter()
    with file.open("rb") as source, (folder / "copy").open("wb") as sink:
        shutil.copyfileobj(source, sink, READ)
        sink.flush()
        os.fsync(sink.fileno())
    report("copy", file, time.perf_counter() - began)
    (folder / "copy").unlink()


NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 2; user root;
load_module_none;
events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/body; client_max_body_size 0;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; location / {{ dav_methods PUT; }} }}
}}
""".replace("load_module_none;\n", "")


def put_to_nginx(file: Path, folder: Path) -> None:
    """One PUT to nginx with its WebDAV module, which writes to the same disk."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).is_file():
        say("nginx is not installed: apt-get install nginx")
        return
    (folder / "files").mkdir(exist_ok=True)
    port = 18199
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    server = subprocess.Popen([program, "-c", str(configuration)])
    try:
        time.sleep(1)
        connection = http.client.HTTPConnection("127.0.0.1", port, blocksize=READ)
        began = time.perf_counter()
        with file.open("rb") as source:
            connection.request("PUT", "/copy.bin", body=source)
            status = connection.getresponse().status
        report(f"nginx, PUT ({status})", file, time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder / "files")


def main() -> None:
    """Three rounds of each, in turn, because a shared machine's seconds wander."""
    from django.core.management import call_command

    size = int(float(sys.argv[1] if len(sys.argv) > 1 else "2") * GIGABYTE)
    call_command("migrate", verbosity=0)
    furnish()
    cast = whole_cast()
    with tempfile.TemporaryDirectory(prefix="uploads-", dir=os.environ.get("PERF_DIR")) as name:
        folder = Path(name)
        file = folder / "large.bin"
        sha256 = a_file(file, size)
        environment = ground.environment_of_processes(folder / "data")
        with open_house(environment, folder) as house:
            for _ in range(ROUNDS):
                copied(file, folder)
                put_to_nginx(file, folder)
                round_of(house, cast, file, sha256)
                for kept in (folder / "data/blobs").rglob("*"):
                    if kept.is_file():
                        kept.unlink()


if __name__ == "__main__":
    main()
