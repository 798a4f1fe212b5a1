# SPDX-License-Identifier: BSD-3-Clause
"""What integration tests stand on: processes, network namespaces, SNMP programs, SAs, IKE daemons."""
