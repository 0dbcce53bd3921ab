"""A mail server that keeps nothing: `python -m benchmarks.sink` says its port and serves until it is stopped."""

import asyncio
import sys


ANSWERS = {b"EHLO": b"250-sink\r\n250 PIPELINING", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class Sink(asyncio.Protocol):
    """The least of SMTP (RFC 5321, 2920): every sender, recipient and message is accepted."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer, self.in_data, self.is_over = transport, b"", False, False
        self.said = [b"220 sink"]
        self.speak()

    def speak(self) -> None:
        """All answers to what came together leave together."""
        self.transport.write(b"".join(words + b"\r\n" for words in self.said))  # type: ignore[attr-defined]
        self.said = []

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.read()
        if self.said:
            self.speak()
        if self.is_over:
            self.transport.close()

    def read(self) -> None:
        while self.buffer:
            end = self.buffer.find(b"\r\n.\r\n" if self.in_data else b"\r\n")
            if end < 0:
                return
            if self.in_data:
                self.buffer, self.in_data = self.buffer[end + 5 :], False
                self.said.append(b"250 2.0.0 Ok: queued")
            else:
                line, self.buffer = self.buffer[:end], self.buffer[end + 2 :]
                self.obey(line[:4].upper())

    def obey(self, word: bytes) -> None:
        self.in_data, self.is_over = word == b"DATA", word == b"QUIT"
        self.said.append(ANSWERS.get(word, b"250 Ok"))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
