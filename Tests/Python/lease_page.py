# SPDX-License-Identifier: Apache-2.0
"""The lease page, read the way any program in any language could.

A sequence number that is odd while the page is written keeps a reader from half an answer. The
clock is looked at after the page: the other way round, a pause in between would make an old lease
look young.
"""

import dataclasses
import mmap
import os
import struct
import time

UNSURE, FOLLOWER, LEADER, CLOSED = range(4)
MAGIC = b"ELECTLP1"
SIZE = 4096


def boottime():
    """CLOCK_BOOTTIME in nanoseconds, the one clock of all deadlines."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


@dataclasses.dataclass(frozen=True)
class Page:
    """What stood on a page, and when it was looked at."""

    answer: int
    epoch: int
    decree: int
    valid_until: int
    written_at: int
    leader: str
    name: str
    seen_at: int

    def holds(self, at):
        """Whether it names a leader at this moment."""
        return self.answer in (FOLLOWER, LEADER) and at < self.valid_until

    def leads(self, at):
        return self.answer == LEADER and self.holds(at)


class PageFile:
    """A mapped page. It is never replaced while its daemon lives and used again by the next."""

    def __init__(self, path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            self._bytes = mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ)
        finally:
            os.close(descriptor)
        if self._bytes[:8] != MAGIC:
            raise ValueError(f"{path} is no lease page")

    def read(self):
        """What stands there, or None if it stays half written for 10 ms."""
        give_up_at = boottime() + 10_000_000
        while boottime() < give_up_at:
            before = self._bytes[8:12]
            copy = self._bytes[:SIZE]
            if before == self._bytes[8:12] and not before[0] & 1:
                return _decode(copy)
        return None


def _decode(copy):
    answer = struct.unpack_from("<I", copy, 12)[0]
    epoch, decree, valid_until, written_at = struct.unpack_from("<4Q", copy, 32)
    leader, name = (copy[at : at + 64].rstrip(b"\0").decode() for at in (64, 128))
    return Page(answer, epoch, decree, valid_until, written_at, leader, name, boottime())
