// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <zircon/types.h>

// The first message on a new process's bootstrap channel. Little endian; offsets count from the
// start of the message; the strings of args, environ and names stand back to back, each with NUL.

#define ZX_PROCARGS_PROTOCOL ((uint32_t)0x4150585du)
#define ZX_PROCARGS_VERSION ((uint32_t)0x00001000u)

typedef struct zx_proc_args {
  uint32_t protocol;         // ZX_PROCARGS_PROTOCOL
  uint32_t version;          // ZX_PROCARGS_VERSION
  uint32_t handle_info_off;  // One uint32_t (PA_HND) for each handle of the message.
  uint32_t args_off;
  uint32_t args_num;
  uint32_t environ_off;
  uint32_t environ_num;
  uint32_t names_off;  // The name table of PA_NS_DIR.
  uint32_t names_num;
} zx_proc_args_t;

// A handle's info word: its type in bits 0 to 7, an argument in bits 16 to 31.
#define PA_HND(type, arg) (((type) & 0xFFu) | (((arg) & 0xFFFFu) << 16))
#define PA_HND_TYPE(word) ((word) & 0xFFu)
#define PA_HND_ARG(word) (((word) >> 16) & 0xFFFFu)

// The process itself.
#define PA_PROC_SELF 0x01u
#define PA_THREAD_SELF 0x02u
#define PA_JOB_DEFAULT 0x03u
#define PA_VMAR_ROOT 0x04u
#define PA_VMAR_LOADED 0x05u

// Loading.
#define PA_LDSVC_LOADER 0x10u
#define PA_VMO_VDSO 0x11u  // Argument 0 is the default variant.
#define PA_VMO_STACK 0x13u
#define PA_VMO_EXECUTABLE 0x14u
#define PA_VMO_BOOTDATA 0x1Au
#define PA_VMO_BOOTFS 0x1Bu
#define PA_VMO_KERNEL_FILE 0x1Cu
#define PA_VMO_COMPONENT_CONFIG 0x1Du

// The world outside.
#define PA_NS_DIR 0x20u  // The argument indexes the name table.
#define PA_FD 0x30u      // The argument is the descriptor, | PA_FD_STDIO_FLAG for all three.
#define PA_LIFECYCLE 0x3Au
#define PA_DIRECTORY_REQUEST 0x3Bu
#define PA_ESCROWED_DICTIONARY 0x3Cu
#define PA_LOG_SINK 0x3Du
#define PA_RESOURCE 0x3Fu
#define PA_CLOCK_UTC 0x40u
#define PA_MMIO_RESOURCE 0x50u
#define PA_IRQ_RESOURCE 0x51u
#define PA_IOPORT_RESOURCE 0x52u
#define PA_SMC_RESOURCE 0x53u
#define PA_SYSTEM_RESOURCE 0x54u

#define PA_USER0 0xF0u
#define PA_USER1 0xF1u
#define PA_USER2 0xF2u

#define PA_FD_STDIO_FLAG 0x8000u
