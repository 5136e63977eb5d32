// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdbool.h>
#include <zircon/syscalls/exception.h>
#include <zircon/types.h>

// Topics of zx_object_get_info() with their records, and properties of objects.

// --- Topics: a number, and the version of the record in the top four bits. ---

typedef uint32_t zx_object_info_topic_t;

#define __ZX_INFO_TOPIC(number, version) ((zx_object_info_topic_t)((number) | ((version) << 28)))

#define ZX_INFO_NONE __ZX_INFO_TOPIC(0u, 0u)
#define ZX_INFO_HANDLE_VALID __ZX_INFO_TOPIC(1u, 0u)
#define ZX_INFO_HANDLE_BASIC __ZX_INFO_TOPIC(2u, 0u)
#define ZX_INFO_PROCESS_V0 __ZX_INFO_TOPIC(3u, 0u)
#define ZX_INFO_PROCESS __ZX_INFO_TOPIC(3u, 1u)
#define ZX_INFO_PROCESS_THREADS __ZX_INFO_TOPIC(4u, 0u)
#define ZX_INFO_VMAR __ZX_INFO_TOPIC(7u, 0u)
#define ZX_INFO_JOB_CHILDREN __ZX_INFO_TOPIC(8u, 0u)
#define ZX_INFO_JOB_PROCESSES __ZX_INFO_TOPIC(9u, 0u)
#define ZX_INFO_THREAD __ZX_INFO_TOPIC(10u, 0u)
#define ZX_INFO_THREAD_EXCEPTION_REPORT_V1 __ZX_INFO_TOPIC(11u, 0u)
#define ZX_INFO_THREAD_EXCEPTION_REPORT __ZX_INFO_TOPIC(11u, 1u)
#define ZX_INFO_TASK_STATS_V0 __ZX_INFO_TOPIC(12u, 0u)
#define ZX_INFO_TASK_STATS __ZX_INFO_TOPIC(12u, 1u)
#define ZX_INFO_PROCESS_MAPS_V0 __ZX_INFO_TOPIC(13u, 0u)
#define ZX_INFO_PROCESS_MAPS __ZX_INFO_TOPIC(13u, 2u)
#define ZX_INFO_PROCESS_VMOS_V1 __ZX_INFO_TOPIC(14u, 1u)
#define ZX_INFO_PROCESS_VMOS __ZX_INFO_TOPIC(14u, 3u)
#define ZX_INFO_THREAD_STATS __ZX_INFO_TOPIC(15u, 0u)
#define ZX_INFO_CPU_STATS __ZX_INFO_TOPIC(16u, 0u)
#define ZX_INFO_KMEM_STATS_V0 __ZX_INFO_TOPIC(17u, 0u)
#define ZX_INFO_KMEM_STATS __ZX_INFO_TOPIC(17u, 1u)
#define ZX_INFO_RESOURCE __ZX_INFO_TOPIC(18u, 0u)
#define ZX_INFO_HANDLE_COUNT __ZX_INFO_TOPIC(19u, 0u)
#define ZX_INFO_BTI __ZX_INFO_TOPIC(20u, 0u)
#define ZX_INFO_PROCESS_HANDLE_STATS __ZX_INFO_TOPIC(21u, 0u)
#define ZX_INFO_SOCKET __ZX_INFO_TOPIC(22u, 0u)
#define ZX_INFO_VMO_V1 __ZX_INFO_TOPIC(23u, 1u)
#define ZX_INFO_VMO __ZX_INFO_TOPIC(23u, 3u)
#define ZX_INFO_JOB __ZX_INFO_TOPIC(24u, 0u)
#define ZX_INFO_TIMER __ZX_INFO_TOPIC(25u, 0u)
#define ZX_INFO_STREAM __ZX_INFO_TOPIC(26u, 0u)
#define ZX_INFO_HANDLE_TABLE __ZX_INFO_TOPIC(27u, 0u)
#define ZX_INFO_MSI __ZX_INFO_TOPIC(28u, 0u)
#define ZX_INFO_GUEST_STATS __ZX_INFO_TOPIC(29u, 0u)
#define ZX_INFO_TASK_RUNTIME_V0 __ZX_INFO_TOPIC(30u, 0u)
#define ZX_INFO_TASK_RUNTIME __ZX_INFO_TOPIC(30u, 1u)
#define ZX_INFO_KMEM_STATS_EXTENDED __ZX_INFO_TOPIC(31u, 0u)
#define ZX_INFO_VCPU __ZX_INFO_TOPIC(32u, 0u)
#define ZX_INFO_KMEM_STATS_COMPRESSION __ZX_INFO_TOPIC(33u, 0u)
#define ZX_INFO_IOB __ZX_INFO_TOPIC(34u, 0u)
#define ZX_INFO_IOB_REGIONS __ZX_INFO_TOPIC(35u, 0u)
#define ZX_INFO_VMAR_MAPS __ZX_INFO_TOPIC(36u, 0u)
#define ZX_INFO_POWER_DOMAINS __ZX_INFO_TOPIC(37u, 0u)
#define ZX_INFO_MEMORY_STALL __ZX_INFO_TOPIC(38u, 0u)
#define ZX_INFO_INTERRUPT __ZX_INFO_TOPIC(39u, 0u)
#define ZX_INFO_CLOCK_MAPPED_SIZE __ZX_INFO_TOPIC(40u, 0u)

