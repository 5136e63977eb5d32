// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// Exceptions: what a handler receives, and why a thread was stopped.

typedef uint32_t zx_excp_type_t;
#define ZX_EXCP_SYNTH ((uint32_t)0x8000u)
#define ZX_EXCP_ARCH ((uint32_t)0x8u)

#define ZX_EXCP_GENERAL ((zx_excp_type_t)0x8u)
#define ZX_EXCP_FATAL_PAGE_FAULT ((zx_excp_type_t)0x108u)
#define ZX_EXCP_UNDEFINED_INSTRUCTION ((zx_excp_type_t)0x208u)
#define ZX_EXCP_SW_BREAKPOINT ((zx_excp_type_t)0x308u)
#define ZX_EXCP_HW_BREAKPOINT ((zx_excp_type_t)0x408u)
#define ZX_EXCP_UNALIGNED_ACCESS ((zx_excp_type_t)0x508u)
#define ZX_EXCP_THREAD_STARTING ((zx_excp_type_t)0x8008u)
#define ZX_EXCP_THREAD_EXITING ((zx_excp_type_t)0x8108u)
#define ZX_EXCP_POLICY_ERROR ((zx_excp_type_t)0x8208u)
#define ZX_EXCP_PROCESS_STARTING ((zx_excp_type_t)0x8308u)
#define ZX_EXCP_USER ((zx_excp_type_t)0x8309u)
#define ZX_EXCP_IS_ARCH(type) (((type) & ZX_EXCP_SYNTH) == 0)

#define ZX_EXCP_USER_CODE_PROCESS_NAME_CHANGED ((uint32_t)0x0001u)
#define ZX_EXCP_USER_CODE_USER0 ((uint32_t)0xF000u)
#define ZX_EXCP_USER_CODE_USER1 ((uint32_t)0xF001u)
#define ZX_EXCP_USER_CODE_USER2 ((uint32_t)0xF002u)

// synth_code of ZX_EXCP_POLICY_ERROR.
#define ZX_EXCP_POLICY_CODE_BAD_HANDLE ((uint32_t)0u)
#define ZX_EXCP_POLICY_CODE_WRONG_OBJECT ((uint32_t)1u)
#define ZX_EXCP_POLICY_CODE_VMAR_WX ((uint32_t)2u)
#define ZX_EXCP_POLICY_CODE_NEW_ANY ((uint32_t)3u)
#define ZX_EXCP_POLICY_CODE_NEW_VMO ((uint32_t)4u)
#define ZX_EXCP_POLICY_CODE_NEW_CHANNEL ((uint32_t)5u)
#define ZX_EXCP_POLICY_CODE_NEW_EVENT ((uint32_t)6u)
#define ZX_EXCP_POLICY_CODE_NEW_EVENTPAIR ((uint32_t)7u)
#define ZX_EXCP_POLICY_CODE_NEW_PORT ((uint32_t)8u)
#define ZX_EXCP_POLICY_CODE_NEW_SOCKET ((uint32_t)9u)
#define ZX_EXCP_POLICY_CODE_NEW_FIFO ((uint32_t)10u)
#define ZX_EXCP_POLICY_CODE_NEW_TIMER ((uint32_t)11u)
#define ZX_EXCP_POLICY_CODE_NEW_PROCESS ((uint32_t)12u)
#define ZX_EXCP_POLICY_CODE_NEW_PROFILE ((uint32_t)13u)
#define ZX_EXCP_POLICY_CODE_NEW_PAGER ((uint32_t)14u)
#define ZX_EXCP_POLICY_CODE_AMBIENT_MARK_VMO_EXEC ((uint32_t)15u)
#define ZX_EXCP_POLICY_CODE_CHANNEL_FULL_WRITE ((uint32_t)16u)
#define ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_PACKETS ((uint32_t)17u)
#define ZX_EXCP_POLICY_CODE_BAD_SYSCALL ((uint32_t)18u)  // synth_data is the number.
#define ZX_EXCP_POLICY_CODE_PORT_TOO_MANY_OBSERVERS ((uint32_t)19u)
#define ZX_EXCP_POLICY_CODE_HANDLE_LEAK ((uint32_t)20u)
#define ZX_EXCP_POLICY_CODE_NEW_IOB ((uint32_t)21u)
#define ZX_EXCP_POLICY_CODE_NEW_SAMPLER ((uint32_t)22u)

// wait_exception_channel_type of zx_info_thread_t.
#define ZX_EXCEPTION_CHANNEL_TYPE_NONE ((uint32_t)0u)
#define ZX_EXCEPTION_CHANNEL_TYPE_DEBUGGER ((uint32_t)1u)
#define ZX_EXCEPTION_CHANNEL_TYPE_THREAD ((uint32_t)2u)
#define ZX_EXCEPTION_CHANNEL_TYPE_PROCESS ((uint32_t)3u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB ((uint32_t)4u)
#define ZX_EXCEPTION_CHANNEL_TYPE_JOB_DEBUGGER ((uint32_t)5u)

#define ZX_EXCEPTION_CHANNEL_DEBUGGER ((uint32_t)1u << 0)
#define ZX_EXCEPTION_TARGET_JOB_DEBUGGER ((uint32_t)1u)

#define ZX_EXCEPTION_STATE_TRY_NEXT ((uint32_t)0u)
#define ZX_EXCEPTION_STATE_HANDLED ((uint32_t)1u)
#define ZX_EXCEPTION_STATE_THREAD_EXIT ((uint32_t)2u)

#define ZX_EXCEPTION_STRATEGY_FIRST_CHANCE ((uint32_t)0u)
#define ZX_EXCEPTION_STRATEGY_SECOND_CHANCE ((uint32_t)1u)

/// The message of an exception channel; one exception handle comes with it.
typedef struct zx_exception_info {
  zx_koid_t pid;
  zx_koid_t tid;
  zx_excp_type_t type;
  uint8_t padding1[4];
} zx_exception_info_t;

typedef struct zx_x86_64_exc_data {
  uint64_t vector;
  uint64_t err_code;
  uint64_t cr2;
} zx_x86_64_exc_data_t;

typedef struct zx_arm64_exc_data {
  uint32_t esr;
  uint8_t padding1[4];
  uint64_t far;
  uint8_t padding2[8];
} zx_arm64_exc_data_t;

typedef struct zx_riscv64_exc_data {
  uint64_t cause;  // scause
  uint64_t tval;   // stval
  uint8_t padding1[8];
} zx_riscv64_exc_data_t;

typedef struct zx_exception_context {
  union {
    zx_x86_64_exc_data_t x86_64;
    zx_arm64_exc_data_t arm_64;
    zx_riscv64_exc_data_t riscv_64;
  } arch;
  uint32_t synth_code;
  uint32_t synth_data;
} zx_exception_context_t;

typedef struct zx_exception_header {
  uint32_t size;
  zx_excp_type_t type;
} zx_exception_header_t;

typedef struct zx_exception_report {
  zx_exception_header_t header;
  zx_exception_context_t context;
} zx_exception_report_t;
