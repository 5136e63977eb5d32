// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// The machine: power and features.

#define ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS ((uint32_t)1u)
#define ZX_SYSTEM_POWERCTL_DISABLE_ALL_CPUS_BUT_PRIMARY ((uint32_t)2u)
#define ZX_SYSTEM_POWERCTL_ACPI_TRANSITION_S_STATE ((uint32_t)3u)
#define ZX_SYSTEM_POWERCTL_X86_SET_PKG_PL1 ((uint32_t)4u)
#define ZX_SYSTEM_POWERCTL_REBOOT ((uint32_t)5u)
#define ZX_SYSTEM_POWERCTL_REBOOT_BOOTLOADER ((uint32_t)6u)
#define ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY ((uint32_t)7u)
#define ZX_SYSTEM_POWERCTL_SHUTDOWN ((uint32_t)8u)

/// Arguments of the commands that take any; SHUTDOWN and the reboots take none.
typedef struct zx_system_powerctl_arg {
  union {
    struct {
      uint8_t target_s_state;
      uint8_t sleep_type_a;
      uint8_t sleep_type_b;
      uint8_t padding1[9];
    } acpi_transition_s_state;
    struct {
      uint32_t power_limit;
      uint32_t time_window;
      uint8_t clamp;
      uint8_t enable;
      uint8_t padding1[2];
    } x86_power_limit;
  };
} zx_system_powerctl_arg_t;

#define ZX_FEATURE_KIND_CPU ((uint32_t)0u)
#define ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT ((uint32_t)1u)
#define ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT ((uint32_t)2u)
#define ZX_FEATURE_KIND_ADDRESS_TAGGING ((uint32_t)3u)
#define ZX_FEATURE_KIND_VM ((uint32_t)4u)

#define ZX_HAS_CPU_FEATURES ((uint32_t)1u << 0)
#define ZX_VM_FEATURE_CAN_MAP_XOM ((uint32_t)1u << 0)

#define ZX_SYSTEM_EVENT_OUT_OF_MEMORY ((uint32_t)1u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_CRITICAL ((uint32_t)2u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_WARNING ((uint32_t)3u)
#define ZX_SYSTEM_EVENT_MEMORY_PRESSURE_NORMAL ((uint32_t)4u)
#define ZX_SYSTEM_EVENT_IMMINENT_OUT_OF_MEMORY ((uint32_t)5u)
