// SPDX-License-Identifier: GPL-2.0
/* Output of a child waits in a buffer, which _exit() throws away. */
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void printed(void)
{
	if (!fork()) {
		printf("child\n");
		exit(0); /* want: needs fflush first */
	}
}

void printed_to_stdout(FILE *log)
{
	pid_t pid = fork();

	if (pid)
		return;
	if (log) {
		fputs("child\n", log);
		exit(1); /* want: needs fflush first */
	}
	fprintf(stdout, "%d\n", pid);
	exit(0); /* want: needs fflush first */
}

void flushed(void)
{
	if (fork())
		return;
	puts("child");
	fflush(stdout);
	exit(0); /* want: child */
}

void to_stderr(void)
{
	if (fork())
		return;
	fprintf(stderr, "child\n");
	perror("child");
	exit(0); /* want: child */
}

void printed_by_parent(void)
{
	printf("parent\n");
	if (!fork())
		exit(0); /* want: child */
}

static void report(const char *text)
{
	puts(text);
}

void printed_by_function(void)
{
	if (fork())
		return;
	report("child");
	exit(0); /* want: needs fflush first */
}

void flushed_another(FILE *log)
{
	if (fork())
		return;
	puts("child");
	fclose(log);
	fflush(stderr);
	exit(0); /* want: needs fflush first */
}

void flushed_the_same(FILE *log)
{
	if (fork())
		return;
	fputs("child", log);
	fclose(log);
	exit(0); /* want: child */
}

static int complain(int err)
{
	if (err)
		puts("child");
	return err ? -1 : 0;
}

void printed_on_one_way_only(int err)
{
	if (fork())
		return;
	if (complain(err))
		exit(1); /* want: needs fflush first */
	exit(0); /* want: child */
}

void may_have_printed(int (*run)(void))
{
	if (fork())
		return;
	exit(run()); /* want: needs fflush first */
}

/* --- callbacks of the C library --- */

static int compare(const void *a, const void *b)
{
	printf("compare\n");
	return *(const int *)a - *(const int *)b;
}

static int compare_quietly(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void printed_by_comparison(int *numbers)
{
	if (fork())
		return;
	qsort(numbers, 2, sizeof(*numbers), compare_quietly);
	if (bsearch(numbers, numbers, 2, sizeof(*numbers), compare_quietly))
		exit(0); /* want: child */
	qsort(numbers, 2, sizeof(*numbers), compare);
	exit(1); /* want: needs fflush first */
}

static void show_node(const void *node, VISIT visit, int level)
{
	report(node);
}

void printed_by_walk(const void *tree)
{
	if (fork())
		return;
	twalk(tree, show_node);
	exit(1); /* want: needs fflush first */
}

/* --- threads --- */

static void *tell(void *text)
{
	puts(text);
	pthread_exit(NULL);
}

static void *tell_forever(void *text)
{
	for (;;)
		report(text);
	return NULL;
}

static void *complain_forever(void *text)
{
	for (;;)
		fprintf(stderr, "%s\n", (char *)text);
	return NULL;
}

void printed_by_thread(char *text)
{
	pthread_t thread;

	if (fork())
		return;
	if (pthread_create(&thread, NULL, tell, text))
		exit(1); /* want: needs fflush first */
	pthread_join(thread, NULL);
	exit(0); /* want: needs fflush first */
}

void printed_by_endless_thread(char *text)
{
	pthread_t thread;

	if (fork())
		return;
	pthread_create(&thread, NULL, tell_forever, text);
	fflush(NULL);
	exit(0); /* want: needs fflush first */
}

void complained_by_thread(char *text)
{
	pthread_t thread;

	if (fork())
		return;
	pthread_create(&thread, NULL, complain_forever, text);
	exit(0); /* want: child */
}

void printed_by_thread_of_parent(char *text)
{
	pthread_t thread;

	pthread_create(&thread, NULL, tell, text);
	if (!fork())
		exit(0); /* want: child */
}

/* --- signal handlers --- */

static void on_signal(int number)
{
	printf("%d\n", number);
}

static void on_signal_end(int number)
{
	printf("%d\n", number);
	_exit(number);
}

static void on_signal_complain(int number)
{
	fprintf(stderr, "%d\n", number);
}

void printed_by_handler(void)
{
	if (fork())
		return;
	signal(SIGUSR1, on_signal_complain);
	signal(SIGALRM, on_signal_end);
	if (pause())
		exit(0); /* want: child */
	signal(SIGUSR1, on_signal);
	fflush(NULL);
	exit(0); /* want: needs fflush first */
}

static void catch(int number, void (*handler)(int))
{
	struct sigaction action;

	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	action.sa_handler = handler;
	if (sigaction(number, &action, NULL))
		_exit(1);
}

void printed_by_handler_of_function(void)
{
	if (fork())
		return;
	catch(SIGUSR1, on_signal);
	if (!fork())
		exit(0); /* want: needs fflush first */
	exit(1); /* want: needs fflush first */
}
