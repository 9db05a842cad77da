// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "trace.h"

/* The trace to print. */
struct trace {
	Dwfl *dwfl;
	int log;
	unsigned int lines;
};

/* A line of the source; file is NULL if it is unknown. */
struct place {
	const char *file;
	int line;
};

/* Opens the program or library @file, a name from the test. Returns a descriptor, or -1. */
static int open_object(const char *file)
{
	int fd = open(*file ? file : "/proc/self/exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && !*file)
		fd = open((const char *)getauxval(AT_EXECFN), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (!fstat(fd, &st) && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	return -1;
}

/* Returns the directory that the compiler of @unit ran in, or NULL. */
static const char *compile_directory(Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(unit, DW_AT_comp_dir, &attribute));
}

/* Writes the line of one function. @unit is its compilation unit, or NULL. */
static void print_line(struct trace *trace, uint64_t address, const char *function, Dwarf_Die *unit,
		       struct place place)
{
	const char *directory = unit ? compile_directory(unit) : NULL;
	size_t size = directory ? strlen(directory) : 0;

	/* Assertions also print the path as the compiler got it. */
	if (place.file && size && !strncmp(place.file, directory, size) && place.file[size] == '/')
		place.file += size + 1;
	log__printf(trace->log, "    #%u 0x%llx in %s %s:%d\n", trace->lines++,
		    (unsigned long long)address, function, place.file ?: "?", place.line);
}

/* Returns the place of the call of @call, an inlined function. */
static struct place called_from(Dwarf_Die *unit, Dwarf_Die *call)
{
	Dwarf_Attribute attribute;
	struct place place = {};
	Dwarf_Word file, line;
	Dwarf_Files *files;
	size_t count;

	if (dwarf_formudata(dwarf_attr(call, DW_AT_call_file, &attribute), &file) ||
	    dwarf_formudata(dwarf_attr(call, DW_AT_call_line, &attribute), &line) ||
	    dwarf_getsrcfiles(unit, &files, &count))
		return place;
	place.file = dwarf_filesrc(files, file, NULL, NULL);
	place.line = (int)line;
	return place;
}

/*
 * Writes a line for the function at @pc and for each function that it is inlined into. Returns
 * false if nothing is known about @pc.
 */
static bool print_functions(struct trace *trace, Dwfl_Module *module, uint64_t address, uint64_t pc)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(module, pc, &bias), *scopes, *outer;
	Dwfl_Line *line = dwfl_module_getsrc(module, pc);
	struct place place = {};
	bool found = false;
	int count;

	if (!unit || dwarf_getscopes(unit, pc - bias, &scopes) <= 0)
		return false;
	/* The scopes of an inlined function do not include its caller. */
	count = dwarf_getscopes_die(&scopes[0], &outer);
	free(scopes);
	if (line)
		place.file = dwfl_lineinfo(line, NULL, &place.line, NULL, NULL, NULL);
	for (int i = 0; i < count && !found; i++) {
		int tag = dwarf_tag(&outer[i]);

		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
			continue;
		print_line(trace, address, dwarf_diename(&outer[i]) ?: "?", unit, place);
		place = called_from(unit, &outer[i]);
		found = tag == DW_TAG_subprogram;
	}
	if (count > 0)
		free(outer);
	return found;
}

/* Writes the line of @frame with the symbols of its file. */
static void print_symbol(struct trace *trace, Dwfl_Module *module, const struct crash_frame *frame,
			 uint64_t pc)
{
	const char *symbol = module ? dwfl_module_addrname(module, pc) : NULL;
	unsigned long long address = frame->address;
	char program[sizeof(frame->file)] = "";

	if (!*frame->file)
		(void)!readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (!strcmp(frame->file, "?"))
		log__printf(trace->log, "    #%u 0x%llx (no program or library is there)\n",
			    trace->lines++, address);
	else
		log__printf(trace->log, "    #%u 0x%llx%s%s (%s+0x%llx)\n", trace->lines++, address,
			    symbol ? " in " : "", symbol ?: "",
			    *frame->file ? frame->file : program, address - frame->bias);
}

/* Adds the file of @frame to @dwfl, unless one of the @count frames @before has the same file. */
static void report_object(Dwfl *dwfl, const struct crash_frame *frame,
			  const struct crash_frame *before, unsigned int count)
{
	int fd;

	for (unsigned int i = 0; i < count; i++)
		if (!strcmp(before[i].file, frame->file))
			return;
	if (!strcmp(frame->file, "?"))
		return;
	fd = open_object(frame->file);
	if (fd >= 0 && !dwfl_report_elf(dwfl, frame->file, frame->file, fd, frame->bias, true))
		close(fd);
}

/*
 * Looks for a separate file with the program's debug information. Not for the C library's file,
 * which takes ten times as long as everything else. Asks no server.
 */
static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			  const char *file, const char *link, GElf_Word crc, char **found)
{
	if (*name)
		return -1;
	return dwfl_build_id_find_debuginfo(module, data, name, base, file, link, crc, found);
}

static void print(const struct crash_report *report, int log)
{
	static const Dwfl_Callbacks callbacks = { .find_debuginfo = find_debuginfo };
	struct trace trace = { dwfl_begin(&callbacks), log, 0 };

	if (trace.dwfl) {
		dwfl_report_begin(trace.dwfl);
		for (unsigned int i = 0; i < report->count; i++)
			report_object(trace.dwfl, &report->frames[i], report->frames, i);
		dwfl_report_end(trace.dwfl, NULL, NULL);
	}
	for (unsigned int i = 0; i < report->count; i++) {
		const struct crash_frame *frame = &report->frames[i];
		/*
		 * A return address may belong to the next line or function, so look up the byte
		 * before it.
		 */
		uint64_t pc = frame->address - (i > 0);
		Dwfl_Module *module = trace.dwfl ? dwfl_addrmodule(trace.dwfl, pc) : NULL;

		if (!module || !print_functions(&trace, module, frame->address, pc))
			print_symbol(&trace, module, frame, pc);
	}
	dwfl_end(trace.dwfl);
}

void trace__answer(struct result_page *page, int log)
{
	/* The test may overwrite its page at any time. */
	static struct crash_report report;

	if (page->crash.state != CRASH_ASKED)
		return;
	memcpy(&report, &page->crash, sizeof(report));
	if (report.count > MAX_FRAMES)
		report.count = MAX_FRAMES;
	for (unsigned int i = 0; i < report.count; i++)
		report.frames[i].file[sizeof(report.frames[i].file) - 1] = '\0';
	log__printf(log, "test_progs: process died by SIG%s, stack trace:\n",
		    sigabbrev_np((int)report.signo) ?: "?");
	print(&report, log);
	page->crash.answered++;
	page->crash.state = CRASH_FREE;
}
