# SPDX-License-Identifier: BSD-3-Clause
"""An installed Debian with systemd, that boots in User-Mode Linux, for tests that install packages in it."""

import shutil
import socket
import sys
import tempfile
from pathlib import Path
from subprocess import CompletedProcess

from .places import DEPS, TREE
from .process import wait_for

sys.path.insert(0, str(TREE / "tests" / "uml"))
import uml  # noqa: E402

IMAGE = DEPS / "debian.img"
MEGABYTES = 512
# Of one command: dpkg and systemd are slow in there.
PATIENCE = 120


class Machine:
    """Boots; what is changed in it is gone when it ends.  share is a folder of the host that is /mnt inside."""

    def __init__(self):
        reason = uml.why_impossible(MEGABYTES) or (None if IMAGE.exists() else f"no {IMAGE}: run make deps")
        assert not reason, reason
        self.share = Path(tempfile.mkdtemp(prefix="machine-", dir="/tmp"))
        for name in ("init-system", "serve"):
            shutil.copy(TREE / "tests" / "uml" / name, self.share)
        self.commands = 0
        self.terminal, theirs = socket.socketpair()
        with theirs:
            self.kernel = uml.start_kernel(self.share, f"fd:{theirs.fileno()}", self.words(), [theirs.fileno()], MEGABYTES)

    def words(self):
        """The file beside the image takes what is written to it; hostfs names its option since Linux 6.8."""
        mounts = " || ".join(f"mount -t hostfs none /mnt -o {option}{self.share}" for option in ("hostfs=", ""))
        shell = f'init=/bin/sh -- -c "{mounts}; exec /mnt/init-system"'
        return [f"ubd0={self.share}/changes,{IMAGE}", "root=/dev/ubda", "rw", "rootflags=barrier=0", shell]

    def running(self):
        return self.kernel.poll() is None

    def run(self, script, check=True, seconds=PATIENCE):
        """The CompletedProcess of a shell script that root runs inside; its stdout is all that was said."""
        self.commands += 1
        name = f"{self.commands}"
        (self.share / name).write_text(f"{script}\n")
        self.terminal.sendall(f"{name}\n".encode())
        status = self.share / f"{name}.status"
        wait_for(lambda: status.exists() or not self.running(), f"the end of: {script}", seconds)
        assert self.running(), f"the machine ended:\n{self.console()}"
        result = CompletedProcess(script, int(status.read_text()), (self.share / f"{name}.said").read_text(errors="replace"))
        assert not check or result.returncode == 0, f"{script}\nended with {result.returncode}:\n{result.stdout}"
        return result

    def console(self):
        return (self.share / "console").read_text(errors="replace")

    def end(self):
        uml.end_kernel(self.kernel)
        self.terminal.close()
        shutil.rmtree(self.share)
