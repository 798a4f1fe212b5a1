/* SPDX-License-Identifier: BSD-3-Clause */
#include "view.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mib_parts.h"
#include "watch.h"

static const char *const klips_files[] = {"/proc/net/ipsec_spi", "/proc/net/ipsec/spi/all"};

static const char *
klips_file(const struct settings *settings)
{
	if (settings->klips_file[0] != '\0')
		return settings->klips_file;
	return access(klips_files[0], F_OK) == 0 || access(klips_files[1], F_OK) < 0 ? klips_files[0] : klips_files[1];
}

struct source *
view_open_source(const struct settings *settings, const struct namespace_choice *place, char error[256])
{
	const char *path = klips_file(settings);

	if (place->netns[0] != '\0')
		return source_xfrm_open(place->netns, settings->event_backlog_octets, error);
	if (settings->source == CHOOSE_KLIPS || (settings->source == CHOOSE_AUTO && access(path, F_OK) == 0))
		return source_klips_open(path, error);
	return source_xfrm_open(NULL, settings->event_backlog_octets, error);
}

static struct reader_settings
reader_settings_of(const struct settings *settings)
{
	const struct reader_settings result = {
		.interval_ms = settings->interval_seconds * 1000,
		.stale_after_ms = settings->stale_after_seconds * 1000,
		.idle_share = 10,
	};

	return result;
}

static bool
view_open(struct view *view, const struct settings *settings, const struct namespace_choice *place, char error[256])
{
	const struct reader_settings for_reader = reader_settings_of(settings);
	struct source *source = view_open_source(settings, place, error);

	if (!source)
		return false;
	view->place = *place;
	view->reader = reader_new(source, &for_reader);
	if (!view->reader)
		snprintf(error, 256, "out of memory");
	return view->reader != NULL;
}

bool
views_open(struct views *views, const struct settings *settings, char error[256])
{
	static const struct namespace_choice here;
	const size_t count = settings->namespace_count ? settings->namespace_count : 1;

	views->count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct namespace_choice *place = settings->namespace_count ? &settings->namespaces[i] : &here;
		struct view *view = &views->all[views->count];

		memset(view, 0, sizeof(*view));
		if (!view_open(view, settings, place, error)) {
			views_close(views);
			return false;
		}
		views->count++;
	}
	return true;
}

bool
views_register(const struct views *views, const struct settings *settings, char error[256])
{
	for (size_t i = 0; i < views->count; i++) {
		const struct view *view = &views->all[i];
		const struct mib_place place = {settings->oid_root, settings->oid_root_length, view->place.context};

		if (mib_scalars_register(&place, view->reader) && mib_sa_table_register(&place, view->reader))
			continue;
		snprintf(error, 256, "cannot register the MIB in context \"%s\": is its root taken? (oid-root)",
			 view->place.context);
		return false;
	}
	return true;
}

bool
views_start(struct views *views)
{
	for (size_t i = 0; i < views->count; i++) {
		views->all[i].watch = watch_start(views->all[i].reader);
		if (!views->all[i].watch)
			return false;
	}
	return true;
}

void
views_configure(struct views *views, const struct settings *settings)
{
	const struct reader_settings for_reader = reader_settings_of(settings);

	for (size_t i = 0; i < views->count; i++)
		reader_configure(views->all[i].reader, &for_reader);
}

void
views_close(struct views *views)
{
	for (size_t i = 0; i < views->count; i++) {
		watch_stop(views->all[i].watch);
		reader_free(views->all[i].reader);
	}
	views->count = 0;
}
