// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <elf.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbols.h"

/* The linker puts this at the start of the program in memory. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

/* The program's file, mapped; it is our own and taken to be well-formed. */
struct program {
	const char *file;
	size_t size;
	const Elf64_Sym *symbols;
	size_t symbol_count;
	const char *names;
	size_t names_size;
	uintptr_t bias, end; /* it is in memory from there to there; addresses add the bias */
};

static bool map_file(struct program *program)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *file;

	if (fd < 0)
		return false;
	file = fstat(fd, &st) ? MAP_FAILED :
				mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return false;
	program->file = file;
	program->size = (size_t)st.st_size;
	return true;
}

/* Finds the place of the program in memory. */
static void find_place(struct program *program)
{
	const Elf64_Ehdr *header = (const void *)__ehdr_start;
	const Elf64_Phdr *segment = (const void *)(__ehdr_start + header->e_phoff);
	uintptr_t lowest = UINTPTR_MAX, highest = 0;

	for (unsigned int i = 0; i < header->e_phnum; i++) {
		if (segment[i].p_type != PT_LOAD)
			continue;
		if (segment[i].p_vaddr < lowest)
			lowest = segment[i].p_vaddr;
		if (segment[i].p_vaddr + segment[i].p_memsz > highest)
			highest = segment[i].p_vaddr + segment[i].p_memsz;
	}
	program->bias = (uintptr_t)__ehdr_start - lowest;
	program->end = program->bias + highest;
}

/* Finds the symbols. Returns false in a stripped program. */
static bool find_symbols(struct program *program)
{
	const Elf64_Ehdr *header = (const void *)program->file;
	const Elf64_Shdr *sections = (const void *)(program->file + header->e_shoff);

	if (header->e_shoff + header->e_shnum * sizeof(*sections) > program->size)
		return false;
	for (unsigned int i = 0; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &sections[i];

		if (section->sh_type != SHT_SYMTAB || section->sh_link >= header->e_shnum)
			continue;
		program->symbols = (const void *)(program->file + section->sh_offset);
		program->symbol_count = section->sh_size / sizeof(*program->symbols);
		program->names = program->file + sections[section->sh_link].sh_offset;
		program->names_size = sections[section->sh_link].sh_size;
		return true;
	}
	return false;
}

/* Returns the function that @address, as the file has it, is in; or NULL. */
static const Elf64_Sym *find_function(const struct program *program, uintptr_t address)
{
	for (size_t i = 0; i < program->symbol_count; i++) {
		const Elf64_Sym *symbol = &program->symbols[i];

		if ((symbol->st_info & 0xf) == STT_FUNC && address >= symbol->st_value &&
		    address - symbol->st_value < symbol->st_size &&
		    symbol->st_name < program->names_size)
			return symbol;
	}
	return NULL;
}

/*
 * Writes the line of a frame of our own program. @returns: it is the address that a call returns
 * to, which may be the next function's. Returns false if it cannot name the function.
 */
static bool print_own(int fd, const struct program *program, const char *path, uintptr_t frame,
		      bool returns)
{
	const Elf64_Sym *symbol;
	char line[512];
	int size;

	if (frame <= program->bias || frame >= program->end)
		return false;
	symbol = find_function(program, frame - program->bias - returns);
	if (!symbol)
		return false;
	size = snprintf(line, sizeof(line), "%s(%s+0x%zx)[0x%zx]\n", path,
			program->names + symbol->st_name,
			(size_t)(frame - program->bias - symbol->st_value), (size_t)frame);
	(void)!write(fd, line, (size_t)size < sizeof(line) ? (size_t)size : sizeof(line) - 1);
	return true;
}

void symbols__print(int fd, void *const *frames, int count)
{
	struct program program = {};
	char path[256] = "";
	/* The frame of the instruction that the signal interrupted, below the kernel's. */
	int interrupted = -1;

	if (!map_file(&program)) {
		backtrace_symbols_fd(frames, count, fd);
		return;
	}
	find_place(&program);
	find_symbols(&program);
	(void)!readlink("/proc/self/exe", path, sizeof(path) - 1);
	for (int i = 0; i < count; i++) {
		if (print_own(fd, &program, path, (uintptr_t)frames[i], i != interrupted))
			continue;
		backtrace_symbols_fd(&frames[i], 1, fd);
		if (interrupted < 0)
			interrupted = i + 1;
	}
	munmap((void *)program.file, program.size);
}
