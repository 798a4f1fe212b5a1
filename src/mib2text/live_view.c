/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_view.h"

#include <curses.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "live_screen.h"
#include "live_tunnels.h"

#include <term.h> /* last: it defines macros with common names */

struct live_view {
	SCREEN *screen;
	int fd, signals_fd; /* an epoll descriptor, of standard input and of the signals */
	int real_stderr;
	sigset_t signals, mask_before;
	bool over;
	struct live_tunnels live;
	uint32_t *order;
	size_t order_room;
	struct live_choice choice;
	struct live_words words;
	char time[16], message[1024];
};

/* --- what a signal needs ----------------------------------------------------------------------- */

/* Prepared in advance, since a handler may call next to nothing. */
static struct {
	volatile sig_atomic_t active;
	struct termios modes;
	char text[256]; /* resets attributes, and leaves the alternate screen */
	size_t length;
} way_back;

static void
append_capability(const char *capability)
{
	const size_t length = capability ? strlen(capability) : 0;

	if (length < sizeof(way_back.text) - way_back.length) {
		memcpy(way_back.text + way_back.length, capability ? capability : "", length);
		way_back.length += length;
	}
}

static void
prepare_way_back(void)
{
	way_back.length = 0;
	append_capability(exit_attribute_mode);
	append_capability(keypad_local);
	append_capability(cursor_normal);
	append_capability(exit_ca_mode ? exit_ca_mode : clear_screen);
	way_back.active = 1;
}

void
live_view_leave_by_signal(void)
{
	ssize_t written;

	if (!way_back.active)
		return;
	tcsetattr(STDIN_FILENO, TCSANOW, &way_back.modes);
	tcflow(STDOUT_FILENO, TCOON); /* for a terminal that was halted by ^S */
	written = write(STDOUT_FILENO, way_back.text, way_back.length);
	(void)written;
}

/* --- the terminal ------------------------------------------------------------------------------ */

bool
live_view_is_possible(void)
{
	bool possible;
	int error;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	possible = cursor_address && clr_eol;
	del_curterm(cur_term);
	return possible;
}

static void
choose_looks(void)
{
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_RED, -1);
}

static attr_t
look_of(enum live_mark mark)
{
	static const attr_t looks[] = {
		[LIVE_PLAIN] = A_NORMAL,
		[LIVE_TITLE] = A_BOLD,
		[LIVE_HEADING] = A_UNDERLINE,
		[LIVE_SORTED] = A_UNDERLINE | A_BOLD,
		[LIVE_CHANGED] = A_REVERSE,
		[LIVE_BAD] = A_BOLD,
		[LIVE_BAD_CHANGED] = A_BOLD | A_REVERSE,
	};
	const bool bad = mark == LIVE_BAD || mark == LIVE_BAD_CHANGED;

	return looks[mark] | (bad && has_colors() ? (attr_t)COLOR_PAIR(1) : 0);
}

static bool
start_screen(struct live_view *view)
{
	if (tcgetattr(STDIN_FILENO, &way_back.modes) != 0)
		return false;
	view->screen = newterm(NULL, stdout, stdin);
	if (!view->screen)
		return false;
	prepare_way_back();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	choose_looks();
	return true;
}

static void
put(void *data, unsigned line, unsigned column, const char *text, enum live_mark mark)
{
	(void)data;
	attrset((int)look_of(mark));
	mvaddstr((int)line, (int)column, text);
	attrset((int)A_NORMAL);
}

static void
draw(struct live_view *view)
{
	erase();
	live_screen_put(&view->live, view->order, &view->choice, &view->words, (unsigned)LINES, (unsigned)COLS, put,
			NULL);
	refresh();
}

static void
sort(struct live_view *view)
{
	live_tunnels_order(&view->live, view->choice.key, view->choice.reversed, view->order);
}

/* --- keys -------------------------------------------------------------------------------------- */

static size_t
less(size_t number, size_t by)
{
	return number > by ? number - by : 0;
}

static void
scroll_by_key(struct live_choice *choice, int key, size_t page)
{
	switch (key) {
	case KEY_UP:
		choice->top = less(choice->top, 1);
		break;
	case KEY_DOWN:
		choice->top++;
		break;
	case KEY_PPAGE:
		choice->top = less(choice->top, page);
		break;
	case KEY_NPAGE:
	case ' ':
		choice->top += page;
		break;
	case KEY_HOME:
		choice->top = 0;
		break;
	case KEY_END:
		choice->top = SIZE_MAX - page;
		break;
	case KEY_LEFT:
		choice->right = less(choice->right, 1);
		break;
	case KEY_RIGHT:
		choice->right++;
		break;
	default:
		break;
	}
}

static void
take_key(struct live_view *view, int key)
{
	const size_t page = LINES > LIVE_HEAD_LINES + 1 ? (size_t)LINES - LIVE_HEAD_LINES : 1;

	if (key == 'q' || key == 'Q')
		view->over = true;
	else if (key == '<' || key == '>')
		view->choice.key = live_next_key(view->choice.key, key == '<' ? -1 : 1);
	else if (key == 'r')
		view->choice.reversed = !view->choice.reversed;
	else if (key == 'L' - '@') /* ^L: removes what another program has written over it */
		clearok(curscr, TRUE);
	else
		scroll_by_key(&view->choice, key, page);
}

static void
take_keys(struct live_view *view)
{
	int key;

	while (!view->over && (key = getch()) != ERR)
		take_key(view, key);
	sort(view);
	draw(view);
}

/* --- signals ----------------------------------------------------------------------------------- */

static void
take_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
}

