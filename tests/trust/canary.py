"""A listener that nobody must ever call."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Canary:
    """Counts who connects to a port of this machine; `url` is what a hostile file names."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._farewell = socket.socket()
        self._farewell.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.hits = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/canary"

    def _listen(self) -> None:
        ours = self._farewell.getsockname()
        while True:
            caller, address = self._socket.accept()
            caller.close()
            if address == ours:
                return
            self.hits += 1

    def close(self) -> None:
        """Stop listening, once every call on its way was counted: our own comes after them. Twice is harmless."""
        if self._thread.is_alive():
            self._farewell.connect(("127.0.0.1", self.port))
            self._thread.join(timeout=10)
        self._farewell.close()
        self._socket.close()


@contextmanager
def canary() -> Iterator[Canary]:
    bird = Canary()
    try:
        yield bird
    finally:
        bird.close()
