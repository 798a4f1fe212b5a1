# SPDX-License-Identifier: BSD-3-Clause
"""
Runs a command inside User-Mode Linux: a Linux 6.1 kernel as an ordinary process, with all of IPsec, whoever
starts it and whatever the host's kernel has.

What is different inside: one CPU, everything that makes a system call is several times slower, and the host's files
are read-only but for the folders that are asked for.  User processes have 512 GiB of addresses, so that no program
with AddressSanitizer starts there, whose shadow memory lies at fixed places of 16 TiB; UndefinedBehaviorSanitizer works.
"""

import os
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

# status: the command's exit status, or None if the kernel did not come to its end in time.
Result = namedtuple("Result", "status output console seconds")


def why_impossible():
    """None, or what is missing on this host."""
    if not shutil.which(KERNEL):
        return f"no {KERNEL}: run make deps"
    return None


def memory_folder(megabytes):
    """A folder for the file that is UML's memory; a tmpfs that is too small would end it by SIGBUS."""
    for folder in ("/dev/shm", tempfile.gettempdir()):
        usage = os.statvfs(folder)
        if os.access(folder, os.W_OK) and usage.f_bavail * usage.f_frsize > (megabytes + 64) * MEGABYTE:
            return folder
    raise OSError(f"neither /dev/shm nor {tempfile.gettempdir()} has {megabytes} MB for UML's memory")


def write_job(directory, command, environment, writable):
    lines = [f"mount -t hostfs none {folder} -o {folder}" for folder in map(shlex.quote, map(str, writable))]
    lines += [f"export {name}={shlex.quote(str(value))}" for name, value in environment.items()]
    lines += ["export UML_JOB=1", f"cd {shlex.quote(str(TREE))}", f"exec {shlex.join(map(str, command))}"]
    (directory / "job").write_text("\n".join(lines) + "\n")


def kernel_command(directory, megabytes, output_descriptor):
    words = [KERNEL, f"mem={megabytes}M", "rootfstype=hostfs", "rootflags=/", "ro", "quiet"]
    words += ["con=null", "con0=null,fd:1", f"con1=null,fd:{output_descriptor}"]
    words += [f"uml_dir={directory}/", "umid=uml", f"init={directory}/init", f"UML_DIRECTORY={directory}"]
    return words


def run(command, environment=None, writable=(), seconds=300, megabytes=1024, show=None):
    """
    Boots, runs the command in the tree, and returns a Result.  environment is added to the little that
    there is; writable are folders of the host; show, if given, is called with the output as it comes.
    """
    started = time.monotonic()
    # Linux splits its command line at blanks, so the path must have none.
    with tempfile.TemporaryDirectory(prefix="uml-", dir="/tmp") as name:
        directory = Path(name)
        shutil.copy(Path(__file__).with_name("init"), directory / "init")
        write_job(directory, command, environment or {}, writable)
        reader, writer = os.pipe()
        with open(directory / "console", "wb") as console:
            kernel = subprocess.Popen(
                kernel_command(directory, megabytes, writer),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                pass_fds=[writer],
                env={**os.environ, "TMPDIR": memory_folder(megabytes)},
                start_new_session=True,
            )
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
        try:
            os.killpg(kernel.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        kernel.wait()
    return output


def _wait_a_little(kernel):
    try:
        kernel.wait(5)
    except subprocess.TimeoutExpired:
        pass
