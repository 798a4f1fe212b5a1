/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_TEMPLATES_H
#define XFRM_TEMPLATES_H

/*
 * The templates of all policies, found by the SAs that they fit.  A template's addresses may be prefixes, which fit many:
 * then it is found once for each pair of prefix lengths that there is, the longest first.
 */

#include "sa/policy.h"
#include "sa/sa.h"

struct xfrm_templates;

struct xfrm_templates *xfrm_templates_new(void); /* NULL: no memory */
void xfrm_templates_free(struct xfrm_templates *templates);

/* Forgets everything, and gives back memory that was of little use. */
void xfrm_templates_clear(struct xfrm_templates *templates);

/* So many different pairs of prefix lengths are looked at; a host has a handful. */
enum { XFRM_TEMPLATES_SHAPES_MOST = 256 };

/*
 * A template of a policy whose SAs go that way.  0, -ENOMEM, or -ENOSPC: it has one pair of prefix lengths too many, and is
 * left out.
 */
int xfrm_templates_add(struct xfrm_templates *templates, const struct policy_template *from,
		       enum sa_direction direction);

/* Which way SAs go that templates fit. */
struct xfrm_templates_ways {
	bool in, out;
};

/* By templates that name both of its addresses wholly. */
struct xfrm_templates_ways xfrm_templates_of_addresses(const struct xfrm_templates *templates, const struct sa *sa);

/* By those with prefixes that fit it, of which the longest count, both added up. */
struct xfrm_templates_ways xfrm_templates_of_prefixes(const struct xfrm_templates *templates, const struct sa *sa);

#endif
