/* SPDX-License-Identifier: GPL-2.0 */
/* Functions with two bodies, of left_out.c and bodies.c. */
void end_of_body(void);
void two_bodies(void);
void call_end_of_body(void);
void leave_with_more(void);