// --- Handles. ---

typedef struct zx_info_handle_basic {
  zx_koid_t koid;
  zx_rights_t rights;
  zx_obj_type_t type;
  zx_koid_t related_koid;  // The peer, parent job, job or process; else 0.
  uint32_t reserved;
  uint8_t padding1[4];
} zx_info_handle_basic_t;

typedef struct zx_info_handle_count {
  uint32_t handle_count;  // Those in messages included.
} zx_info_handle_count_t;

typedef struct zx_info_process_handle_stats {
  uint32_t handle_count[ZX_OBJ_TYPE_UPPER_BOUND];  // By type.
} zx_info_process_handle_stats_t;

typedef struct zx_info_handle_extended {
  zx_obj_type_t type;
  zx_handle_t handle_value;
  zx_rights_t rights;
  uint32_t reserved;
  zx_koid_t koid;
  zx_koid_t related_koid;
  zx_koid_t peer_owner_koid;
} zx_info_handle_extended_t;

// --- Jobs, processes, threads. ---

typedef uint32_t zx_info_process_flags_t;
#define ZX_INFO_PROCESS_FLAG_STARTED ((zx_info_process_flags_t)1u << 0)
#define ZX_INFO_PROCESS_FLAG_EXITED ((zx_info_process_flags_t)1u << 1)
#define ZX_INFO_PROCESS_FLAG_DEBUGGER_ATTACHED ((zx_info_process_flags_t)1u << 2)

typedef struct zx_info_process {
  int64_t return_code;  // Valid once EXITED.
  zx_instant_mono_t start_time;
  zx_info_process_flags_t flags;
  uint8_t padding1[4];
} zx_info_process_t;

typedef struct zx_info_process_v0 {
  int64_t return_code;
  bool started;
  bool exited;
  bool debugger_attached;
  uint8_t padding1[5];
} zx_info_process_v0_t;

typedef struct zx_info_job {
  int64_t return_code;
  bool exited;
  bool kill_on_oom;
  bool debugger_attached;
  uint8_t padding1[5];
} zx_info_job_t;

typedef uint32_t zx_thread_state_t;
#define ZX_THREAD_STATE_NEW ((zx_thread_state_t)0x0000u)
#define ZX_THREAD_STATE_RUNNING ((zx_thread_state_t)0x0001u)
#define ZX_THREAD_STATE_SUSPENDED ((zx_thread_state_t)0x0002u)
#define ZX_THREAD_STATE_BLOCKED ((zx_thread_state_t)0x0003u)  // Only with a reason, below.
#define ZX_THREAD_STATE_DYING ((zx_thread_state_t)0x0004u)
#define ZX_THREAD_STATE_DEAD ((zx_thread_state_t)0x0005u)
#define ZX_THREAD_STATE_BLOCKED_EXCEPTION ((zx_thread_state_t)0x0103u)
#define ZX_THREAD_STATE_BLOCKED_SLEEPING ((zx_thread_state_t)0x0203u)
#define ZX_THREAD_STATE_BLOCKED_FUTEX ((zx_thread_state_t)0x0303u)
#define ZX_THREAD_STATE_BLOCKED_PORT ((zx_thread_state_t)0x0403u)
#define ZX_THREAD_STATE_BLOCKED_CHANNEL ((zx_thread_state_t)0x0503u)
#define ZX_THREAD_STATE_BLOCKED_WAIT_ONE ((zx_thread_state_t)0x0603u)
#define ZX_THREAD_STATE_BLOCKED_WAIT_MANY ((zx_thread_state_t)0x0703u)
#define ZX_THREAD_STATE_BLOCKED_INTERRUPT ((zx_thread_state_t)0x0803u)
#define ZX_THREAD_STATE_BLOCKED_PAGER ((zx_thread_state_t)0x0903u)
#define ZX_THREAD_STATE_BASIC(state) ((state) & 0xFFu)