/* ^Z: the shell gets its terminal as it was, and this process continues from here when it is resumed. */
static void
stop(const struct live_view *view)
{
	sigset_t stop_alone;

	sigemptyset(&stop_alone);
	sigaddset(&stop_alone, SIGTSTP);
	endwin();
	way_back.active = 0;
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop_alone, NULL); /* here it stops */
	sigprocmask(SIG_BLOCK, &view->signals, NULL);
	way_back.active = 1;
}

static void
take_signals(struct live_view *view)
{
	struct signalfd_siginfo signal;

	while (read(view->signals_fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal.ssi_signo == SIGTSTP)
			stop(view);
		/* Meanwhile the shell may have written there, or changed the terminal's modes and size. */
		if (signal.ssi_signo != SIGWINCH) {
			reset_prog_mode();
			clearok(curscr, TRUE);
		}
		take_size();
		draw(view);
	}
}

static bool
listen_to_signals(struct live_view *view)
{
	sigemptyset(&view->signals);
	sigaddset(&view->signals, SIGTSTP);
	sigaddset(&view->signals, SIGCONT);
	sigaddset(&view->signals, SIGWINCH);
	sigprocmask(SIG_BLOCK, &view->signals, &view->mask_before);
	view->signals_fd = signalfd(-1, &view->signals, SFD_NONBLOCK | SFD_CLOEXEC);
	return view->signals_fd >= 0;
}

static bool
watch(const struct live_view *view, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};

	return epoll_ctl(view->fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

int
live_view_fd(const struct live_view *view)
{
	return view->fd;
}

static bool
wait_and_take(struct live_view *view, int timeout_ms)
{
	struct epoll_event events[2];
	const int count = epoll_wait(view->fd, events, 2, timeout_ms);

	for (int i = 0; i < count && !view->over; i++) {
		if (events[i].data.fd == view->signals_fd)
			take_signals(view);
		else if (events[i].events & (EPOLLHUP | EPOLLERR)) /* the terminal is gone */
			view->over = true;
		else
			take_keys(view);
	}
	return !view->over;
}

bool
live_view_step(struct live_view *view)
{
	return wait_and_take(view, 0);
}

bool
live_view_wait(struct live_view *view, uint64_t until_us)
{
	uint64_t now_us;

	while (!view->over && (now_us = clock_monotonic_us()) < until_us)
		wait_and_take(view, (int)((until_us - now_us + 999) / 1000));
	return !view->over;
}

/* --- looks ------------------------------------------------------------------------------------- */

static bool
make_room(struct live_view *view, size_t count)
{
	uint32_t *order;

	if (count <= view->order_room && view->order)
		return true;
	order = realloc(view->order, (count + 1) * sizeof(*order));
	if (!order)
		return false;
	view->order = order;
	view->order_room = count;
	return true;
}

static void
note_message(struct live_view *view, const char *message)
{
	snprintf(view->message, sizeof(view->message), "%s", message);
}

static void
note_time(struct live_view *view)
{
	const time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local))
		strftime(view->time, sizeof(view->time), "%H:%M:%S", &local);
}

bool
live_view_show(struct live_view *view, const struct tunnel *tunnels, size_t count, const struct agent_state *state,
	       const char *message)
{
	if (!make_room(view, count) || !live_tunnels_look(&view->live, tunnels, count, state, clock_monotonic_us()))
		return false;
	note_message(view, message);
	note_time(view);
	sort(view);
	draw(view);
	return true;
}

void
live_view_complain(struct live_view *view, const char *message)
{
	note_message(view, message);
	draw(view);
}

/* --- beginning and end ------------------------------------------------------------------------- */

/* Messages of libraries on standard error would overwrite the screen, if both are one terminal. */
static void
silence_stderr(struct live_view *view)
{
	int nowhere;

	view->real_stderr = -1;
	if (!isatty(STDERR_FILENO))
		return;
	fflush(stderr);
	nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (nowhere < 0)
		return;
	view->real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	dup2(nowhere, STDERR_FILENO);
	close(nowhere);
}

static void
restore_stderr(const struct live_view *view)
{
	if (view->real_stderr < 0)
		return;
	fflush(stderr);
	dup2(view->real_stderr, STDERR_FILENO);
	close(view->real_stderr);
}

struct live_view *
live_view_open(const char *agent, unsigned interval_seconds, enum tunnel_key key)
{
	struct live_view *const view = calloc(1, sizeof(*view));

	if (!view)
		return NULL;
	setlocale(LC_CTYPE, ""); /* for the terminal's character encoding */
	live_tunnels_init(&view->live);
	view->choice.key = key;
	view->words = (struct live_words){agent, view->time, interval_seconds, view->message};
	note_message(view, "asking ...");
	view->fd = epoll_create1(EPOLL_CLOEXEC);
	view->signals_fd = view->real_stderr = -1;
	sigprocmask(SIG_BLOCK, NULL, &view->mask_before);
	if (view->fd < 0 || !make_room(view, 0) || !listen_to_signals(view) || !watch(view, STDIN_FILENO) ||
	    !watch(view, view->signals_fd) || !start_screen(view)) {
		live_view_close(view);
		return NULL;
	}
	silence_stderr(view);
	draw(view);
	return view;
}

void
live_view_close(struct live_view *view)
{
	if (view->screen) {
		endwin();
		way_back.active = 0;
		delscreen(view->screen);
	}
	restore_stderr(view);
	if (view->signals_fd >= 0)
		close(view->signals_fd);
	if (view->fd >= 0)
		close(view->fd);
	sigprocmask(SIG_SETMASK, &view->mask_before, NULL);
	live_tunnels_free(&view->live);
	free(view->order);
	free(view);
}
