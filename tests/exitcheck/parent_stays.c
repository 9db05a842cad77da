// SPDX-License-Identifier: GPL-2.0
/* Parents that go on: their children are no daemons. */
#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int waits(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		exit(1); /* want: child */
	if (waitpid(pid, &status, 0) < 0)
		_exit(1);
	assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void passes_status_on(void)
{
	int status;
	pid_t pid = fork();

	if (pid > 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	if (pid < 0)
		_exit(1);
	exit(chdir("/")); /* want: child */
}

static void kills_it(void)
{
	pid_t pid = fork();

	if (pid > 0) {
		sleep(1);
		kill(pid, SIGKILL);
		_exit(0);
	}
	if (pid < 0)
		_exit(1);
	exit(chdir("/")); /* want: child */
}

static void serves(void)
{
	for (;;) {
		if (pause() == 2)
			_exit(1);
		if (!fork()) {
			setsid();
			exit(1); /* want: child */
		}
	}
}

static void leaves_child_behind(void)
{
	if (!fork()) {
		if (chdir("/"))
			exit(1); /* want: child */
		exit(2); /* want: child */
	}
	exit(0);
}

/* The second child is not the first one's. */
static void has_two(void)
{
	pid_t first, second;

	first = fork();
	if (!first)
		exit(1); /* want: child */
	second = fork();
	if (second < 0)
		exit(1);
	if (second > 0)
		_exit(0);
	exit(2);
}

static int looks_at_orphan(void)
{
	pid_t pid = fork();

	if (!pid) {
		setsid();
		if (fork())
			_exit(0);
		exit(1); /* want: child */
	}
	waitpid(pid, NULL, 0);
	sleep(1);
	return 0;
}

static void runs_later(char **argv)
{
	pid_t pid = fork();

	if (!pid)
		exit(1); /* want: child */
	waitpid(pid, NULL, 0);
	execv(argv[1], argv);
	_exit(127);
}

static jmp_buf again;

static void jumps(void)
{
	if (fork())
		longjmp(again, 1);
	exit(1); /* want: child */
}

static void is_stopped(int signal)
{
	_exit(signal);
}

static void is_told(void (*stop)(int signal), void (*tell)(void (*stop)(int signal)))
{
	pid_t pid = fork();

	if (!pid)
		exit(1); /* want: child */
	tell(stop);
	wait(NULL);
}

void tell(void (*stop)(int signal));

int main(int argc, char **argv)
{
	if (setjmp(again))
		return 3;
	switch (argc) {
	case 1:
		return waits();
	case 2:
		serves();
		return 1;
	case 3:
		has_two();
		return 1;
	case 4:
		return looks_at_orphan();
	case 5:
		runs_later(argv);
		return 1;
	case 6:
		jumps();
		return 1;
	case 7:
		leaves_child_behind();
	case 8:
		passes_status_on();
	case 9:
		kills_it();
	default:
		is_told(is_stopped, tell);
		return 2;
	}
}
