/* SPDX-License-Identifier: GPL-2.0 */
/*
 * network_helpers: packets to run programs on.
 * For tests of a kernel tree that check-drop-in builds.
 */
#ifndef __NETWORK_HELPERS_H
#define __NETWORK_HELPERS_H

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>

/* The IP header's length and TCP's urgent pointer have this value, which a test recognizes. */
#define MAGIC_BYTES 123

struct ipv4_packet {
	struct ethhdr eth;
	struct iphdr iph;
	struct tcphdr tcp;
} __attribute__((packed));

struct ipv6_packet {
	struct ethhdr eth;
	struct ipv6hdr iph;
	struct tcphdr tcp;
} __attribute__((packed));

/* A TCP segment without payload, for bpf_prog_test_run_opts(). */
extern struct ipv4_packet pkt_v4;
extern struct ipv6_packet pkt_v6;

#endif
