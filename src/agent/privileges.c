/* SPDX-License-Identifier: BSD-3-Clause */
#include "privileges.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/ds_agent.h>

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "call_filter.h"

/* net-snmp does not distinguish "agentuser root" from no such directive. */
static bool user_is_chosen;

void
privileges_note_user(const char *word, const char *value)
{
	(void)word;
	(void)value;
	user_is_chosen = true;
}

/* The user that the daemon becomes, 0 if it does not change: the configured one or, as root, the package's user. */
struct identity {
	uid_t user;
	gid_t group;
};

static struct identity
choose_identity(void)
{
	const struct identity chosen = {
		.user = (uid_t)netsnmp_ds_get_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_USERID),
		.group = (gid_t)netsnmp_ds_get_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_GROUPID)};
	const struct passwd *own;

	if (chosen.user || chosen.group || user_is_chosen || geteuid() != 0)
		return chosen;
	own = getpwnam(PRIVILEGES_USER);
	return own ? (struct identity){.user = own->pw_uid, .group = own->pw_gid} : chosen;
}

/* Whether it has no capability but these; systemd's unit grants no others, and forbids changes. */
static bool
has_no_other(bool needs_sys_admin)
{
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++) {
		if (i != CAP_NET_ADMIN && !(i == CAP_SYS_ADMIN && needs_sys_admin) &&
		    capng_have_capability(CAPNG_PERMITTED, i))
			return false;
	}
	return true;
}

/* Without privileges to give up (an ordinary user who reads a KLIPS file), there is nothing to do. */
static bool
keep_what_is_needed(bool enters_namespaces, const struct identity *become)
{
	bool had_net_admin, had_sys_admin;

	if (capng_get_caps_process() != 0)
		return false;
	had_net_admin = capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN) != 0;
	had_sys_admin = capng_have_capability(CAPNG_PERMITTED, CAP_SYS_ADMIN) != 0;
	if (!become->user && !become->group && capng_have_capabilities(CAPNG_SELECT_CAPS) == CAPNG_NONE)
		return true;
	if (!become->user && !become->group && has_no_other(enters_namespaces))
		return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
	capng_clear(CAPNG_SELECT_CAPS);
	if (had_net_admin)
		capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_NET_ADMIN);
	if (had_sys_admin && enters_namespaces)
		capng_update(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_SYS_ADMIN);
	if (become->user || become->group)
		return capng_change_id(become->user ? (int)become->user : -1, become->group ? (int)become->group : -1,
				       CAPNG_DROP_SUPP_GRP) == 0;
	return capng_apply(CAPNG_SELECT_CAPS) == 0;
}

bool
privileges_hide_memory(void)
{
	static const struct rlimit no_core = {0, 0};

	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0;
}

bool
privileges_drop(bool enters_namespaces, const struct state_directory *state, const char **reason)
{
	const struct identity become = choose_identity();

	*reason = "cannot give the state directory to the agent's user";
	if (state && become.user && !state_directory_give(state, become.user, become.group ? become.group : (gid_t)-1))
		return false;
	*reason = "cannot give up privileges (capabilities, agentuser, agentgroup)";
	if (!keep_what_is_needed(enters_namespaces, &become))
		return false;
	*reason = PRIVILEGES_MEMORY_SEEN;
	if (!privileges_hide_memory())
		return false;
	*reason = "cannot restrict system calls (seccomp)";
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && call_filter_install(enters_namespaces);
}
