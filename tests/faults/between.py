"""What stands between two programs: an answer may come late, or never arrive."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

Address = Path | int
"""A socket's path, or a port of this machine."""


@dataclass
class Between:
    """`late`: seconds that each answer takes longer. `loses` is shown what was last asked and what
    was answered, before anybody else: where it says so, the connection breaks instead."""

    far: Address
    late: float = 0.0
    loses: Callable[[bytes, bytes], bool] = lambda asked, answered: False
    lost: int = 0

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):  # the socket is closed
            while True:
                near, _ = listening.accept()
                Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX if isinstance(self.far, Path) else socket.AF_INET)
        with near, far, suppress(OSError):
            far.connect(str(self.far) if isinstance(self.far, Path) else ("127.0.0.1", self.far))
            asked = [b""]
            asking = Thread(target=self._forward, args=(near, far, asked), daemon=True)
            asking.start()
            while answered := far.recv(1 << 20):
                time.sleep(self.late)
                if self.loses(asked[0], answered):
                    self.lost += 1
                    break
                near.sendall(answered)
            for end in (near, far):
                end.shutdown(socket.SHUT_RDWR)
            asking.join()

    def _forward(self, near: socket.socket, far: socket.socket, asked: list[bytes]) -> None:
        with suppress(OSError):
            while part := near.recv(1 << 20):
                asked[0] = part
                far.sendall(part)
            far.shutdown(socket.SHUT_RDWR)


@contextmanager
def between(near: Address, far: Address) -> Iterator[Between]:
    """Listens at `near`, for what listens at `far`."""
    if isinstance(near, Path):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(near))
        listening.listen(128)
    else:
        listening = socket.create_server(("127.0.0.1", near), backlog=128)
    found = Between(far)
    thread = Thread(target=found.serve, args=(listening,))
    thread.start()
    try:
        yield found
    finally:
        listening.shutdown(socket.SHUT_RDWR)  # which ends the accepting, too
        listening.close()
        thread.join()
