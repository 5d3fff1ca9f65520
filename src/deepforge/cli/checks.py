"""What the doctor looks at: each check is a small function that gives one finding."""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deepforge.cli.settings import config_file, resolve
from deepforge.cli.terminal import show_size
from deepforge.client import Client, ServerFile, find_server
from deepforge.client.ownership import is_owned
from deepforge.core.errors import DeepForgeError, InvalidSetting
from deepforge.core.settings import Settings, read_home

LEAST_PYTHON = (3, 11)
SCARCE, TOO_SCARCE = 5 * 10**9, 5 * 10**8
"""Bytes free on the disk below which to warn, and below which runs will fail."""
QUICK, SLOW = 5e-6, 50e-6
"""Seconds a call of log() should take, and those from which on a training loop will feel it."""
SECONDS = 20.0
"""How long a program that is asked for something may take."""


@dataclass(frozen=True)
class Finding:
    """What a check found, and what to do about it."""

    name: str
    level: Literal["ok", "warning", "problem"]
    text: str
    hint: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """What several checks need to know: the settings, and the server of the data directory when one runs."""

    settings: Settings
    server: ServerFile | None
    complaint: InvalidSetting | None = None
    """What is wrong with the settings; then they are the defaults."""


def look_around() -> Surroundings:
    """Find out what all checks need. Raises InvalidSetting when not even the data directory is known."""
    complaint = None
    try:
        found = resolve().settings
    except InvalidSetting as error:
        complaint, found = error, Settings(home=read_home(os.environ))
    return Surroundings(found, find_server(found.home), complaint)


def settings(around: Surroundings) -> Finding:
    """The settings: whether config.toml and the environment say what can be."""
    if around.complaint is not None:
        text = f"{around.complaint.message} The checks below go by the defaults."
        return Finding("settings", "problem", text, around.complaint.hint)
    file = config_file()
    return Finding(
        "settings", "ok", f"{file}{'' if file.exists() else ' does not exist; the defaults count'}"
    )


def python(around: Surroundings) -> Finding:
    """The interpreter that DeepForge, and operations without an environment of their own, run in."""
    text = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < LEAST_PYTHON:
        return Finding("python", "problem", text, "DeepForge needs Python 3.11 or newer.")
    return Finding("python", "ok", text)


def uv(around: Surroundings) -> Finding:
    """The program that makes the environments that operations declare."""
    try:
        from uv import find_uv_bin

        program = os.fspath(find_uv_bin())
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        hint = "Operations that declare dependencies cannot run. Install it: pip install uv"
        return Finding("uv", "warning", f"uv does not run: {error}", hint)
    return Finding("uv", "ok", answer.stdout.strip())


def disk(around: Surroundings) -> Finding:
    """Room for blobs, environments and the database."""
    folder = around.settings.home
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    text = f"{show_size(usage.free)} free of {show_size(usage.total)} for {around.settings.home}"
    if usage.free < TOO_SCARCE:
        return Finding(
            "disk", "problem", text, "Jobs will fail when they save. Free some space, or set DEEPFORGE_HOME."
        )
    if usage.free < SCARCE:
        return Finding("disk", "warning", text, "An environment with torch alone takes several GB.")
    return Finding("disk", "ok", text)


def data_directory(around: Surroundings) -> Finding:
    """Whether the data directory can be written, is one's own, and which server has it."""
    name, home = "data directory", around.settings.home
    if not home.exists():
        return Finding(name, "ok", f"{home} is made when the server starts for the first time")
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding(
            name, "problem", f"{home} cannot be written", "Look at its rights, or set DEEPFORGE_HOME."
        )
    owned = is_owned(home)
    if owned and around.server is None:
        hint = "It may be starting or stopping. See server.log there, or stop it: deepforge stop"
        return Finding(name, "problem", f"a server owns {home}, but does not answer", hint)
    if home.stat().st_mode & 0o077:
        hint = f"Others can look into it. Close it: chmod 700 {home}"
        return Finding(name, "warning", f"{home} is open to others", hint)
    return Finding(name, "ok", f"{home}, {'owned by the running server' if owned else 'no server owns it'}")


