#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""
What sites without an agent have: a script for snmpd's pass_persist that reads "ip -s xfrm state", and answers
GETNEXT with a byte counter for each SA.  It is as quick as such a script can be: sorted once for five seconds, found by bisection.
"""

import bisect
import re
import subprocess
import sys
import time

BASE = sys.argv[1]
SA = re.compile(r"^src \S+ dst (\S+)\n\tproto \S+ spi 0x\w+\((\d+)\).*?lifetime current:\n\t  (\d+)\(bytes\)", re.M | re.S)


def read_sas():
    text = subprocess.run(["ip", "-s", "xfrm", "state"], capture_output=True, text=True, check=True).stdout
    return sorted((tuple(map(int, dst.split("."))) + (int(spi),), octets) for dst, spi, octets in SA.findall(text))


def main():
    rows, read_at = [], 0
    while True:
        command = sys.stdin.readline().strip()
        if command == "PING":
            print("PONG", flush=True)
            continue
        if not command:
            return
        oid = sys.stdin.readline().strip()
        if time.monotonic() - read_at > 5:
            rows, read_at = read_sas(), time.monotonic()
        asked = tuple(int(part) for part in oid[len(BASE) :].split(".") if part)
        at = bisect.bisect_right(rows, asked, key=lambda row: row[0])
        if command != "getnext" or at == len(rows):
            print("NONE", flush=True)
            continue
        index, octets = rows[at]
        print(f"{BASE}.{'.'.join(map(str, index))}\ncounter64\n{octets}", flush=True)


main()
