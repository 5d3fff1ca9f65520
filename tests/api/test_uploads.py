"""Uploads over HTTP: large ones, those that are cut off, odd names, and hostile pages and drawings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from deepforge.client import find_server
from deepforge.core.ids import ProjectId
from tests.support.engine import variables
from tests.support.running_server import RunningServer
from tests.support.waiting import until

MEGABYTE = 1 << 20


@pytest.fixture
def http(server: RunningServer) -> Iterator[httpx.Client]:
    """The bare HTTP of the owner."""
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=60) as found:
        yield found


def begin(http: httpx.Client, project: ProjectId, name: str, size: int) -> str:
    answer = http.post("/uploads", json={"project": project, "name": name, "size": size})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def save(http: httpx.Client, project: ProjectId, file: str, data: bytes, name: str) -> httpx.Response:
    """Send a file whole and make it an artifact."""
    upload = begin(http, project, file, len(data))
    assert http.put(f"/uploads/{upload}?offset=0", content=data).json()["received"] == len(data)
    return http.post(f"/uploads/{upload}/finish", json={"name": name, "type": "", "codec": ""})


def received(http: httpx.Client, upload: str) -> int:
    return int(http.get(f"/uploads/{upload}").json()["received"])


def test_an_upload_that_is_cut_in_the_middle_goes_on_where_it_was_cut(
    server: RunningServer, http: httpx.Client, project: ProjectId
) -> None:
    data = os.urandom(4 * MEGABYTE)
    half = len(data) // 2
    upload = begin(http, project, "cut.bin", len(data))
    address = urlsplit(server.url)
    head = (
        f"PUT /api/v1/uploads/{upload}?offset=0 HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {server.token}\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(head.encode() + data[:half])
    until(lambda: received(http, upload) > 0, "what came is kept")
    here = received(http, upload)
    assert 0 < here <= half
    wrong = http.put(f"/uploads/{upload}?offset={here + 1}", content=b"x")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "wrong_offset")
    assert http.put(f"/uploads/{upload}?offset={here}", content=data[here:]).json()["received"] == len(data)
    saved = http.post(f"/uploads/{upload}/finish", json={"name": "cut", "type": "", "codec": ""}).json()
    found = http.get(f"/artifacts/{saved['artifact']}/versions/{saved['version']}/download")
    assert found.content == data


@pytest.mark.parametrize("name", ["../../up", "a/b", "", "x" * 300, "two\nlines"])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_lost(
    http: httpx.Client, project: ProjectId, name: str
) -> None:
    upload = begin(http, project, "data.json", 2)
    http.put(f"/uploads/{upload}?offset=0", content=b"{}")
    refused = http.post(f"/uploads/{upload}/finish", json={"name": name, "type": "", "codec": ""})
    assert refused.status_code in (400, 422)
    assert refused.json()["error"]["hint"]
    again = http.post(f"/uploads/{upload}/finish", json={"name": "kept", "type": "", "codec": ""})
    assert again.status_code == 201


def test_a_name_may_have_pictures_and_letters_of_any_script(http: httpx.Client, project: ProjectId) -> None:
    name = "🎉 größe 数字"
    saved = save(http, project, f"{name}.json", b"[1]", name)
    assert saved.json()["name"] == name
    found = http.get(f"/artifacts/{saved.json()['artifact']}/versions/1/download")
    assert "filename*=UTF-8''%F0%9F%8E%89" in found.headers["Content-Disposition"]
    assert "\n" not in found.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("page.html", b"<html><script>document.title = 'owned'</script></html>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    ],
)
def test_pages_and_drawings_with_scripts_are_text_here_and_a_sandboxed_download(
    http: httpx.Client, project: ProjectId, file: str, data: bytes
) -> None:
    saved = save(http, project, file, data, file.partition(".")[0]).json()
    preview = http.get(f"/previews/{saved['digest']}", params={"codec": saved["codec"]}).json()
    assert preview["document"] == {"kind": "text", "text": data.decode(), "length": len(data), "cut": False}
    assert http.get(f"/previews/{saved['digest']}/image", params={"codec": "bytes"}).status_code == 404
    found = http.get(f"/artifacts/{saved['artifact']}/versions/1/download")
    assert found.headers["Content-Type"] == "application/octet-stream"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert found.headers["Content-Disposition"].startswith("attachment;")


def peak(pid: int) -> int:
    """Bytes of memory that a process has held at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[int, httpx.Client]]:
    """A server in a process of its own with one project, and the bare HTTP of its owner."""
    home = tmp_path / "home"
    (home / "projects" / "large").mkdir(parents=True)
    own = {name: value for name, value in os.environ.items() if not name.startswith("DEEPFORGE_")}
    with (tmp_path / "output.txt").open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "deepforge.server"],
            env=own | {"DEEPFORGE_HOME": str(home), "DEEPFORGE_PORT": "0"} | variables(home),
            stdout=output,
            stderr=output,
        )
    try:
        found = until(lambda: find_server(home), "a server")
        headers = {"Authorization": f"Bearer {found.token}"}
        with httpx.Client(base_url=f"{found.url}/api/v1", headers=headers, timeout=120) as http:
            yield server.pid, http
    finally:
        server.terminate()
        server.wait(90)


@pytest.mark.acceptance
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see a process's memory")
def test_a_file_that_is_many_times_the_memory_it_may_take_goes_in_and_out(
    process: tuple[int, httpx.Client],
) -> None:
    pid, http = process
    (project,) = http.get("/projects").json()
    chunk, count = os.urandom(MEGABYTE), 600
    save(http, project["id"], "first.bin", chunk, "first")  # what is loaded once is no part of the measure
    before = peak(pid)

    upload = begin(http, project["id"], "large.bin", count * MEGABYTE)
    body = (chunk for _ in range(count))
    assert http.put(f"/uploads/{upload}?offset=0", content=body).json()["received"] == count * MEGABYTE
    saved = http.post(f"/uploads/{upload}/finish", json={"name": "large", "type": "", "codec": ""}).json()
    assert saved["size"] == count * MEGABYTE
    address = f"/artifacts/{saved['artifact']}/versions/1/download"
    with http.stream("GET", address) as answer:
        taken = sum(len(part) for part in answer.iter_raw())
    preview = http.get(f"/previews/{saved['digest']}", params={"codec": saved["codec"]}).json()

    assert (taken, preview["state"]) == (count * MEGABYTE, "ready")
    assert peak(pid) - before < 40 * MEGABYTE, "bytes that the server grew by"
