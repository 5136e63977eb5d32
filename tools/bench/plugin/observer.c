// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Watches one hart of the unchanged image from outside, as a TCG plug-in of QEMU. Arguments:
//   out=FILE    what it saw, a line each
//   profile=on  also count every instruction on its own
//   marks=FILE  lines `<hexadecimal address> <kind> <name>`; kinds are start, trap, window, call
// Lines of `out`:
//   start N, user N     instructions before the kernel's first one, and before the first program's
//   console N           a program stored a byte to a device's first register
//   interval I T A F S B L M W   between two readings of the cycle counter by programs:
//                       instructions, traps, satp writes, fences, sfences, SBI calls, locks taken,
//                       other atomics, bytes stored by the kernel
//   at ADDRESS N        with `profile`: how often the instruction was executed between the 32nd
//                       and the last reading
//   longest N NAME      the longest stretch of the kernel with interrupts masked, and the call, or
//                       `trap` or `executor`, that it was
// Marks of kind window are where the kernel lets interrupts in; so do wfi and the return to a
// program. Boot, which is over with the first program, is one long stretch and does not count.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench/plugin/qemu_plugin.h"

#define EXPORT __attribute__((visibility("default")))
#define MAX_MARKS 512
#define KERNEL_HALF ((uint64_t)1 << 63)

EXPORT int qemu_plugin_version = 1;

enum { INSTRUCTIONS, TRAPS, SATP, FENCES, SFENCES, SBI, LOCKS, ATOMICS, STORED, COUNTERS };

static struct {
  uint64_t address;
  char kind[8];
  char name[64];
} marks[MAX_MARKS];
static size_t mark_count;

static uint64_t counters[COUNTERS];
static uint64_t at_reading[COUNTERS];
static bool has_programs;
static uint64_t stretch_start;
static const char* stretch_name = "executor";
static uint64_t longest;
static const char* longest_name = "none";
static FILE* out;

// Instructions by address, in no order. An address is translated anew when its page changes.
struct Place {
  uint64_t address;
  uint64_t count;
  uint64_t count_at_reading;
  struct Place* next;      // In its bucket.
  struct Place* previous;  // Made before it.
};
enum { BUCKETS = 1 << 16, FIRST_READING = 2 * 16 };
// Which reading is the last is not known before the end: counts are kept at each. So they are not
// at one of thousands that follow each other without a trap: the loop of thread.preempt.
enum { ALWAYS_KEPT = 4096 };
static struct Place* buckets[BUCKETS];
static struct Place* last_place;
static bool is_profiling;
static unsigned readings;
static uint64_t traps_when_kept;

static uint64_t* CountOf(uint64_t address) {
  struct Place** bucket = &buckets[address / 2 % BUCKETS];
  for (struct Place* place = *bucket; place != NULL; place = place->next) {
    if (place->address == address) return &place->count;
  }
  struct Place* made = malloc(sizeof(*made));
  if (made == NULL) abort();
  *made = (struct Place){address, 0, 0, *bucket, last_place};
  last_place = *bucket = made;
  return &made->count;
}

static void ClearPlaces(void) {
  for (struct Place* place = last_place; place != NULL; place = place->previous) place->count = 0;
}

static void KeepPlaces(void) {
  if (readings > ALWAYS_KEPT && counters[TRAPS] == traps_when_kept) return;
  traps_when_kept = counters[TRAPS];
  for (struct Place* place = last_place; place != NULL; place = place->previous) {
    place->count_at_reading = place->count;
  }
}

static void PrintPlaces(void) {
  for (struct Place* place = last_place; place != NULL; place = place->previous) {
    if (place->count_at_reading == 0) continue;
    fprintf(out, "at %" PRIx64 " %" PRIu64 "\n", place->address, place->count_at_reading);
  }
}

static void EndStretch(void) {
  const uint64_t length = counters[INSTRUCTIONS] - stretch_start;
  if (has_programs && length > longest) {
    longest = length;
    longest_name = stretch_name;
  }
}

