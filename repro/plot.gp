# SPDX-License-Identifier: GPL-2.0
# gnuplot -c plot.gp repro.dat repro.svg: how often each row of 'make repro' failed.
set output ARG2
set terminal svg size 860,340 dynamic font 'sans-serif,12' background '#ffffff00'

# A grey and colours of middle lightness: legible on white and on black.
grey = '#808890'
red = '#e0524a'
blue = '#4a90d9'
green = '#2a9d6f'
set border 3 lc rgb grey
set tics nomirror textcolor rgb grey
set key textcolor rgb grey maxrows 1 left Left reverse samplen 1 width 1
set datafile separator '\t'
set datafile missing '?'
set style data histograms
set style histogram clustered gap 1
set style fill solid noborder
set boxwidth 0.9
set xtics scale 0
set yrange [0:125]
set ytics 0, 50, 100 format '%g %%'
set tmargin at screen 0.80
set bmargin at screen 0.15

# One series: name in the plot, failures in per cent, "failures/runs". What was skipped has no bar.
series(part, how) = sprintf("< awk -F '\t' -v OFS='\t' '$1 == \"%s\" && $4 == \"%s\" \
	{ print $3 != \"\" ? $3 : $2, $6 ? 100 * $5 / $6 : \"?\", $6 ? $5 \"/\" $6 : \"?\" }' '%s'", \
	part, how, ARG1)
# Middle of bar k of n in the cluster i.
middle(i, k, n) = i + (k - (n - 1) / 2.) / (n + 1)

set multiplot
set xrange [-0.7:2.7]
set lmargin at screen 0.06
set rmargin at screen 0.36
set key at screen 0.05, screen 0.89
set label 1 'forked child with a leak: failures' at screen 0.01, screen 0.95 tc rgb grey
LEAK = 'leaked child'
plot series(LEAK, 'exit()') using 2:xtic(1) lc rgb red title 'exit()', \
	series(LEAK, 'exit(), guarded') using 2 lc rgb blue title 'guarded', \
	series(LEAK, '_exit()') using 2 lc rgb green title '\_exit()', \
	series(LEAK, 'exit()') using (middle($0, 0, 3)):2:3 with labels tc rgb grey font ',9' \
		rotate left offset 0,0.6 notitle, \
	series(LEAK, 'exit(), guarded') using (middle($0, 1, 3)):2:3 with labels tc rgb grey \
		font ',9' rotate left offset 0,0.6 notitle, \
	series(LEAK, '_exit()') using (middle($0, 2, 3)):2:3 with labels tc rgb grey font ',9' \
		rotate left offset 0,0.6 notitle

set xrange [-0.7:11.7]
set lmargin at screen 0.42
set rmargin at screen 0.99
set key at screen 0.41, screen 0.89
set label 1 'evicted pages, beside N processes of the same binary: failures' \
	at screen 0.40, screen 0.95 tc rgb grey
PAGES = 'evicted pages'
set for [i = 0:2] label i + 2 word('ext4 tmpfs overlayfs', i + 1) at first 4 * i + 1.5, \
	screen 0.04 center tc rgb grey
set label 5 "(skipped on overlayfs, whose files have no pages)" at screen 0.70, screen 0.865 left \
	tc rgb grey font ',10'
plot series(PAGES, 'MADV_PAGEOUT') using 2:xtic(1) lc rgb red title 'MADV\_PAGEOUT', \
	series(PAGES, 'private file') using 2 lc rgb green title 'private file', \
	series(PAGES, 'MADV_PAGEOUT') using (middle($0, 0, 2)):2:3 with labels tc rgb grey \
		font ',9' rotate left offset 0,0.6 notitle, \
	series(PAGES, 'private file') using (middle($0, 1, 2)):2:3 with labels tc rgb grey \
		font ',9' rotate left offset 0,0.6 notitle
unset multiplot
set xrange [-0.7:2.7]
