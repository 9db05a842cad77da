// SPDX-License-Identifier: GPL-2.0
/* Process numbers that are kept in structures, and copied with them. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct task {
	pid_t pid;
	int pipe;
};

struct pair {
	struct task first, second;
};

void initializer(void)
{
	struct task task = { fork(), 1 };

	if (!task.pid)
		exit(1); /* want: child */
	waitpid(task.pid, NULL, 0);
}

void designated(int pipe)
{
	struct task task = { .pipe = pipe, .pid = fork() };

	if (task.pid > 0)
		return;
	if (task.pid < 0)
		exit(1);
	exit(2); /* want: child */
}

void compound_literal(struct task *task)
{
	*task = (struct task){ .pid = fork() };
	if (task->pid)
		return;
	exit(1); /* want: child */
}

void copied(void)
{
	struct task task, copy;

	task.pid = fork();
	copy = task;
	if (copy.pid == 0)
		exit(1); /* want: child */
}

void copied_deeply(struct pair *pair)
{
	struct pair copy;

	pair->second.pid = fork();
	copy = *pair;
	if (copy.second.pid != 0)
		return;
	exit(1); /* want: child */
}

/* A copy keeps what the object had at that time. */
void changed_behind_the_copy(void)
{
	struct task task = { .pid = fork() }, copy = task;

	task.pid = 1;
	if (copy.pid)
		return;
	exit(task.pid); /* want: child */
}

static struct task start(int pipe)
{
	struct task task = { .pipe = pipe };

	task.pid = fork();
	return task;
}

void returned(void)
{
	struct task task = start(0);

	if (!task.pid)
		exit(1); /* want: child */
	exit(2);
}

void used_where_it_is_returned(void)
{
	if (start(0).pid == 0)
		exit(1); /* want: child */
}

static struct task start_literal(void)
{
	return (struct task){ fork(), 0 };
}

void returned_literal(void)
{
	struct task task;

	task = start_literal();
	if (task.pid == 0)
		exit(1); /* want: child */
}

static struct task pass_on(void)
{
	return start(1);
}

void passed_on(void)
{
	struct task task = pass_on();

	switch (task.pid) {
	case -1:
		exit(1);
	case 0:
		exit(2); /* want: child */
	default:
		wait(NULL);
	}
}

/* Each call may return another object. */
static struct task *next_task(struct task *tasks)
{
	static int at;

	return &tasks[at++];
}

void other_object(struct task *tasks)
{
	next_task(tasks)->pid = fork();
	if (next_task(tasks)->pid == 0)
		exit(1); /* want: also run by the parent */
	_exit(0);
}

static void leave_if_zero(int status, struct task task)
{
	if (!task.pid)
		exit(status); /* want: child */
}

void passed_by_value(void)
{
	struct task task = { .pipe = 1 };

	task.pid = fork();
	leave_if_zero(1, task);
	leave_if_zero(1, (struct task){ fork(), 2 });
}

static void leave_if_both(struct task first, struct task second)
{
	if (!first.pid && second.pid)
		exit(1); /* want: child */
}

/* The function runs twice: each time with values of its own. */
static struct task same(struct task task)
{
	leave_if_both(task, (struct task){ 1, 1 });
	return task;
}

void passed_twice(void)
{
	struct task task = { fork(), 0 };

	leave_if_both(same((struct task){ 3, 0 }), task);
	leave_if_both(task, same(task));
}

void copied_by_memory(void)
{
	struct task task = { fork(), 0 }, copy;
	pid_t pid;

	memcpy(&copy, &task, sizeof(copy));
	memmove(&pid, &copy.pid, sizeof(pid));
	memset(&task, 0, sizeof(task));
	if (!pid)
		exit(1); /* want: child */
}

static void leave_by_copy(void)
{
	exit(1); /* want: child */
}

struct action {
	void (*run)(void);
};

void function_copied_by_memory(void)
{
	struct action action = { leave_by_copy }, copy;

	memcpy(&copy, &action, sizeof(copy));
	if (!fork())
		copy.run();
}