def server(around: Surroundings) -> Finding:
    """The server, or whether one could listen on its port."""
    if around.server is not None:
        return Finding("server", "ok", f"runs at {around.server.url} (process {around.server.pid})")
    host, port = around.settings.host, around.settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            hint = "Choose another port: deepforge config port 8889"
            return Finding(
                "server", "warning", f"none runs, and port {port} cannot be had: {error.strerror}", hint
            )
    return Finding("server", "ok", f"none runs; port {port} is free")


def database(around: Surroundings) -> Finding:
    """The database: whether it answers, and whether an SQLite file is whole."""
    if around.server is not None:
        try:
            with Client.at(around.server.url, around.server.token) as client:
                status = client.system.status()
        except DeepForgeError as error:
            return Finding("database", "problem", error.message, error.hint)
        return Finding("database", "ok", f"{status.database} answers the server")
    if around.settings.database_url:
        return _other_database(around.settings.database_url)
    file = around.settings.home / "deepforge.db"
    if not file.exists():
        return Finding("database", "ok", "SQLite; the file is made when the server starts for the first time")
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=SECONDS)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        hint = "Keep a copy of the file, then bring back a backup, or move it away to begin anew."
        return Finding("database", "problem", f"{file} is damaged: {verdict}", hint)
    return Finding("database", "ok", f"SQLite, {show_size(file.stat().st_size)}, whole")


def _other_database(url: str) -> Finding:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        first = str(error).splitlines()[0]
        hint = "Look at database_url (deepforge config), and whether the database runs."
        return Finding("database", "problem", f"it does not answer: {first}", hint)
    return Finding("database", "ok", f"{engine.dialect.name} answers")


def worker(around: Surroundings) -> Finding:
    """The processes that run jobs."""
    if around.server is None:
        return Finding("worker", "ok", "none; it comes with the server")
    try:
        with Client.at(around.server.url, around.server.token) as client:
            workers = client.workers.listing()
    except DeepForgeError as error:
        return Finding("worker", "problem", error.message, error.hint)
    connected = [item for item in workers if item.connected]
    if not connected:
        hint = f"Jobs wait. The server starts it again; else see the logs in {around.settings.home}."
        return Finding("worker", "problem", "no worker is connected", hint)
    lines = [f"{item.name}: {item.running} of {item.slots} jobs, Python {item.python}" for item in connected]
    return Finding("worker", "ok", "; ".join(lines))


def gpus(around: Surroundings) -> Finding:
    """Graphics processors that jobs can ask for."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return Finding("gpu", "ok", "none found; jobs run on the processor")
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("gpu", "warning", f"nvidia-smi does not answer: {error}", "Look at the driver.")
    return Finding("gpu", "ok", "; ".join(answer.stdout.strip().splitlines()) or "none")


_MEASURE = """
import json, os, sys, time
os.environ["DEEPFORGE_JOB_DIR"] = sys.argv[1]
import deepforge
took = []
for step in range(6000):
    began = time.perf_counter()
    deepforge.log(step=step, loss=0.5, accuracy=0.9, learning_rate=0.01, gradient=1.5, epoch=3.0)
    took.append(time.perf_counter() - began)
print(json.dumps(took[1000:]))
"""


def log_cost(around: Surroundings) -> Finding:
    """What a training loop pays for one call of log() with five metrics, durable when it returns."""
    with tempfile.TemporaryDirectory(dir=_existing(around.settings.home)) as folder:
        try:
            answer = subprocess.run(
                [sys.executable, "-c", _MEASURE, folder],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=True,
            )
            took = json.loads(answer.stdout)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return Finding(
                "log()", "problem", f"it could not be measured: {error}", "Install DeepForge again."
            )
    median = statistics.median(took)
    worst = statistics.quantiles(took, n=100)[98]
    text = f"{median * 1e6:.1f} µs a call of five metrics (median; 99 % under {worst * 1e6:.0f} µs)"
    if median > SLOW:
        hint = "The disk under the data directory answers slowly; set DEEPFORGE_HOME to a local one."
        return Finding("log()", "warning", text, hint)
    return Finding("log()", "ok", text + ("" if median <= QUICK else "; on a quiet machine under 5 µs"))


def _existing(folder: Path) -> Path | None:
    return folder if folder.is_dir() and os.access(folder, os.W_OK) else None


CHECKS: tuple[Callable[[Surroundings], Finding], ...] = (
    python,
    settings,
    uv,
    disk,
    data_directory,
    server,
    database,
    worker,
    gpus,
    log_cost,
)
"""In the order they are shown."""