static void OnStart(unsigned vcpu, void* data) {
  (void)vcpu, (void)data;
  fprintf(out, "start %" PRIu64 "\n", counters[INSTRUCTIONS]);
}

static void OnTrap(unsigned vcpu, void* data) {
  (void)vcpu, (void)data;
  stretch_start = counters[INSTRUCTIONS];
  stretch_name = "trap";
}

static void OnCall(unsigned vcpu, void* name) {
  (void)vcpu;
  stretch_name = name;
}

static void OnWindow(unsigned vcpu, void* data) {
  (void)vcpu, (void)data;
  EndStretch();
  stretch_start = counters[INSTRUCTIONS];
  stretch_name = "executor";
}

static void OnReturn(unsigned vcpu, void* data) {
  (void)vcpu, (void)data;
  EndStretch();
  if (has_programs) return;
  has_programs = true;
  fprintf(out, "user %" PRIu64 "\n", counters[INSTRUCTIONS]);
}

static void OnReading(unsigned vcpu, void* data) {
  (void)vcpu, (void)data;
  fputs("interval", out);
  for (int i = 0; i < COUNTERS; ++i) {
    fprintf(out, " %" PRIu64, counters[i] - at_reading[i]);
    at_reading[i] = counters[i];
  }
  fputc('\n', out);
  ++readings;
  if (readings == FIRST_READING) ClearPlaces();
  if (is_profiling && readings > FIRST_READING) KeepPlaces();
}

static void OnProgramStore(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t address,
                           void* data) {
  (void)vcpu, (void)data;
  const struct qemu_plugin_hwaddr* where = qemu_plugin_get_hwaddr(info, address);
  if (where == NULL || !qemu_plugin_hwaddr_is_io(where)) return;
  if (qemu_plugin_hwaddr_phys_addr(where) % 8 != 0) return;
  fprintf(out, "console %" PRIu64 "\n", counters[INSTRUCTIONS]);
  fflush(out);  // Whoever waits for the prompt ends the machine without its leave.
}

static void OnExit(qemu_plugin_id_t id, void* data) {
  (void)id, (void)data;
  PrintPlaces();
  fprintf(out, "longest %" PRIu64 " %s\n", longest, longest_name);
  fclose(out);
}

// What an instruction is. RISC-V Unprivileged 20191213, chapters 2, 8, 16 and 24.

static uint32_t Opcode(uint32_t code) { return code & 0x7f; }
static uint32_t Function3(uint32_t code) { return code >> 12 & 7; }
static bool IsCompressed(uint32_t code) { return (code & 3) != 3; }

// Bytes that it stores to memory; 0: it is no store.
static uint64_t StoredBytes(uint32_t code) {
  if (IsCompressed(code)) {
    switch ((code & 3) << 3 | (code >> 13 & 7)) {
      case 0 << 3 | 6:
      case 2 << 3 | 6:
        return 4;  // c.sw, c.swsp
      case 0 << 3 | 5:
      case 0 << 3 | 7:
      case 2 << 3 | 5:
      case 2 << 3 | 7:
        return 8;  // c.fsd, c.sd and their forms with sp
      default:
        return 0;
    }
  }
  const uint32_t opcode = Opcode(code);
  const bool stores = opcode == 0x23 || opcode == 0x27 || (opcode == 0x2f && code >> 27 != 2);
  return stores ? (uint64_t)1 << (Function3(code) & 3) : 0;
}

static bool WritesSatp(uint32_t code) {
  if (Opcode(code) != 0x73 || code >> 20 != 0x180 || (Function3(code) & 3) == 0) return false;
  return (Function3(code) & 3) == 1 || (code >> 15 & 31) != 0;  // csrrs, csrrc of x0 only read.
}

static bool ReadsCycle(uint32_t code) { return (code & 0xfffff07f) == 0xc0002073; }

static void Count(struct qemu_plugin_insn* instruction, int counter, uint64_t amount) {
  qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                             &counters[counter], amount);
}

