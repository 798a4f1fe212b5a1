# SPDX-License-Identifier: BSD-3-Clause
"""Processes that are bounded in time, and conditions that are waited for."""

import os
import re
import signal
import subprocess
import time

from .places import IN_UML, PATIENCE

# Between two polls.  In User-Mode Linux, where each costs some hundred system calls, those that are waited for have one CPU with it.
POLL_SECONDS = 0.1 if IN_UML else 0.02
# What gcc's and clang's sanitizers print when they have found something.
SANITIZER_REPORT = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error: ")


def wait_for(condition, what, seconds=PATIENCE, process=None):
    """
    Polls until condition() is true, and returns what it returned.  A process that dies meanwhile ends the wait.  Half of the
    time is left to those that are waited for, however long a poll takes.
    """
    end = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        result = condition()
        if result:
            return result
        if process is not None and not process.running():
            raise AssertionError(f"{process.name} ended with {process.status()} before {what}:\n{process.output()}")
        if time.monotonic() > end:
            said = f":\n{process.output()}" if process else ""
            raise AssertionError(f"waited {seconds} s in vain for: {what}{said}")
        time.sleep(min(max(POLL_SECONDS, time.monotonic() - began), 1))


def wait_until_equal(one, other, what, process=None):
    """Polls until one() and other() are equal; in vain, it shows what they were last."""
    try:
        wait_for(lambda: one() == other(), f"{what} to be equal", process=process)
    except AssertionError as error:
        raise AssertionError(f"{one()} is not {other()}: {error}") from None


def wait_for_growth(size, count, what, process=None):
    """Waits until size() is count or more, for as long as it grows: many things take a slow machine long, but one does not."""
    while (now := size()) < count:
        wait_for(lambda: size() > now, f"more than {now} of {count} {what}", process=process)


def run(command, check=True, seconds=PATIENCE, **options):
    """subprocess.run with text output captured, bounded; a command that should succeed and fails shows its output."""
    options = {"stdin": subprocess.DEVNULL, "text": True, **options}
    command = [str(word) for word in command]
    result = subprocess.run(command, capture_output=True, timeout=seconds, **options)
    if check and result.returncode != 0:
        raise AssertionError(
            f"{' '.join(command)}\nended with {result.returncode}:\n{result.stdout}{result.stderr}"
        )
    return result


class Process:
    """A program in the background.  What it prints goes to a file, so that it never waits for its reader."""

    def __init__(self, name, command, log, env=None, separate_stdout=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.log = log
        with open(log, "ab") as err:
            out = open(separate_stdout, "ab") if separate_stdout else err
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=env,
                start_new_session=True,
            )
            if separate_stdout:
                out.close()

    @property
    def pid(self):
        return self.popen.pid

    def output(self):
        return self.log.read_text(errors="replace")

    def running(self):
        return self.popen.poll() is None

    def status(self):
        """Exit status, negative signal number, or None while it runs."""
        return self.popen.poll()

    def wait_until_said(self, text, times=1, seconds=PATIENCE):
        wait_for(lambda: self.output().count(text) >= times, f"{self.name} to say {text!r}", seconds, self)

    def wait_until_ended(self, seconds=PATIENCE):
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end:\n{self.output()}") from None

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        """At once, with whatever it started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()

    def stop(self, seconds=PATIENCE):
        """Asks it to end, returns its status.  One that does not listen is killed, and that is a failure."""
        if self.running():
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGCONT)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end on SIGTERM:\n{self.output()}") from None

    def assert_clean(self):
        report = SANITIZER_REPORT.search(self.output())
        assert not report, f"{self.name}: {self.output()[report.start():]}"
