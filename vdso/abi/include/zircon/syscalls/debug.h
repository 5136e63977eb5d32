// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// Registers of a stopped thread. A register that the calling contract leaves dead reads 0.

typedef uint32_t zx_thread_state_topic_t;
#define ZX_THREAD_STATE_GENERAL_REGS ((zx_thread_state_topic_t)0u)
#define ZX_THREAD_STATE_FP_REGS ((zx_thread_state_topic_t)1u)
#define ZX_THREAD_STATE_VECTOR_REGS ((zx_thread_state_topic_t)2u)
#define ZX_THREAD_STATE_DEBUG_REGS ((zx_thread_state_topic_t)4u)
#define ZX_THREAD_STATE_SINGLE_STEP ((zx_thread_state_topic_t)5u)

typedef struct zx_riscv64_thread_state_general_regs {
  uint64_t pc;
  uint64_t ra;
  uint64_t sp;
  uint64_t gp;
  uint64_t tp;
  uint64_t t0, t1, t2;
  uint64_t s0, s1;
  uint64_t a0, a1, a2, a3, a4, a5, a6, a7;
  uint64_t s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
  uint64_t t3, t4, t5, t6;
} zx_riscv64_thread_state_general_regs_t;

typedef struct zx_riscv64_thread_state_fp_regs {
  struct {
    uint64_t low;
    uint64_t high;
  } __ALIGNED(16) q[32];
  uint32_t fcsr;
  uint32_t reserved[3];
} zx_riscv64_thread_state_fp_regs_t;

typedef struct zx_riscv64_thread_state_vector_regs {
  struct {
    uint64_t low;
    uint64_t high;
  } __ALIGNED(16) v[32];
  uint64_t vcsr;
  uint64_t vstart;
  uint64_t vl;
  uint64_t vtype;
} zx_riscv64_thread_state_vector_regs_t;

typedef struct zx_riscv64_thread_state_debug_regs {
  uint32_t unused;
} zx_riscv64_thread_state_debug_regs_t;

typedef uint32_t zx_thread_state_single_step_t;

// The hosted build keeps the same structures: its programs are the same programs.
typedef zx_riscv64_thread_state_general_regs_t zx_thread_state_general_regs_t;
typedef zx_riscv64_thread_state_fp_regs_t zx_thread_state_fp_regs_t;
typedef zx_riscv64_thread_state_vector_regs_t zx_thread_state_vector_regs_t;
typedef zx_riscv64_thread_state_debug_regs_t zx_thread_state_debug_regs_t;