static void Call(struct qemu_plugin_insn* instruction, qemu_plugin_exec executed, void* data) {
  qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, QEMU_PLUGIN_CB_NO_REGS, data);
}

static void WatchMarks(struct qemu_plugin_insn* instruction, uint64_t address) {
  for (size_t i = 0; i < mark_count; ++i) {
    if (marks[i].address != address) continue;
    if (strcmp(marks[i].kind, "start") == 0) Call(instruction, &OnStart, NULL);
    if (strcmp(marks[i].kind, "window") == 0) Call(instruction, &OnWindow, NULL);
    if (strcmp(marks[i].kind, "call") == 0) Call(instruction, &OnCall, marks[i].name);
    if (strcmp(marks[i].kind, "trap") == 0) {
      Count(instruction, TRAPS, 1);
      Call(instruction, &OnTrap, NULL);
    }
  }
}

static void WatchKernel(struct qemu_plugin_insn* instruction, uint32_t code) {
  if (code == 0x10200073) Call(instruction, &OnReturn, NULL);  // sret
  if (code == 0x10500073) Call(instruction, &OnWindow, NULL);  // wfi
  if (code == 0x00000073) Count(instruction, SBI, 1);
  if (WritesSatp(code)) Count(instruction, SATP, 1);
  if ((code & 0xfe007fff) == 0x12000073) Count(instruction, SFENCES, 1);
  if (Opcode(code) == 0x0f && Function3(code) == 0) Count(instruction, FENCES, 1);
  // amoswap.w.aq is how a spin lock is taken.
  const bool is_atomic = Opcode(code) == 0x2f;
  const bool is_lock = is_atomic && code >> 25 == 6 && Function3(code) == 2;
  if (is_atomic) Count(instruction, is_lock ? LOCKS : ATOMICS, 1);
  const uint64_t stored = StoredBytes(code);
  if (stored != 0) Count(instruction, STORED, stored);
}

static void OnTranslate(qemu_plugin_id_t id, struct qemu_plugin_tb* block) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < count; ++i) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(block, i);
    const uint64_t address = qemu_plugin_insn_vaddr(instruction);
    uint32_t code = 0;
    memcpy(&code, qemu_plugin_insn_data(instruction), qemu_plugin_insn_size(instruction));
    Count(instruction, INSTRUCTIONS, 1);
    if (is_profiling) {
      qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                 CountOf(address), 1);
    }
    WatchMarks(instruction, address);
    if ((address & KERNEL_HALF) != 0) {
      WatchKernel(instruction, code);
    } else if (ReadsCycle(code)) {
      Call(instruction, &OnReading, NULL);
    } else if (Opcode(code) == 0x23 && Function3(code) == 0) {  // sb
      qemu_plugin_register_vcpu_mem_cb(instruction, &OnProgramStore, QEMU_PLUGIN_CB_NO_REGS,
                                       QEMU_PLUGIN_MEM_W, NULL);
    }
  }
}

static bool ReadMarks(const char* path) {
  FILE* file = fopen(path, "r");
  if (file == NULL) return false;
  while (mark_count < MAX_MARKS && fscanf(file, "%" SCNx64 " %7s %63s", &marks[mark_count].address,
                                          marks[mark_count].kind, marks[mark_count].name) == 3) {
    ++mark_count;
  }
  const bool is_whole = feof(file) != 0;
  fclose(file);
  return is_whole;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int argc, char** argv) {
  (void)info;
  bool is_ready = true;
  for (int i = 0; i < argc; ++i) {
    if (strncmp(argv[i], "out=", 4) == 0) out = fopen(argv[i] + 4, "w");
    if (strcmp(argv[i], "profile=on") == 0) is_profiling = true;
    if (strncmp(argv[i], "marks=", 6) == 0) is_ready = ReadMarks(argv[i] + 6);
  }
  if (out == NULL || !is_ready) {
    fprintf(stderr, "observer: no `out`, or marks that cannot be read\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, &OnTranslate);
  qemu_plugin_register_atexit_cb(id, &OnExit, NULL);
  return 0;
}
