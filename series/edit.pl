#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# edit.pl EDIT FILE...: a small change of files of the kernel's BPF selftests, at anchors that must
# be there exactly once. Exit status: 0 changed; 3 it is as it should be; 2 not recognised, said why,
# nothing changed.
use strict;
use warnings;

sub unknown {
	print STDERR "$_[0]: $_[1]: it is not the file that this series is for\n";
	exit 2;
}

# Replaces the one place that $pattern matches in $$text by $with, called with the match.
sub at {
	my ($file, $text, $what, $pattern, $with) = @_;
	my $count = () = $$text =~ /$pattern/g;

	unknown($file, "$what: found $count times") if $count != 1;
	$$text =~ s/$pattern/$with->()/e;
}

my $helper = <<'C';
/*
 * Drop the end of the binary, debug information that no process maps, from the page cache.
 * Return its offset once all of it is seen to be gone, -1 if it stays.
 */
static off_t evict_end_of_binary(void)
{
	size_t page_sz = sysconf(_SC_PAGESIZE), len = sizeof(file_contents);
	__u64 deadline = get_time_ns() + 5 * 1000000000ULL;
	unsigned char vec[sizeof(file_contents) / 4096 + 1];
	off_t size, off = -1;
	bool resident;
	void *map;
	int fd;

	fd = open("/proc/self/exe", O_RDONLY);
	if (fd < 0)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	if (size > 2 * len)
		off = (size - len) & ~(page_sz - 1);
	while (off > 0) {
		/* What is dirty, as a binary just built is, cannot be dropped */
		fsync(fd);
		/* All of it: of a part, folios that reach beyond it would stay */
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		/* A new mapping: of pages that are mapped already mincore() says little */
		map = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, off);
		resident = map == MAP_FAILED || mincore(map, len, vec);
		for (size_t i = 0; !resident && i < (len + page_sz - 1) / page_sz; i++)
			resident = vec[i] & 1;
		if (map != MAP_FAILED)
			munmap(map, len);
		if (!resident)
			break;
		if (get_time_ns() > deadline)
			off = -1;
		usleep(1000);
	}
	close(fd);
	return off;
}

C

my $evict_call = <<'C';
	/* In the file's first part positive tests read, at its end faults are expected */
	if (!ASSERT_OK(madvise(addr, sizeof(file_contents), MADV_PAGEOUT), "madvise pageout"))
		goto cleanup;
	off = evict_end_of_binary();
	if (!ASSERT_GT(off, 0, "evict end of binary"))
		goto cleanup;
	skel->bss->fault_off = off;
C

my $madvise = qr/(?:^\t\/\*(?:(?!\*\/).)*\*\/\n)?^\tif \(!ASSERT_OK\(madvise\(addr, sizeof\(file_contents\) \* 2, MADV_PAGEOUT\),\s*"madvise pageout"\)\)\s*goto cleanup;\n/ms;

# Each: is it done already? And else how, given the texts of the files.
my %edits = (
	wifexited => [
		sub { $_[0] =~ /WIFEXITED/ },
		sub {
			my ($files, $texts) = @_;
			at($files->[0], \$texts->[0], "check of WEXITSTATUS(status)",
			   qr/^\tif \(CHECK\(WEXITSTATUS\(status\),/m, sub {
				"\tif (!ASSERT_TRUE(WIFEXITED(status), \"child exited\"))\n\t\treturn;\n$&" });
		},
	],
	evict => [
		sub { $_[0] =~ /POSIX_FADV_DONTNEED/ },
		sub {
			my ($files, $texts) = @_;
			my ($user, $program) = map { \$_ } @$texts;
			at($files->[0], $user, "eviction by madvise()", $madvise, sub { $evict_call });
			at($files->[0], $user, "run_test()",
			   qr/^static void run_test\(const char \*prog_name\)\n/m, sub { "$helper$&" });
			at($files->[0], $user, "variables of run_test()",
			   qr/^\tint err, fd;\n/m, sub { "$&\toff_t off;\n" });
			at($files->[1], $program, "on_open_expect_fault",
			   qr/^SEC\("lsm\/file_open"\)\nint on_open_expect_fault/m,
			   sub { "__u64 fault_off;\n\n$&" });
			at($files->[1], $program, "read that is to fault",
			   qr/bpf_dynptr_read\(tmp_buf, user_buf_sz, &dynptr, user_buf_sz, 0\)/,
			   sub { "bpf_dynptr_read(tmp_buf, user_buf_sz, &dynptr, fault_off, 0)" });
		},
	],
	serial => [
		sub { $_[0] =~ /serial_test_file_reader/ },
		sub {
			my ($files, $texts) = @_;
			at($files->[0], \$texts->[0], "test_file_reader()",
			   qr/^void test_file_reader\(void\)/m,
			   sub { "void serial_test_file_reader(void)" });
		},
	],
	strict => [
		sub { $_[0] =~ /-EFAULT/ && $_[0] !~ /-EFAULT \|\|/ },
		sub {
			my ($files, $texts) = @_;
			at($files->[0], \$texts->[0], "check that accepts success",
			   qr/local_err == -EFAULT \|\| local_err == 0\)( \{ \/\* Expect page fault) or success/,
			   sub { "local_err == -EFAULT)$1" });
			at($files->[0], \$texts->[0], "read that is to fault",
			   qr/(local_err = bpf_dynptr_read\(tmp_buf, [^;]*?\));(?=\s*if \(local_err == -EFAULT\))/,
			   sub { "$1 ?: 1;" });
		},
	],
);

my ($name, @files) = @ARGV;
my $edit = $edits{$name // ''} or die "usage: edit.pl EDIT FILE...\n";
my @texts = map {
	open(my $in, '<', $_) or unknown($_, "cannot be read: $!");
	local $/;
	scalar <$in>;
} @files;

exit 3 if $edit->[0]->($texts[0]);
$edit->[1]->(\@files, \@texts);
for my $i (0 .. $#files) {
	open(my $out, '>', $files[$i]) or die "$files[$i]: $!\n";
	print $out $texts[$i];
	close($out) or die "$files[$i]: $!\n";
}
