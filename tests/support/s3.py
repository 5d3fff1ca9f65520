"""An S3 server of the tests' own: a process that speaks the real protocol over HTTP and checks signatures."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
# Without this the server takes any credentials. The first three calls make the account that may enter.
_OPEN_CALLS = 3


@dataclass(frozen=True)
class S3Server:
    """A running server, and the one account that may enter."""

    url: str
    key: str
    secret: str

    def client(self, service: str = "s3") -> Any:
        """A client with the account's rights."""
        return _client(service, self.url, self.key, self.secret)

    def options(self, **changes: Any) -> dict[str, Any]:
        """What a file system of fsspec needs to enter."""
        client = {"endpoint_url": self.url, "region_name": REGION}
        impatient = {"connect_timeout": 2, "read_timeout": 10, "retries": {"max_attempts": 0}}
        return {
            "key": self.key,
            "secret": self.secret,
            "client_kwargs": client,
            "config_kwargs": impatient,
            **changes,
        }


def _client(service: str, url: str, key: str, secret: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}),
    )


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """A fresh server without buckets, gone at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(_OPEN_CALLS)}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_up(server, port)
        yield _with_account(url)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _with_account(url: str) -> S3Server:
    identity = _client("iam", url, "nobody", "nothing")
    identity.create_user(UserName="deepforge")
    made = identity.create_access_key(UserName="deepforge")["AccessKey"]
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    identity.put_user_policy(UserName="deepforge", PolicyName="all", PolicyDocument=policy)
    return S3Server(url, made["AccessKeyId"], made["SecretAccessKey"])


def _wait_until_up(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
