#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What sites without an agent have: a script for snmpd's extend, which prints a line for each SA.
ip -s xfrm state | awk '/^src / {dst = $4} / spi 0x/ {spi = $4} /^\t  [0-9]+\(bytes\)/ {print dst, spi, $1}'
