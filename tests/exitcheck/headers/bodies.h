/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of left_out.c that have two bodies, and one that calls them. */
void end_of_body(void);
void two_bodies(void);
void call_end_of_body(void);
