/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_TEMPLATES_H
#define XFRM_TEMPLATES_H

/*
 * The templates of all policies, found by the SAs that they match.  A template's addresses may be prefixes, which match
 * many SAs: the lookup is then done once for each existing pair of prefix lengths, the longest first.
 */

#include "sa/policy.h"
#include "sa/sa.h"

struct xfrm_templates;

struct xfrm_templates *xfrm_templates_new(void); /* NULL: no memory */
void xfrm_templates_free(struct xfrm_templates *templates);

/* Forgets everything, and frees memory that was hardly used. */
void xfrm_templates_clear(struct xfrm_templates *templates);

/* The maximum number of different pairs of prefix lengths; a host has a handful. */
enum { XFRM_TEMPLATES_SHAPES_MOST = 256 };

/*
 * Adds a template of a policy whose SAs have that direction.  0, -ENOMEM, or -ENOSPC: there are too many pairs of
 * prefix lengths, and the template is left out.
 */
int xfrm_templates_add(struct xfrm_templates *templates, const struct policy_template *from,
		       enum sa_direction direction);

/* The directions of SAs that templates match. */
struct xfrm_templates_ways {
	bool in, out;
};

/* From templates that specify both of its addresses completely. */
struct xfrm_templates_ways xfrm_templates_of_addresses(const struct xfrm_templates *templates, const struct sa *sa);

/*
 * From templates with prefixes that match it; of these, the ones with the longest pair of prefixes, both lengths added.
 */
struct xfrm_templates_ways xfrm_templates_of_prefixes(const struct xfrm_templates *templates, const struct sa *sa);

#endif
