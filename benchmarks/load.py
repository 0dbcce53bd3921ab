"""Visitors, as a process of their own: `python -m benchmarks.load` obeys a JSON line at a time.

An order names a file of raw HTTP requests (each behind its length in four bytes), how many connections ask them, and
the rate (None: each connection asks again as soon as it is answered). A request asked late counts its wait: a server
that stalls does not hide it.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asyncio.run(_play(**json.loads(line)))) + "\n")
        sys.stdout.flush()


def pack(requests: list[bytes]) -> bytes:
    return b"".join(struct.pack(">I", len(request)) + request for request in requests)


def _unpack(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 4 + size]
        at += 4 + size


async def _play(*, port: int, path: str, connections: int, rate: float | None) -> dict[str, Any]:
    requests = list(enumerate(_unpack(Path(path).read_bytes())))
    requests.reverse()  # popped from the end
    begun = perf_counter()
    times: list[float] = []
    statuses: Counter[str] = Counter()
    visitors = [_visit(port, requests, rate, begun, times, statuses) for _visitor in range(connections)]
    await asyncio.gather(*visitors)
    return {"seconds": perf_counter() - begun, "times": times, "statuses": statuses}


async def _visit(
    port: int,
    requests: list[tuple[int, bytes]],
    rate: float | None,
    begun: float,
    times: list[float],
    statuses: Counter[str],
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while requests:
        rank, request = requests.pop()
        due = begun + rank / rate if rate else perf_counter()
        if due > perf_counter():
            await asyncio.sleep(due - perf_counter())
        writer.write(request)
        status = await _answer(reader)
        times.append(perf_counter() - due)
        statuses[status] += 1
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    if size:
        await reader.readexactly(int(size))
    return head.split(b" ", 2)[1].decode()


if __name__ == "__main__":
    main()
