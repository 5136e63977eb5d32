// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The launcher against a recorded kernel: which calls, in which state, and what is left when the
// Nth of them fails.
#include "userspace/lib/process/launch.h"

#include <gtest/gtest.h>
#include <zircon/syscalls.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "userspace/lib/elf/format.h"

namespace sirocco::process {
namespace {

struct Mapping {
  zx_vm_option_t options;
  zx_vaddr_t address;
  size_t size;
  zx_rights_t vmo_rights;
  uint64_t vmo_offset;
};

elf::FileHeader Header(uint64_t entry, uint16_t segment_count) {
  elf::FileHeader header = {};
  std::memcpy(header.ident, elf::kIdent, sizeof(elf::kIdent));
  header.type = elf::kTypeDynamic;
  header.machine = elf::kMachineRiscV;
  header.version = elf::kVersion;
  header.entry = entry;
  header.program_headers_offset = sizeof(header);
  header.program_header_size = sizeof(elf::ProgramHeader);
  header.program_header_count = segment_count;
  return header;
}

/// Hands out handles and counts them; addresses of top-level regions are multiples of 16 MiB.
struct FakeKernel {
  struct Handle {
    std::string kind;
    zx_rights_t rights;
    zx_vaddr_t base;
  };
  std::map<zx_handle_t, Handle> handles;
  std::vector<Mapping> mappings;
  std::vector<std::byte> message;
  std::vector<std::string> sent;  // Kinds of the message's handles.
  zx_vaddr_t entry = 0, stack = 0, vdso = 0;
  bool is_started = false;
  zx_handle_t next = 7;
  zx_vaddr_t next_base = 0x1000000;
  uint64_t vdso_code_file_offset = 0x1000;
  int calls_left = -1;  // The call that finds 0 here fails.

  bool Fails() { return calls_left >= 0 && calls_left-- == 0; }
  zx_handle_t New(std::string kind, zx_rights_t rights = 0xfff, zx_vaddr_t base = 0) {
    handles[next += 4] = {std::move(kind), rights, base};
    return next;
  }
  zx_vaddr_t NewBase() { return next_base += 0x1000000; }
};

FakeKernel* kernel = nullptr;

class LaunchTest : public testing::Test {
 protected:
  void SetUp() override { Reset(); }
  void TearDown() override { kernel = nullptr; }

  void Reset() {
    fake_ = FakeKernel{};
    kernel = &fake_;
    vdso_ = fake_.New("vdso");
    vmex_ = fake_.New("vmex");
    job_ = fake_.New("job");
  }

  Outcome Start() {
    const StartupHandle startup[] = {{PA_HND(PA_FD, 1), fake_.New("console")}};
    const std::string_view args[] = {"hello", "world"};
    return Launch({.job = job_,
                   .name = "hello",
                   .image = Image(),
                   .vdso = vdso_,
                   .vmex = vmex_,
                   .args = args,
                   .handles = startup});
  }

  std::span<const std::byte> Image() {
    const elf::FileHeader header = Header(0x1004, 4);
    const elf::ProgramHeader segments[] = {
        {elf::kSegmentLoad, elf::kRead, 0, 0, 0, 0x200, 0x200, 0x1000},
        {elf::kSegmentLoad, elf::kRead | elf::kExecute, 0x1000, 0x1000, 0, 0x100, 0x100, 0x1000},
        {elf::kSegmentLoad, elf::kRead | elf::kWrite, 0x1100, 0x2100, 0, 0x40, 0x4000, 0x1000},
        {elf::kSegmentGnuStack, elf::kRead | elf::kWrite, 0, 0, 0, 0, 0x8000, 16},
    };
    image_.resize(0x1200);
    std::memcpy(image_.data(), &header, sizeof(header));
    std::memcpy(image_.data() + sizeof(header), segments, sizeof(segments));
    return image_;
  }

