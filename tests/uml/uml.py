# SPDX-License-Identifier: BSD-3-Clause
"""
Runs a command inside User-Mode Linux: the distribution's kernel (6.1 or 6.12) as an ordinary process, with all of
IPsec, whoever starts it and whatever the host's kernel has.

What is different inside: one CPU, everything that makes a system call is several times slower, and the host's files
are read-only but for the folders that are asked for.  User processes have 512 GiB of addresses, so that no program
with AddressSanitizer starts there, whose shadow memory lies at fixed places of 16 TiB; UndefinedBehaviorSanitizer works.
"""

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections import namedtuple
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
KERNEL = "linux.uml"
MEGABYTE = 1 << 20
MEMORY, RESERVE = 1024, 64  # MB: of a guest, and what else its folder should have
# Without it, the kernel panics on a processor with more registers than it knows.
WHOLE_XSTATE = TREE / os.environ.get("BUILD", "build") / "tests" / "whole_xstate.so"

# status: the command's exit status, or None if the kernel did not come to its end in time.
Result = namedtuple("Result", "status output console seconds")


def why_impossible(megabytes=MEMORY):
    """None, or what is missing on this host, in one line."""
    if not shutil.which(KERNEL):
        return f"no {KERNEL}: run make deps"
    if not WHOLE_XSTATE.exists():
        return f"no {WHOLE_XSTATE}: run make test-programs"
    if not memory_folder(megabytes):
        found = ", ".join(f"{folder} {why_too_small(folder, megabytes)}" for folder in memory_folders())
        return f"User-Mode Linux needs a folder for a file of {megabytes} MB, its memory; {found}; or set TMPDIR to one"
    return None


def memory_folders():
    return "/dev/shm", tempfile.gettempdir()


def memory_folder(megabytes):
    """A folder for the file that is UML's memory, or None."""
    return next((folder for folder in memory_folders() if not why_too_small(folder, megabytes)), None)


def why_too_small(folder, megabytes):
    """None, or what is wrong with the folder: one that gets full would end UML by SIGBUS."""
    if not os.access(folder, os.W_OK):
        return "is not there, or not writable"
    usage = os.statvfs(folder)
    if usage.f_flag & os.ST_NOEXEC:
        return "is mounted noexec"
    free = usage.f_bavail * usage.f_frsize // MEGABYTE
    if folder == "/dev/shm":
        free = min(free, available_memory())
    return None if free > megabytes + RESERVE else f"has {free} MB free"


def available_memory():
    """In MB, of this machine."""
    return int(re.search(r"^MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text(), re.M).group(1)) // 1024


def write_job(directory, command, environment, writable):
    lines = [f"export {name}={shlex.quote(str(value))}" for name, value in environment.items()]
    lines += ["export UML_JOB=1", f"cd {shlex.quote(str(TREE))}", f"exec {shlex.join(map(str, command))}"]
    (directory / "job").write_text("\n".join(lines) + "\n")
    (directory / "writable").write_text("".join(f"{folder}\n" for folder in writable))


def start_kernel(directory, terminal, words, descriptors, megabytes=MEMORY, preload=(WHOLE_XSTATE,), cpu=None):
    """
    A Popen of the kernel: its own words go to the file "console" in the directory; terminal is /dev/tty1, as UML spells it;
    words are more of the kernel's command line; descriptors are those that the terminal needs; preload are libraries that the
    kernel itself is started with.  cpu: the only one that it runs on.  Each system call and page fault inside goes to and fro between
    two processes, of which only one ever runs: on two CPUs, they would wake each other up.
    """
    pinned = [] if cpu is None else ["taskset", "-c", str(cpu)]
    command = [*pinned, KERNEL, f"mem={megabytes}M", "quiet", "con=null", "con0=null,fd:1", f"con1={terminal}"]
    with open(directory / "console", "wb") as console:
        return subprocess.Popen(
            [*command, f"uml_dir={directory}/", "umid=uml", *words],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            pass_fds=descriptors,
            env={**os.environ, "TMPDIR": memory_folder(megabytes), "LD_PRELOAD": ":".join(map(str, preload))},
            start_new_session=True,
        )


def end_kernel(kernel):
    """At once, with its helpers."""
    try:
        os.killpg(kernel.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    kernel.wait()


def run(command, environment=None, writable=(), seconds=300, megabytes=MEMORY, show=None, preload=(WHOLE_XSTATE,), cpu=None):
    """
    Boots, runs the command in the tree, and returns a Result.  environment is added to the little that
    there is; writable are folders of the host; show, if given, is called with the output as it comes.
    """
    started = time.monotonic()
    # Linux splits its command line at blanks, so the path must have none.
    with tempfile.TemporaryDirectory(prefix="uml-", dir="/tmp") as name:
        directory = Path(name)
        shutil.copy(Path(__file__).with_name("init"), directory)
        shutil.copyfile(shutil.which("mount"), directory / "mount")  # without setuid
        (directory / "mount").chmod(0o755)
        write_job(directory, command, environment or {}, writable)
        reader, writer = os.pipe()
        host_is_root = ["rootfstype=hostfs", "rootflags=/", "ro", f"init={directory}/init", f"UML_DIRECTORY={directory}"]
        kernel = start_kernel(directory, f"null,fd:{writer}", host_is_root, [writer], megabytes, preload, cpu)
        os.close(writer)
        output = _collect(reader, kernel, seconds, show)
        status = directory / "status"
        return Result(
            int(status.read_text()) if status.exists() else None,
            output.decode(errors="replace"),
            (directory / "console").read_text(errors="replace"),
            time.monotonic() - started,
        )


def _collect(reader, kernel, seconds, show):
    """Everything until the kernel ends, or is ended after that time."""
    output = bytearray()
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            readable, _, _ = select.select([reader], [], [], min(left, 1))
            data = os.read(reader, 65536) if readable else None
            if data:
                output += data
                if show:
                    show(data)
            elif readable or kernel.poll() is not None:
                break
        else:
            output += f"\n(ended after {seconds} s)\n".encode()
    finally:
        os.close(reader)
        if kernel.poll() is None and time.monotonic() < end:
            _wait_a_little(kernel)
        end_kernel(kernel)
    return output


def _wait_a_little(kernel):
    try:
        kernel.wait(5)
    except subprocess.TimeoutExpired:
        pass
