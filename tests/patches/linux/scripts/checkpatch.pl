# SPDX-License-Identifier: GPL-2.0
# Complains of what it is told to.
print "patch:1: CHECK: $ENV{COMPLAINT}\n" if $ENV{COMPLAINT};
exit($ENV{COMPLAINT} ? 1 : 0);
