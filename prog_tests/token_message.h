/* SPDX-License-Identifier: GPL-2.0 */
/*
 * token_message: messages between the parent and the child of a BPF token subtest, over a socket. A
 * message is a word, optionally with a descriptor, or a skip reason.
 */
#ifndef __TOKEN_MESSAGE_H
#define __TOKEN_MESSAGE_H

#include <sys/socket.h>
#include <test_progs.h>

#define REASON_BYTES 192

struct token_message {
	enum { MSG_CONTEXT = 1, MSG_CREATED, MSG_MOUNT, MSG_TOKEN, MSG_SKIP } what;
	char reason[REASON_BYTES];
};

static inline int token_message__send(int sock, const struct token_message *message, int fd)
{
	struct iovec iov = { (void *)message, sizeof(*message) };
	char control[CMSG_SPACE(sizeof(fd))] = {};
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (fd >= 0) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	}
	return ASSERT_EQ(sendmsg(sock, &msg, MSG_NOSIGNAL), sizeof(*message), "send") ? 0 : -1;
}

static inline int token_message__send_word(int sock, int what, int fd)
{
	struct token_message message = { .what = what };

	return token_message__send(sock, &message, fd);
}

/*
 * Receives a message into @message, and its descriptor or -1 into *@fd. Returns -1 if the other
 * side has closed the socket.
 */
static inline int token_message__receive(int sock, struct token_message *message, int *fd)
{
	struct iovec iov = { message, sizeof(*message) };
	char control[CMSG_SPACE(sizeof(*fd))] = {};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;

	*fd = -1;
	if (TEMP_FAILURE_RETRY(recvmsg(sock, &msg, MSG_CMSG_CLOEXEC)) != sizeof(*message))
		return -1;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(cmsg), sizeof(*fd));
	return 0;
}

#endif
