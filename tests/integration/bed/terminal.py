# SPDX-License-Identifier: BSD-3-Clause
"""A terminal with a shell in it, by tmux: what is typed, what is seen, and in which state it is."""

import itertools

from .process import run, wait_for
from .snmp import environment

_numbers = itertools.count(1)
PROMPT = "ready>"


class Terminal:
    """Programs that are started in it run in the namespace."""

    def __init__(self, namespace, directory, sockets, columns=100, lines=20):
        self.socket = sockets / f"tmux{next(_numbers)}"
        self.environment = {**environment(directory), "PS1": f"{PROMPT} ", "SHELL": "/bin/sh", "ENV": ""}
        for word in ("TMUX", "LINES", "COLUMNS"):  # the last two are readline's, if Python has loaded it
            self.environment.pop(word, None)
        size = ["-x", str(columns), "-y", str(lines)]
        command = namespace.enter(["tmux", "-S", str(self.socket), "-f", "/dev/null", "new-session", "-d", *size, "sh"])
        run(command, env=self.environment, cwd=directory)
        self.wait_until_seen(PROMPT)

    def tmux(self, *words, **options):
        return run(["tmux", "-S", self.socket, *words], env=self.environment, **options).stdout

    def type(self, line):
        """A line, and Enter."""
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def press(self, *keys):
        """Keys by tmux's names: q, C-c, Down, NPage."""
        self.tmux("send-keys", *keys)

    def resize(self, columns, lines):
        self.tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def seen(self):
        """The lines of the screen."""
        return self.tmux("capture-pane", "-p").splitlines()

    def seen_with_looks(self):
        """The same with the sequences that make text stand out."""
        return self.tmux("capture-pane", "-p", "-e").splitlines()

    def wait_until_seen(self, text):
        def there():
            lines = self.seen()
            return lines if any(text in line for line in lines) else None

        return wait_for(there, f"{text!r} to be seen:\n" + "\n".join(self.seen()))

    def state(self):
        """What a program might not restore: another screen, no cursor, keys in another mode."""
        return self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{keypad_flag} #{keypad_cursor_flag}").strip()

    def close(self):
        self.tmux("kill-server", check=False)
