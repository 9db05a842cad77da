// SPDX-License-Identifier: GPL-2.0
/* Ways from the fork to the exit() that lead through functions. */
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void child_only(int status)
{
	exit(status); /* want: child */
}

static void deeper(void)
{
	child_only(3);
}

void through_functions(void)
{
	if (!fork())
		deeper();
}

/* --- wrappers --- */

static pid_t start(void)
{
	pid_t pid = fork();

	if (pid < 0)
		exit(1);
	return pid;
}

void wrapped(void)
{
	if (start() == 0)
		exit(0); /* want: child */
	exit(1);
}

static int start_into(pid_t *pid)
{
	*pid = fork();
	return *pid < 0 ? -1 : 0;
}

void wrapped_into_variable(void)
{
	pid_t pid;

	if (start_into(&pid))
		exit(1);
	if (pid)
		return;
	exit(0); /* want: child */
}

struct worker {
	int fd;
	pid_t pid;
};

static void start_worker(struct worker *worker)
{
	worker->pid = fork();
}

void wrapped_into_member(void)
{
	struct worker worker = { .fd = 1 };

	start_worker(&worker);
	if (worker.pid > 0)
		exit(1);
	if (!worker.pid)
		exit(0); /* want: child */
}

/* --- callbacks --- */

static void run_in_child(void (*run)(void *data), void *data)
{
	if (fork() == 0) {
		run(data);
		exit(0); /* want: child */
	}
}

static void run_here(void (*run)(void *data), void *data)
{
	run(data);
}

static void body_of_child(void *data)
{
	if (*(int *)data)
		exit(1); /* want: child */
}

static void body_of_parent(void *data)
{
	if (*(int *)data)
		exit(1);
}

void callbacks(void)
{
	int data;

	run_in_child(body_of_child, &data);
	run_here(body_of_parent, &data);
}

static void first(void)
{
	exit(1); /* want: child */
}

static void second(void)
{
	exit(2); /* want: child */
}

static void other(void)
{
	exit(3);
}

static const struct {
	const char *name;
	void (*run)(void);
	void (*check)(void);
} table[] = {
	{ "first", first, other },
	{ .name = "second", .check = other, .run = second },
};

void from_table(void)
{
	for (size_t i = 0; i < 2; i++) {
		if (!fork())
			table[i].run();
		table[i].check();
	}
}

static void (*const list[])(void) = { first, second };

void from_list(int i)
{
	if (fork())
		return;
	list[i]();
	_exit(0);
}

struct job {
	void (*run)(void *data);
	void *data;
};

static void job_body(void *data)
{
	if (!data)
		exit(4); /* want: child */
}

static void run_job(const struct job *job)
{
	pid_t pid = vfork();

	if (pid == 0) {
		job->run(job->data);
		_exit(0);
	}
}

void by_member(void)
{
	struct job job = { .run = job_body };

	run_job(&job);
}

/* --- clone --- */

static int cloned(void *arg)
{
	if (arg)
		exit(0); /* want: child */
	return 0;
}

static int cloned_thread(void *arg)
{
	if (arg)
		exit(0);
	return 0;
}

void by_clone(char *stack)
{
	clone(cloned, stack, SIGCHLD | CLONE_NEWPID, stack);
	clone(cloned_thread, stack, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, stack);
}

static pid_t raw_clone3(struct clone_args *args)
{
	return syscall(__NR_clone3, args, sizeof(*args));
}

void by_raw_clone(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		exit(0); /* want: child */
	if (raw_clone3(&args) == 0)
		exit(1); /* want: child */
	exit(2);
}

/* --- signals --- */

static void on_alarm(int signal)
{
	exit(signal); /* want: child */
}

static void on_usr1(int signal)
{
	exit(signal); /* want: child */
}

static void on_int(int signal)
{
	exit(signal);
}

void handlers(void)
{
	struct sigaction action;

	signal(SIGINT, on_int);
	if (fork())
		return;
	memset(&action, 0, sizeof(action));
	action.sa_handler = on_usr1;
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGALRM, on_alarm);
	alarm(1);
	for (;;)
		pause();
}

/* --- by all --- */

static void die(void)
{
	exit(1); /* want: also run by the parent */
}

void used_by_all(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die();
	if (!pid) {
		die();
	}
}

/* --- what others change, and functions whose names macros make --- */

#define TEST(name) void test_##name(void)

TEST(named_by_macro)
{
	if (!fork())
		exit(1); /* want: child */
}

pid_t fork_elsewhere(int flags);
void fill(void *data);

struct packet {
	int *part;
};

void filled_in_by_others(void)
{
	int value = 0;
	struct packet packet = { .part = &value };

	if (fork_elsewhere(0))
		return;
	fill(&packet);
	if (value)
		exit(1); /* want: needs fflush first */
	_exit(0);
}

int global;

void global_changed_by_others(void)
{
	global = 0;
	if (fork())
		return;
	fill(NULL);
	if (global)
		exit(1); /* want: needs fflush first */
	_exit(0);
}

static volatile int stopped;

void waits_for_a_signal(void)
{
	stopped = 0;
	if (fork())
		return;
	while (!stopped)
		;
	exit(0); /* want: child */
}

/* --- exit() by other names --- */

void by_pointer_to_exit(void)
{
	void (*leave)(int status) = exit;

	if (!fork())
		leave(1); /* want: child */
}

void declared_here(void)
{
	extern void exit(int status);
	extern pid_t fork(void);

	if (!fork())
		exit(1); /* want: child */
}
