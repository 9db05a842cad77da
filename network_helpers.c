// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>

#include "network_helpers.h"

struct ipv4_packet pkt_v4 = {
	.eth.h_proto = __constant_htons(ETH_P_IP),
	.iph = {
		.version = 4,
		.ihl = 5,
		.protocol = IPPROTO_TCP,
		.tot_len = __constant_htons(MAGIC_BYTES),
	},
	.tcp = { .urg_ptr = MAGIC_BYTES, .doff = 5 },
};

struct ipv6_packet pkt_v6 = {
	.eth.h_proto = __constant_htons(ETH_P_IPV6),
	.iph = {
		.version = 6,
		.nexthdr = IPPROTO_TCP,
		.payload_len = __constant_htons(MAGIC_BYTES),
	},
	.tcp = { .urg_ptr = MAGIC_BYTES, .doff = 5 },
};