typedef struct zx_info_thread {
  zx_thread_state_t state;
  uint32_t wait_exception_channel_type;
  zx_cpu_set_t cpu_affinity_mask;
} zx_info_thread_t;

#define ZX_INFO_INVALID_CPU ((uint32_t)0xffffffffu)

typedef struct zx_info_thread_stats {
  zx_duration_mono_t total_runtime;
  uint32_t last_scheduled_cpu;  // ZX_INFO_INVALID_CPU before the first run.
  uint8_t padding1[4];
} zx_info_thread_stats_t;

typedef struct zx_info_task_stats {
  size_t mem_mapped_bytes;
  size_t mem_private_bytes;
  size_t mem_shared_bytes;
  size_t mem_scaled_shared_bytes;
  uint64_t mem_fractional_scaled_shared_bytes;
} zx_info_task_stats_t;

typedef struct zx_info_task_stats_v0 {
  size_t mem_mapped_bytes;
  size_t mem_private_bytes;
  size_t mem_shared_bytes;
  size_t mem_scaled_shared_bytes;
} zx_info_task_stats_v0_t;

typedef struct zx_info_task_runtime {
  zx_duration_mono_t cpu_time;
  zx_duration_mono_t queue_time;
  zx_duration_mono_t page_fault_time;
  zx_duration_mono_t lock_contention_time;
} zx_info_task_runtime_t;

typedef struct zx_info_task_runtime_v0 {
  zx_duration_mono_t cpu_time;
  zx_duration_mono_t queue_time;
} zx_info_task_runtime_v0_t;

#define ZX_TASK_RETCODE_SYSCALL_KILL ((int64_t)-1024)
#define ZX_TASK_RETCODE_OOM_KILL ((int64_t)-1025)
#define ZX_TASK_RETCODE_POLICY_KILL ((int64_t)-1026)
#define ZX_TASK_RETCODE_VDSO_KILL ((int64_t)-1027)
#define ZX_TASK_RETCODE_EXCEPTION_KILL ((int64_t)-1028)
#define ZX_TASK_RETCODE_CRITICAL_PROCESS_KILL ((int64_t)-1029)

// --- Memory. ---

typedef struct zx_info_vmar {
  uintptr_t base;
  size_t len;
} zx_info_vmar_t;

typedef uint32_t zx_info_maps_type_t;
#define ZX_INFO_MAPS_TYPE_NONE ((zx_info_maps_type_t)0u)
#define ZX_INFO_MAPS_TYPE_ASPACE ((zx_info_maps_type_t)1u)
#define ZX_INFO_MAPS_TYPE_VMAR ((zx_info_maps_type_t)2u)
#define ZX_INFO_MAPS_TYPE_MAPPING ((zx_info_maps_type_t)3u)

typedef struct zx_info_maps_mapping {
  zx_vm_option_t mmu_flags;  // ZX_VM_PERM_*.
  uint8_t padding1[4];
  zx_koid_t vmo_koid;
  uint64_t vmo_offset;
  size_t committed_bytes;
  size_t populated_bytes;
  size_t committed_private_bytes;
  size_t populated_private_bytes;
  size_t committed_scaled_bytes;
  size_t populated_scaled_bytes;
  uint64_t committed_fractional_scaled_bytes;
  uint64_t populated_fractional_scaled_bytes;
} zx_info_maps_mapping_t;

