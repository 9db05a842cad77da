// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "stop.h"

static int signals = -1;
static sigset_t before;
static int requested;
static bool (*is_test)(void *ctx, pid_t sender, int signo);
static void *is_test_ctx;

static void add(sigset_t *set, int signo)
{
	struct sigaction was;

	if (!sigaction(signo, NULL, &was) && was.sa_handler != SIG_IGN)
		sigaddset(set, signo);
}

int stop__catch(void)
{
	static const int all[] = { SIGINT,  SIGTERM, SIGHUP,	SIGQUIT, SIGUSR1, SIGUSR2,
				   SIGALRM, SIGPROF, SIGVTALRM, SIGIO,	 SIGPWR,  SIGXCPU };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		add(&set, all[i]);
	for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++)
		add(&set, signo);
	sigprocmask(SIG_BLOCK, &set, &before);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return signals < 0 ? -errno : 0;
}

int stop__fd(void)
{
	return signals;
}

const sigset_t *stop__mask_before(void)
{
	return &before;
}

void stop__ignore_tests(bool (*callback)(void *ctx, pid_t sender, int signo), void *ctx)
{
	is_test = callback;
	is_test_ctx = ctx;
}

int stop__requested(void)
{
	struct signalfd_siginfo info;

	while (!requested && read(signals, &info, sizeof(info)) == sizeof(info)) {
		/* Signals of Ctrl-C come from the kernel. */
		if (is_test && info.ssi_code <= 0 &&
		    is_test(is_test_ctx, (pid_t)info.ssi_pid, (int)info.ssi_signo))
			continue;
		requested = (int)info.ssi_signo;
	}
	return requested;
}