  FakeKernel fake_;
  zx_handle_t vdso_, vmex_, job_;
  std::vector<std::byte> image_;
};

TEST_F(LaunchTest, StartsAtTheEntryOnTopOfTheStackWithTheVdso) {
  const Outcome outcome = Start();
  ASSERT_EQ(outcome.status, ZX_OK) << outcome.step;
  EXPECT_TRUE(fake_.is_started);
  EXPECT_EQ(fake_.entry % 0x1000000, 0x1004u);
  EXPECT_EQ(fake_.stack % 16, 0u);
  EXPECT_EQ(fake_.stack % 0x1000000, 0x1000u + 0x8000u);
  EXPECT_NE(fake_.vdso, 0u);
}

TEST_F(LaunchTest, NoMappingOfTheImageIsWritableAndExecutable) {
  ASSERT_EQ(Start().status, ZX_OK);
  ASSERT_EQ(fake_.mappings.size(), 6u);  // Three segments, two of the vDSO, the stack.
  for (size_t i = 0; i < 3; ++i) {
    const Mapping& mapping = fake_.mappings[i];
    const bool is_writable = (mapping.options & ZX_VM_PERM_WRITE) != 0;
    EXPECT_EQ(is_writable, (mapping.vmo_rights & ZX_RIGHT_WRITE) != 0);
    EXPECT_EQ((mapping.options & ZX_VM_PERM_EXECUTE) != 0,
              (mapping.vmo_rights & ZX_RIGHT_EXECUTE) != 0);
    EXPECT_FALSE(is_writable && (mapping.options & ZX_VM_PERM_EXECUTE) != 0);
  }
}

TEST_F(LaunchTest, TheVdsoIsMappedByItsHeadersDataThenCode) {
  ASSERT_EQ(Start().status, ZX_OK);
  const Mapping& data = fake_.mappings[3];
  const Mapping& code = fake_.mappings[4];
  EXPECT_EQ(data.address, fake_.vdso);
  EXPECT_EQ(data.size, 0x1000u);
  EXPECT_EQ(data.vmo_offset, 0u);
  EXPECT_EQ(data.options & ~ZX_VM_SPECIFIC, ZX_VM_PERM_READ);
  EXPECT_EQ(code.address, fake_.vdso + 0x1000);
  EXPECT_EQ(code.size, 0x1000u);
  EXPECT_EQ(code.vmo_offset, 0x1000u);
  EXPECT_EQ(code.options & ~ZX_VM_SPECIFIC, ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE);
}

TEST_F(LaunchTest, AVdsoThatCannotBeMappedInPlaceIsRefused) {
  fake_.vdso_code_file_offset = 0;
  const Outcome outcome = Start();
  EXPECT_EQ(outcome.status, ZX_ERR_NOT_SUPPORTED);
  EXPECT_STREQ(outcome.step, "mapping the vDSO");
}

TEST_F(LaunchTest, TheMessageCarriesItsOwnAndTheCallersHandles) {
  ASSERT_EQ(Start().status, ZX_OK);
  EXPECT_EQ(fake_.sent,
            (std::vector<std::string>{"console", "vdso", "process", "thread", "vmar", "vmar"}));
  Message message;
  ASSERT_EQ(Message::Parse(fake_.message, fake_.sent.size(), message), ZX_OK);
  EXPECT_EQ(message.handle_infos()[0], PA_HND(PA_FD, 1));
  EXPECT_EQ(message.args().left(), 2u);
}

TEST_F(LaunchTest, OnlyTheProcessIsLeftWithTheCaller) {
  {
    const Outcome outcome = Start();
    EXPECT_EQ(fake_.handles.size(), 4u);
  }
  EXPECT_EQ(fake_.handles.size(), 3u);
}

TEST_F(LaunchTest, WhicheverCallFailsNothingIsLeft) {
  int failures = 0;
  for (int n = 0;; ++n) {
    Reset();
    fake_.calls_left = n;
    zx_status_t status;
    {
      const Outcome outcome = Start();
      status = outcome.status;
      if (status != ZX_OK) {
        EXPECT_EQ(status, ZX_ERR_NO_MEMORY) << n;
        EXPECT_STRNE(outcome.step, "");
        EXPECT_FALSE(fake_.is_started);
        EXPECT_FALSE(outcome.process.is_valid());
      }
    }
    EXPECT_EQ(fake_.handles.size(), 3u) << "after failure of call " << n;
    if (status == ZX_OK) break;
    ++failures;
  }
  EXPECT_GT(failures, 20);
}

TEST_F(LaunchTest, ABadImageMakesNoCallAndClosesTheHandles) {
  const StartupHandle startup[] = {{PA_HND(PA_FD, 0), fake_.New("console")}};
  const Outcome outcome = Launch(
      {.job = job_, .name = "x", .image = {}, .vdso = vdso_, .vmex = vmex_, .handles = startup});
  EXPECT_EQ(outcome.status, ZX_ERR_IO_DATA_INTEGRITY);
  EXPECT_STREQ(outcome.step, "reading the program");
  EXPECT_EQ(fake_.handles.size(), 3u);
}

TEST_F(LaunchTest, TooManyHandlesAreClosedAndRefused) {
  std::vector<StartupHandle> startup;
  for (size_t i = 0; i <= kMaxStartupHandles; ++i) {
    startup.push_back({PA_HND(PA_FD, 0), fake_.New("console")});
  }
  EXPECT_EQ(Launch({.job = job_,
                    .name = "x",
                    .image = Image(),
                    .vdso = vdso_,
                    .vmex = vmex_,
                    .handles = startup})
                .status,
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(fake_.handles.size(), 3u);
}

zx_status_t Make(const char* kind, zx_handle_t* out) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *out = kernel->New(kind);
  return ZX_OK;
}

}  // namespace
}  // namespace sirocco::process

using sirocco::process::kernel;
using sirocco::process::Make;

extern "C" {

zx_status_t zx_handle_close(zx_handle_t handle) {
  EXPECT_EQ(kernel->handles.erase(handle), 1u) << "closed twice";
  return ZX_OK;
}

zx_status_t zx_handle_duplicate(zx_handle_t handle, zx_rights_t, zx_handle_t* out) {
  return Make(kernel->handles.at(handle).kind.c_str(), out);
}

zx_status_t zx_handle_replace(zx_handle_t handle, zx_rights_t rights, zx_handle_t* out) {
  const auto old = kernel->handles.at(handle);
  kernel->handles.erase(handle);  // Consumed, even on failure.
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *out = kernel->New(old.kind, rights);
  return ZX_OK;
}

zx_status_t zx_object_get_info(zx_handle_t handle, uint32_t, void* buffer, size_t, size_t*,
                               size_t*) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  zx_info_handle_basic_t info = {};
  info.rights = kernel->handles.at(handle).rights;
  std::memcpy(buffer, &info, sizeof(info));
  return ZX_OK;
}