typedef struct zx_info_maps {
  char name[ZX_MAX_NAME_LEN];
  zx_vaddr_t base;
  size_t size;
  size_t depth;  // 0 the address space, 1 its root region, and so on.
  zx_info_maps_type_t type;
  uint8_t padding1[4];
  union {
    zx_info_maps_mapping_t mapping;
  } u;
} zx_info_maps_t;

typedef struct zx_info_maps_mapping_v0 {
  zx_vm_option_t mmu_flags;
  uint8_t padding1[4];
  zx_koid_t vmo_koid;
  uint64_t vmo_offset;
  size_t committed_pages;
} zx_info_maps_mapping_v0_t;

typedef struct zx_info_maps_v0 {
  char name[ZX_MAX_NAME_LEN];
  zx_vaddr_t base;
  size_t size;
  size_t depth;
  zx_info_maps_type_t type;
  uint8_t padding1[4];
  union {
    zx_info_maps_mapping_v0_t mapping;
  } u;
} zx_info_maps_v0_t;

#define ZX_INFO_VMO_TYPE_PHYSICAL ((uint32_t)0u)
#define ZX_INFO_VMO_TYPE_PAGED ((uint32_t)1u << 0)
#define ZX_INFO_VMO_RESIZABLE ((uint32_t)1u << 1)
#define ZX_INFO_VMO_IS_COW_CLONE ((uint32_t)1u << 2)
#define ZX_INFO_VMO_VIA_HANDLE ((uint32_t)1u << 3)
#define ZX_INFO_VMO_VIA_MAPPING ((uint32_t)1u << 4)
#define ZX_INFO_VMO_PAGER_BACKED ((uint32_t)1u << 5)
#define ZX_INFO_VMO_CONTIGUOUS ((uint32_t)1u << 6)
#define ZX_INFO_VMO_DISCARDABLE ((uint32_t)1u << 7)
#define ZX_INFO_VMO_IMMUTABLE ((uint32_t)1u << 8)
#define ZX_INFO_VMO_VIA_IOB_HANDLE ((uint32_t)1u << 9)

typedef struct zx_info_vmo {
  zx_koid_t koid;
  char name[ZX_MAX_NAME_LEN];
  uint64_t size_bytes;
  zx_koid_t parent_koid;
  size_t num_children;
  size_t num_mappings;
  size_t share_count;
  uint32_t flags;  // ZX_INFO_VMO_*.
  uint8_t padding1[4];
  uint64_t committed_bytes;
  zx_rights_t handle_rights;
  uint32_t cache_policy;
  uint64_t metadata_bytes;
  uint64_t committed_change_events;
  uint64_t populated_bytes;
  uint64_t committed_private_bytes;
  uint64_t populated_private_bytes;
  uint64_t committed_scaled_bytes;
  uint64_t populated_scaled_bytes;
  uint64_t committed_fractional_scaled_bytes;
  uint64_t populated_fractional_scaled_bytes;
} zx_info_vmo_t;

typedef struct zx_info_vmo_v1 {
  zx_koid_t koid;
  char name[ZX_MAX_NAME_LEN];
  uint64_t size_bytes;
  zx_koid_t parent_koid;
  size_t num_children;
  size_t num_mappings;
  size_t share_count;
  uint32_t flags;
  uint8_t padding1[4];
  uint64_t committed_bytes;
  zx_rights_t handle_rights;
  uint32_t cache_policy;
  uint64_t metadata_bytes;
  uint64_t committed_change_events;
} zx_info_vmo_v1_t;

typedef struct zx_info_kmem_stats {
  uint64_t total_bytes;
  uint64_t free_bytes;
  uint64_t free_loaned_bytes;
  uint64_t wired_bytes;
  uint64_t total_heap_bytes;
  uint64_t free_heap_bytes;
  uint64_t vmo_bytes;
  uint64_t mmu_overhead_bytes;
  uint64_t ipc_bytes;
  uint64_t cache_bytes;
  uint64_t slab_bytes;
  uint64_t zram_bytes;
  uint64_t other_bytes;
  uint64_t vmo_reclaim_total_bytes;
  uint64_t vmo_reclaim_newest_bytes;
  uint64_t vmo_reclaim_oldest_bytes;
  uint64_t vmo_reclaim_disabled_bytes;
  uint64_t vmo_discardable_locked_bytes;
  uint64_t vmo_discardable_unlocked_bytes;
} zx_info_kmem_stats_t;

