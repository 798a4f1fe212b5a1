/* SPDX-License-Identifier: BSD-3-Clause */
#include "privileges.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/ds_agent.h>

#include <cap-ng.h>
#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* What a subagent never does, and what would be of use to whoever took it over. */
/* clang-format off */
static const int forbidden_calls[] = {
	/* other programs, and the insides of other processes */
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd),
	/* another view of the system */
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare),
	SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(mount_setattr),
	/* the kernel itself */
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(reboot),
	/* keys that the kernel keeps */
	SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
};
/* clang-format on */

static bool
forbid_calls(bool enters_namespaces)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool done = filter != NULL;

	for (size_t i = 0; done && i < sizeof(forbidden_calls) / sizeof(forbidden_calls[0]); i++)
		done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), forbidden_calls[i], 0) == 0;
	if (done && !enters_namespaces)
		done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(setns), 0) == 0;
	done = done && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done;
}

/* Without privileges to give up (an ordinary user reading a KLIPS file), there is nothing to do. */
static bool
keep_what_is_needed(bool enters_namespaces)
{
	const int uid = netsnmp_ds_get_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_USERID);
	const int gid = netsnmp_ds_get_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_GROUPID);
	bool had_net_admin, had_sys_admin;

	if (capng_get_caps_process() != 0)
		return false;
	had_net_admin = capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN) != 0;
	had_sys_admin = capng_have_capability(CAPNG_PERMITTED, CAP_SYS_ADMIN) != 0;
	if (!uid && !gid && capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return true;
	capng_clear(CAPNG_SELECT_CAPS);
	if (had_net_admin)
		capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_NET_ADMIN);
	if (had_sys_admin && enters_namespaces)
		capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_SYS_ADMIN);
	if (uid || gid)
		return capng_change_id(uid ? uid : -1, gid ? gid : -1, CAPNG_DROP_SUPP_GRP) == 0;
	return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

bool
privileges_hide_memory(void)
{
	static const struct rlimit no_core = {0, 0};

	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0;
}

bool
privileges_drop(bool enters_namespaces, const char **reason)
{
	*reason = "cannot give up privileges (capabilities, agentuser, agentgroup)";
	if (!keep_what_is_needed(enters_namespaces))
		return false;
	*reason = "cannot restrict system calls (seccomp)";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || !forbid_calls(enters_namespaces))
		return false;
	*reason = PRIVILEGES_MEMORY_SEEN;
	return privileges_hide_memory();
}