zx_status_t zx_object_set_property(zx_handle_t, uint32_t, const void*, size_t) {
  return kernel->Fails() ? ZX_ERR_NO_MEMORY : ZX_OK;
}

zx_status_t zx_process_create(zx_handle_t, const char*, size_t, uint32_t, zx_handle_t* process,
                              zx_handle_t* vmar) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *process = kernel->New("process");
  *vmar = kernel->New("vmar");
  return ZX_OK;
}

zx_status_t zx_thread_create(zx_handle_t, const char*, size_t, uint32_t, zx_handle_t* out) {
  return Make("thread", out);
}

zx_status_t zx_process_start(zx_handle_t, zx_handle_t, zx_vaddr_t entry, zx_vaddr_t stack,
                             zx_handle_t bootstrap, uintptr_t vdso) {
  kernel->handles.erase(bootstrap);
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  kernel->entry = entry;
  kernel->stack = stack;
  kernel->vdso = vdso;
  kernel->is_started = true;
  return ZX_OK;
}

zx_status_t zx_vmo_create(uint64_t, uint32_t, zx_handle_t* out) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *out = kernel->New("vmo", ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_MAP);
  return ZX_OK;
}

zx_status_t zx_vmo_write(zx_handle_t, const void*, uint64_t, size_t) {
  return kernel->Fails() ? ZX_ERR_NO_MEMORY : ZX_OK;
}

zx_status_t zx_vmo_read(zx_handle_t vmo, void* buffer, uint64_t offset, size_t size) {
  EXPECT_EQ(kernel->handles.at(vmo).kind, "vdso");
  EXPECT_EQ(offset, 0u);
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  using namespace sirocco::elf;
  const ProgramHeader segments[] = {
      {kSegmentLoad, kRead, 0, 0, 0, 0xd00, 0xd00, 0x1000},
      {kSegmentLoad, kRead | kExecute, kernel->vdso_code_file_offset, 0x1000, 0, 0x700, 0x700,
       0x1000},
  };
  const FileHeader header = sirocco::process::Header(0, 2);
  EXPECT_GE(size, sizeof(header) + sizeof(segments));
  std::memset(buffer, 0, size);
  std::memcpy(buffer, &header, sizeof(header));
  std::memcpy(static_cast<char*>(buffer) + sizeof(header), segments, sizeof(segments));
  return ZX_OK;
}

zx_status_t zx_vmo_get_size(zx_handle_t, uint64_t* size) {
  *size = 0x2000;
  return kernel->Fails() ? ZX_ERR_NO_MEMORY : ZX_OK;
}

zx_status_t zx_vmo_replace_as_executable(zx_handle_t vmo, zx_handle_t vmex, zx_handle_t* out) {
  EXPECT_EQ(kernel->handles.at(vmex).kind, "vmex");
  return zx_handle_replace(vmo, kernel->handles.at(vmo).rights | ZX_RIGHT_EXECUTE, out);
}

zx_status_t zx_vmar_allocate(zx_handle_t, zx_vm_option_t, size_t, size_t, zx_handle_t* child,
                             zx_vaddr_t* address) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *address = kernel->NewBase();
  *child = kernel->New("vmar", 0xfff, *address);
  return ZX_OK;
}

zx_status_t zx_vmar_map(zx_handle_t vmar, zx_vm_option_t options, size_t offset, zx_handle_t vmo,
                        uint64_t vmo_offset, size_t size, zx_vaddr_t* address) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  const bool is_specific = (options & ZX_VM_SPECIFIC) != 0;
  *address = is_specific ? kernel->handles.at(vmar).base + offset : kernel->NewBase();
  kernel->mappings.push_back({options, *address, size, kernel->handles.at(vmo).rights, vmo_offset});
  return ZX_OK;
}

zx_status_t zx_channel_create(uint32_t, zx_handle_t* out0, zx_handle_t* out1) {
  if (kernel->Fails()) return ZX_ERR_NO_MEMORY;
  *out0 = kernel->New("channel");
  *out1 = kernel->New("channel");
  return ZX_OK;
}

zx_status_t zx_channel_write(zx_handle_t, uint32_t, const void* bytes, uint32_t size,
                             const zx_handle_t* handles, uint32_t count) {
  const auto* data = static_cast<const std::byte*>(bytes);
  kernel->message.assign(data, data + size);
  for (uint32_t i = 0; i < count; ++i) {
    kernel->sent.push_back(kernel->handles.at(handles[i]).kind);
    kernel->handles.erase(handles[i]);
  }
  return kernel->Fails() ? ZX_ERR_NO_MEMORY : ZX_OK;
}

}  // extern "C"
