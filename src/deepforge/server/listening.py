"""The socket a server listens on, and who has the port when it cannot."""

from __future__ import annotations

import errno
import socket
from ipaddress import IPv6Address, ip_address

import psutil

from deepforge.core.errors import InvalidSetting, PortTaken

LOCAL_ADDRESSES = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "")
"""Bound addresses that a browser on this machine reaches as `localhost`."""


def listen(host: str, port: int, *, any_port: bool = False) -> socket.socket:
    """A socket that listens. `any_port`: take a free one when the port is taken.

    Raises PortTaken, which names the program when the system tells; InvalidSetting for an address that is not
    ours.
    """
    family = socket.AF_INET6 if _is_six(host) else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(512)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE and any_port:
            return listen(host, 0)
        raise _refused(host, port, error) from None
    found.setblocking(False)
    return found


def address_of(bound: socket.socket, host: str) -> str:
    """The URL under which a browser on this machine reaches the socket."""
    port = bound.getsockname()[1]
    name = "localhost" if host in LOCAL_ADDRESSES else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _refused(host: str, port: int, error: OSError) -> PortTaken | InvalidSetting:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 0
        return PortTaken(
            f"Port {port} is taken by {_owner_of(port) or 'another program'}.",
            f"End that program, or take another port: `deepforge start --port {other}`.",
        )
    if error.errno == errno.EACCES:
        return PortTaken(f"Port {port} is reserved by the system.", "Take one from 1024 on.")
    return InvalidSetting(f"The server cannot listen on {host}: {error}.", "Give an address of this machine.")


def _owner_of(port: int) -> str | None:
    """The program that listens on a port, as far as this user may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return None
    return None


def _is_six(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
