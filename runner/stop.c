// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "stop.h"

static int signals = -1;
static sigset_t before;
static int requested;

int stop__catch(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct sigaction was;

		if (!sigaction(all[i], NULL, &was) && was.sa_handler != SIG_IGN)
			sigaddset(&set, all[i]);
	}
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

int stop__requested(void)
{
	struct signalfd_siginfo info;

	if (!requested && read(signals, &info, sizeof(info)) == sizeof(info))
		requested = (int)info.ssi_signo;
	return requested;
}
