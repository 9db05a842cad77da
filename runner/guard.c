// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guard.h"
#include "leak.h"
#include "leftover.h"

static pid_t guard;

/* Ends this process with the runner's exit status or signal. */
static void __attribute__((noreturn)) end_as(int status)
{
	const struct rlimit no_core = {};
	sigset_t all;
	int signo;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	signo = WTERMSIG(status);
	fprintf(stderr,
		"test_progs: the runner was killed by SIG%s: results are missing, see which test ran last\n",
		sigabbrev_np(signo) ?: "?");
	/* The runner has dumped the core. */
	setrlimit(RLIMIT_CORE, &no_core);
	signal(signo, SIG_DFL);
	sigfillset(&all);
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	raise(signo);
	_exit(128 + signo);
}

/* Waits for @runner, and forwards signals to it. Returns its wait status. */
static int wait_for(pid_t runner, const sigset_t *passed_on)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (waitpid(runner, &status, WNOHANG) == runner)
			return status;
		/* The terminal sends its signals to the runner too. SIGCHLD only ends the wait. */
		if (sigwaitinfo(passed_on, &info) > 0 && info.si_signo != SIGCHLD &&
		    info.si_code != SI_KERNEL)
			kill(runner, info.si_signo);
	}
}

/* The guard does not wait for signals that stop or continue it, nor for those of its own errors. */
static void choose_signals(sigset_t *set)
{
	static const int left_alone[] = { SIGTSTP, SIGTTIN,  SIGTTOU, SIGCONT, SIGSEGV,
					  SIGBUS,  SIGILL,   SIGFPE,  SIGABRT, SIGSYS,
					  SIGTRAP, SIGWINCH, SIGURG,  SIGPIPE, SIGXFSZ };

	sigfillset(set);
	for (size_t i = 0; i < sizeof(left_alone) / sizeof(*left_alone); i++)
		sigdelset(set, left_alone[i]);
}

pid_t guard__pid(void)
{
	return guard;
}

int guard__start(void)
{
	sigset_t passed_on, before;
	pid_t runner;
	int status;

	guard = getpid();
	choose_signals(&passed_on);
	sigprocmask(SIG_BLOCK, &passed_on, &before);
	runner = fork();
	if (runner < 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return -errno;
	}
	if (!runner) {
		leak__own();
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		/* Signals stay pending from here until the runner catches them. */
		if (getppid() != guard)
			_exit(1);
		sigprocmask(SIG_SETMASK, &before, NULL);
		return 0;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	status = wait_for(runner, &passed_on);
	leftover__end_all();
	end_as(status);
}
