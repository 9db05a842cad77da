// SPDX-License-Identifier: GPL-2.0
/* Parents that end: their children are the program, and may call exit(). */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noreturn)) void leave_for_good(int status);

static int word[2];

/* The parent ends well if the child says so; else both fail. */
static int waits_for_word(int in_background)
{
	int status = 1, got;
	pid_t pid = 0;

	if (in_background) {
		if (pipe(word))
			return -1;
		pid = fork();
	}
	if (pid < 0)
		return -1;
	if (pid > 0) {
		do
			got = read(word[0], &status, sizeof(status));
		while (got < 0 && errno == EINTR);
		if (got < 0 || status)
			return -1;
		_exit(0);
	}
	if (chdir("/"))
		return -1;
	setsid();
	return 0;
}

static void is_supervised(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid > 0) {
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				_exit(1);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	setsid();
	if (chdir("/"))
		exit(1);
	exit(0);
}

static void forks_twice(void)
{
	pid_t pid = fork();

	if (pid > 0) {
		waitpid(pid, NULL, 0);
		exit(0);
	}
	if (pid < 0)
		exit(1);
	setsid();
	pid = fork();
	if (pid > 0)
		exit(0); /* want: child */
	if (pid < 0)
		_exit(1);
	exit(2);
}

static void forks_twice_at_once(void)
{
	if (fork() > 0)
		exit(0);
	setsid();
	if (fork() > 0)
		exit(0);
	exit(1);
}

static void parent_is_another_program(char **argv)
{
	if (fork() > 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	exit(1);
}

static void leave(void)
{
	_exit(0);
}

static void parent_ends_elsewhere(int how)
{
	pid_t pid = fork();

	if (pid > 0 && how == 1)
		leave();
	if (pid > 0 && how == 2)
		leave_for_good(0);
	if (pid > 0 && how == 3)
		abort();
	if (pid > 0)
		kill(getpid(), SIGKILL);
	exit(1);
}

static pid_t log_child;

/* It has a child of its own already, and is called once more in the daemon. */
static void detach(void)
{
	static int is_detached;

	if (is_detached)
		return;
	switch (fork()) {
	case -1:
		exit(1);
	case 0:
		break;
	default:
		kill(log_child, SIGHUP);
		exit(0);
	}
	is_detached = 1;
}

static void start_log(char **argv)
{
	log_child = fork();
	if (!log_child) {
		execv(argv[2], argv);
		_exit(127);
	}
}

int main(int argc, char **argv)
{
	switch (argc) {
	case 1:
		if (waits_for_word(optind))
			return 1;
		return 2;
	case 2:
		is_supervised();
		break;
	case 3:
		forks_twice();
		break;
	case 4:
		forks_twice_at_once();
		break;
	case 5:
		parent_is_another_program(argv);
		break;
	case 6:
		parent_ends_elsewhere(optind);
		break;
	default:
		start_log(argv);
		if (argc > 8)
			detach();
		detach();
		return 3;
	}
}
