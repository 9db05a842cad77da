# SPDX-License-Identifier: GPL-2.0
print "maintainer of ", scalar(grep { -f } @ARGV), "\n";
