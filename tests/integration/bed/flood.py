# SPDX-License-Identifier: BSD-3-Clause
"""Somebody who sends datagrams from one address, far more than anybody can answer."""

import subprocess
from contextlib import contextmanager

from .places import BUILD


@contextmanager
def from_address(namespace, source, destination, port, message):
    """Meanwhile the message comes there again and again."""
    flood = subprocess.Popen(namespace.enter([BUILD / "tests/flood", source, destination, str(port), message.hex()]))
    try:
        yield
        assert flood.poll() is None, "the flood has ended by itself"
    finally:
        flood.kill()
        flood.wait()