typedef struct zx_info_kmem_stats_v0 {
  uint64_t total_bytes;
  uint64_t free_bytes;
  uint64_t wired_bytes;
  uint64_t total_heap_bytes;
  uint64_t free_heap_bytes;
  uint64_t vmo_bytes;
  uint64_t mmu_overhead_bytes;
  uint64_t ipc_bytes;
  uint64_t other_bytes;
} zx_info_kmem_stats_v0_t;

typedef struct zx_info_memory_stall {
  zx_duration_mono_t stall_time_some;
  zx_duration_mono_t stall_time_full;
} zx_info_memory_stall_t;

// --- The machine. ---

#define ZX_INFO_CPU_STATS_FLAG_ONLINE ((uint32_t)1u << 0)

typedef struct zx_info_cpu_stats {
  uint32_t cpu_number;
  uint32_t flags;
  zx_duration_mono_t idle_time;
  zx_duration_mono_t normalized_busy_time;
  uint64_t reschedules;
  uint64_t context_switches;
  uint64_t irq_preempts;
  uint64_t preempts;
  uint64_t yields;
  uint64_t ints;
  uint64_t timer_ints;
  uint64_t timers;
  uint64_t page_faults;
  uint64_t exceptions;
  uint64_t syscalls;
  uint64_t reschedule_ipis;
  uint64_t generic_ipis;
  uint64_t active_energy_consumption_nj;
  uint64_t idle_energy_consumption_nj;
} zx_info_cpu_stats_t;

typedef struct zx_info_resource {
  uint32_t kind;
  uint32_t flags;
  uint64_t base;
  size_t size;
  char name[ZX_MAX_NAME_LEN];
} zx_info_resource_t;

typedef struct zx_info_bti {
  uint64_t minimum_contiguity;
  uint64_t aspace_size;
  uint64_t pmo_count;
  uint64_t quarantine_count;
} zx_info_bti_t;

typedef struct zx_info_interrupt {
  uint32_t options;
} zx_info_interrupt_t;

// --- Other objects. ---

typedef struct zx_info_socket {
  uint32_t options;
  uint8_t padding1[4];
  size_t rx_buf_max;
  size_t rx_buf_size;
  size_t rx_buf_available;
  size_t tx_buf_max;  // 0 once the peer is gone, as is the next.
  size_t tx_buf_size;
} zx_info_socket_t;

typedef struct zx_info_timer {
  uint32_t options;
  zx_clock_t clock_id;
  zx_time_t deadline;  // 0 when not armed, as is the next.
  zx_duration_t slack;
} zx_info_timer_t;

typedef struct zx_info_stream {
  uint32_t options;
  uint8_t padding1[4];
  zx_off_t seek;
  uint64_t content_size;
} zx_info_stream_t;

// --- Properties. ---

// 2 and 4 belong to x86-64.
#define ZX_PROP_NAME ((uint32_t)3u)
#define ZX_PROP_PROCESS_DEBUG_ADDR ((uint32_t)5u)
#define ZX_PROP_PROCESS_VDSO_BASE_ADDRESS ((uint32_t)6u)
#define ZX_PROP_PROCESS_BREAK_ON_LOAD ((uint32_t)7u)
#define ZX_PROP_PROCESS_HW_TRACE_CONTEXT_ID ((uint32_t)8u)
#define ZX_PROP_SOCKET_RX_THRESHOLD ((uint32_t)12u)
#define ZX_PROP_SOCKET_TX_THRESHOLD ((uint32_t)13u)
#define ZX_PROP_JOB_KILL_ON_OOM ((uint32_t)15u)
#define ZX_PROP_EXCEPTION_STATE ((uint32_t)16u)
#define ZX_PROP_VMO_CONTENT_SIZE ((uint32_t)17u)
#define ZX_PROP_EXCEPTION_STRATEGY ((uint32_t)18u)
#define ZX_PROP_STREAM_MODE_APPEND ((uint32_t)19u)

#define ZX_PROCESS_DEBUG_ADDR_BREAK_ON_SET ((uintptr_t)1u)
