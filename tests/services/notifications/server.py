"""A real SMTP server on this machine that answers as a test wants it to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP


@dataclass
class Postbox:
    """What came in, and what to answer: ``recipients`` by address, ``content`` one answer a message (then 250)."""

    port: int = 0
    recipients: dict[str, str] = field(default_factory=dict)
    content: list[str] = field(default_factory=list)
    hangs_up: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.content.pop(0) if self.content else "250 OK"
        if answer.startswith("2"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
            self.envelopes.append(list(envelope.rcpt_tos))
        if self.hangs_up:
            server.transport.abort()
        return answer


@contextmanager
def smtp_server() -> Iterator[Postbox]:
    """Runs in a thread of its own until the block ends."""
    postbox, loop, ready = Postbox(), asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        server = await loop.create_server(lambda: SMTP(postbox, hostname="test", loop=loop), "127.0.0.1", 0)
        postbox.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield postbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
