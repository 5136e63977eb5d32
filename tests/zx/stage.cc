// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/zx/stage.h"

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/resource.h"
#include "kernel/objects/vmar.h"

namespace sirocco::zx {

namespace {

constexpr std::byte kUntouched{0xa5};
alignas(16) std::byte program_memory[8 * 0x8000];

struct Given {
  zx_handle_t job;
  zx_handle_t vmar;
  zx_handle_t system;
  zx_handle_t mmio;
  zx_handle_t irq;
};
Given given;

void Must(zx_status_t status) { PANIC_UNLESS(status == ZX_OK); }

zx_handle_t Give(Process& process, RefPtr<KernelObject> object, zx_rights_t rights) {
  HandleReservation slot = process.handles().Reserve(1).value();
  return slot.Install(Handle(std::move(object), Side::kFirst, rights));
}

zx_handle_t GiveResource(Process& process, zx_rsrc_kind_t kind, uint64_t size) {
  return Give(process, Resource::CreateRoot(kind, size, "root").value(),
              ZX_DEFAULT_RESOURCE_RIGHTS);
}

}  // namespace

RefPtr<Process> Stage::Start(support::World& world, support::World::Program program) {
  RefPtr<Process> process = world.Start(program);
  RefPtr<Vmar> root = Vmar::Create(WrapRef(&process->space()), process->space().root()).value();
  given.vmar = Give(*process, std::move(root), Vmar::kRootRights);
  given.job = Give(*process, WrapRef(&world.root_job()), ZX_DEFAULT_JOB_RIGHTS);
  given.system = GiveResource(*process, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_COUNT);
  given.mmio = GiveResource(*process, ZX_RSRC_KIND_MMIO, uint64_t{1} << 56);
  given.irq = GiveResource(*process, ZX_RSRC_KIND_IRQ, 64);
  return process;
}

Stage::Stage(Memory memory, uint32_t variant) : memory_(memory), variant_(variant) {
  static_assert(sizeof(program_memory) == kPieces * kPieceRoom);
  base_ = reinterpret_cast<uintptr_t>(program_memory);
  if (memory_ == Memory::kProgram) return;
  vmo_ = NewVmo(kPieces * kPieceRoom);
  Must(zx_vmar_map(vmar(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo_, 0, kPieces * kPieceRoom,
                   &base_));
}

zx_handle_t Stage::self() { return support::World::Self(); }
zx_handle_t Stage::job() { return given.job; }
zx_handle_t Stage::vmar() { return given.vmar; }
zx_handle_t Stage::system() { return given.system; }
zx_handle_t Stage::mmio() { return given.mmio; }
zx_handle_t Stage::irq() { return given.irq; }

Stage::Ends Stage::NewChannel() {
  Ends ends = {};
  Must(zx_channel_create(0, &ends[0], &ends[1]));
  return ends;
}

zx_handle_t Stage::NewVmo(uint64_t size, uint32_t options) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  Must(zx_vmo_create(size, options, &vmo));
  return vmo;
}

zx_handle_t Stage::NewAlarm() {
  const zx_handle_t timer = New(ZX_OBJ_TYPE_TIMER);
  Must(zx_timer_set(timer, zx_deadline_after(ZX_SEC(1)), 0));
  return timer;
}

zx_handle_t Stage::New(zx_obj_type_t type) {
  zx_handle_t made = ZX_HANDLE_INVALID;
  zx_handle_t other = ZX_HANDLE_INVALID;
  uint64_t address = 0;
  switch (type) {
    case ZX_OBJ_TYPE_CHANNEL:
      return NewChannel()[0];
    case ZX_OBJ_TYPE_DEBUGLOG:
      Must(zx_debuglog_create(system(), ZX_LOG_FLAG_READABLE, &made));
      break;
    case ZX_OBJ_TYPE_EVENT:
      Must(zx_event_create(0, &made));
      break;
    case ZX_OBJ_TYPE_EVENTPAIR:
      Must(zx_eventpair_create(0, &made, &other));
      break;
    case ZX_OBJ_TYPE_INTERRUPT:
      Must(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &made));
      break;
    case ZX_OBJ_TYPE_JOB:
      Must(zx_job_create(job(), 0, &made));
      break;
    case ZX_OBJ_TYPE_PORT:
      Must(zx_port_create(0, &made));
      break;
    case ZX_OBJ_TYPE_PROCESS:
      Must(zx_process_create(job(), "child", 5, 0, &made, &other));
      break;
    case ZX_OBJ_TYPE_RESOURCE:
      Must(zx_handle_duplicate(system(), ZX_RIGHT_SAME_RIGHTS, &made));
      break;
    case ZX_OBJ_TYPE_THREAD:
      Must(zx_thread_create(self(), "thread", 6, 0, &made));
      break;
    case ZX_OBJ_TYPE_TIMER:
      Must(zx_timer_create(0, ZX_CLOCK_MONOTONIC, &made));
      break;
    case ZX_OBJ_TYPE_VMAR:
      Must(zx_vmar_allocate(vmar(),
                            ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            16 * kPageSize, &made, &address));
      break;
    case ZX_OBJ_TYPE_VMO:
      return NewVmo(4 * kPageSize);
    default:
      PANIC_UNLESS(false);
  }
  return made;
}

zx_koid_t Stage::KoidOf(zx_handle_t handle) {
  zx_info_handle_basic_t info = {};
  Must(zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr));
  return info.koid;
}

uint64_t Stage::Take(size_t size, bool is_out) {
  PANIC_UNLESS(piece_count_ < kPieces && size + kPageSize <= kPieceRoom);
  uint64_t address = base_ + piece_count_ * kPieceRoom;
  // Across a border of pages, but words stay aligned.
  if (memory_ == Memory::kMapped) address += kPageSize - std::min<size_t>(size / 2 & ~3u, 0x800);
  pieces_[piece_count_++] = {address, size, is_out};
  return address;
}

void Stage::Fill(uint64_t address, const void* bytes, size_t size) {
  if (memory_ == Memory::kProgram) {
    std::memcpy(reinterpret_cast<void*>(address), bytes, size);
  } else {
    Must(zx_vmo_write(vmo_, bytes, address - base_, size));
  }
}

uint64_t Stage::In(const void* bytes, size_t size) {
  const uint64_t address = Take(size, false);
  Fill(address, bytes, size);
  return address;
}

uint64_t Stage::Out(size_t size) {
  const uint64_t address = Take(size, true);
  if (memory_ == Memory::kProgram) {
    std::memset(reinterpret_cast<void*>(address), static_cast<int>(kUntouched), size);
  }
  return address;
}

bool Stage::is_untouched() const {
  return std::ranges::all_of(pieces(), [this](const Piece& piece) {
    return !piece.is_out || std::ranges::all_of(PieceAt(piece.address),
                                                [](std::byte byte) { return byte == kUntouched; });
  });
}

std::span<const std::byte> Stage::PieceAt(uint64_t address) const {
  PANIC_UNLESS(memory_ == Memory::kProgram);
  const auto piece = std::ranges::find(pieces(), address, &Piece::address);
  if (piece == pieces().end()) return {};
  return {reinterpret_cast<const std::byte*>(address), piece->size};
}

void Stage::LetItWait() {
  Insist([] { return zx_nanosleep(zx_deadline_after(ZX_MSEC(1))); });
}

void Stage::StartThread(Body body, uint64_t argument) {
  zx_handle_t thread = New(ZX_OBJ_TYPE_THREAD);
  Must(zx_thread_start(thread, reinterpret_cast<uintptr_t>(body), 0, argument, 0));
}

}  // namespace sirocco::zx
