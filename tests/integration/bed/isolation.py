# SPDX-License-Identifier: BSD-3-Clause
"""
The whole test run in separate namespaces: everything that a test starts, creates or leaves ends with
the run, and an ordinary user is root there.
"""

import os
import subprocess

MARK = "IPSEC_SPI_ISOLATED"
# Where net-snmp's programs keep their state unless they are told better; the run sees an empty one.
HOST_SNMP_STATE = "/var/lib/snmp"
NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
PREPARE = (
    "mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/netns && "
    f"mount -t tmpfs -o mode=755 tmpfs {HOST_SNMP_STATE} && "
    'ip link set lo up && exec "$@"'
)


def isolated():
    return MARK in os.environ


def unshare_command():
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *user, *NAMESPACES, "sh", "-c", PREPARE, "sh"]


def why_impossible():
    """None, or why this host cannot isolate a test run."""
    result = subprocess.run([*unshare_command(), "true"], capture_output=True, text=True)
    if result.returncode == 0:
        return None
    who = "root without CAP_SYS_ADMIN" if os.geteuid() == 0 else "an ordinary user"
    return (
        f"this host does not let {who} make namespaces ({result.stderr.strip()}); "
        "run the tests as root, or allow it (sysctl kernel.unprivileged_userns_clone=1, "
        "user.max_user_namespaces above 0, kernel.apparmor_restrict_unprivileged_userns=0)"
    )


def enter(command):
    """Becomes the command, isolated."""
    os.environ[MARK] = "1"
    words = unshare_command() + command
    os.execvp(words[0], words)
