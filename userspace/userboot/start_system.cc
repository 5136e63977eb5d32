// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/userboot/start_system.h"

#include <lib/zx/channel.h>
#include <lib/zx/debuglog.h>
#include <lib/zx/interrupt.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/resource.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/processargs.h>

#include "userspace/apps/shell/startup.h"
#include "userspace/drivers/serial/startup.h"
#include "userspace/lib/archive/archive.h"
#include "userspace/lib/process/launch.h"
#include "userspace/userboot/device_tree.h"
#include "userspace/userboot/log.h"

namespace sirocco::userboot {
namespace {

using process::StartupHandle;

constexpr uint64_t kPageSize = 4096;
constexpr char kSerialModel[] = "ns16550a";
// Where QEMU's virt machine has its serial port, for a kernel that gives no device tree.
constexpr Device kVirtSerial = {0x10000000, 0x100, 10};
constexpr size_t kMaxEnvironment = 32;

zx_status_t Failed(std::string_view what, zx_status_t status) {
  Log(Line() << "userboot: " << what << " failed with status " << status);
  return status;
}

zx_status_t MapWhole(const zx::vmar& vmar, const zx::vmo& vmo, std::span<const std::byte>& bytes) {
  uint64_t size = 0;
  zx_status_t status = vmo.get_size(&size);
  if (status != ZX_OK) return status;
  zx_vaddr_t address = 0;
  status = vmar.map(ZX_VM_PERM_READ, 0, vmo, 0, size, &address);
  if (status == ZX_OK) bytes = {reinterpret_cast<const std::byte*>(address), size};
  return status;
}

/// For a bootstrap message; none if it cannot be had, which the receiver notices.
template <typename T>
zx_handle_t Duplicate(const T& handle) {
  T copy;
  const zx_status_t status = handle.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy);
  return status == ZX_OK ? copy.release() : ZX_HANDLE_INVALID;
}

Device SerialDevice(const Bootstrap& bootstrap) {
  std::span<const std::byte> tree;
  Device device;
  if (bootstrap.device_tree.is_valid() &&
      MapWhole(bootstrap.vmar, bootstrap.device_tree, tree) == ZX_OK &&
      FindDevice(tree, kSerialModel, device)) {
    return device;
  }
  Log(Line() << "userboot: no serial port in the device tree; trying the usual place");
  return kVirtSerial;
}

class Starter {
 public:
  Starter(const Bootstrap& bootstrap, System& system) : bootstrap_(bootstrap), system_(system) {}

  zx_status_t Run() {
    zx_status_t status = MapWhole(bootstrap_.vmar, bootstrap_.archive, archive_);
    if (status != ZX_OK) return Failed("mapping the boot archive", status);
    status = zx::resource::create(bootstrap_.system, ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE,
                                  1, "vmex", 4, &vmex_);
    if (status != ZX_OK) return Failed("making the VMEX resource", status);
    status = zx::channel::create(0, &console_, &console_server_);
    if (status != ZX_OK) return Failed("making the console's channel", status);
    status = StartSerial();
    return status == ZX_OK ? StartShell() : status;
  }

 private:
  zx_status_t MakeJob(std::string_view name, zx::job& job) {
    zx_status_t status = zx::job::create(bootstrap_.root_job, 0, &job);
    if (status == ZX_OK) status = job.set_property(ZX_PROP_NAME, name.data(), name.size());
    return status == ZX_OK ? ZX_OK : Failed("making a job", status);
  }

  /// Standard output and error of a driver: what it prints goes to the debug log.
  StartupHandle DriverOutput() {
    zx::debuglog log;
    const zx_status_t status = zx::debuglog::create(bootstrap_.system, 0, &log);
    if (status != ZX_OK) Failed("opening the debug log", status);
    return {PA_HND(PA_FD, 1 | PA_FD_STDIO_FLAG), log.release()};
  }

  /// What a driver reaches its device by, and nothing else: its registers and its interrupt.
  zx_status_t OpenDevice(const Device& device, zx::vmo& registers, zx::interrupt& interrupt) {
    // A driver is given pages, and its registers at the start of them.
    if (device.address % kPageSize != 0 || device.size > kPageSize) {
      return Failed("placing a device's registers", ZX_ERR_NOT_SUPPORTED);
    }
    zx_status_t status =
        zx::vmo::create_physical(bootstrap_.mmio, device.address, kPageSize, &registers);
    if (status == ZX_OK) status = registers.set_cache_policy(ZX_CACHE_POLICY_UNCACHED_DEVICE);
    if (status != ZX_OK) return Failed("making a device's VMO", status);
    status =
        zx::interrupt::create(bootstrap_.irq, device.irq, ZX_INTERRUPT_MODE_LEVEL_HIGH, &interrupt);
    return status == ZX_OK ? ZX_OK : Failed("making a device's interrupt", status);
  }

  zx_status_t StartSerial() {
    zx_status_t status = MakeJob("drivers", system_.drivers_job);
    if (status != ZX_OK) return status;
    zx::vmo registers;
    zx::interrupt interrupt;
    status = OpenDevice(SerialDevice(bootstrap_), registers, interrupt);
    if (status != ZX_OK) return status;
    const StartupHandle handles[] = {
        {serial::kRegisters, registers.release()},
        {serial::kInterrupt, interrupt.release()},
        {serial::kConsole, console_server_.release()},
        DriverOutput(),
    };
    return Launch("serial", "bin/serial", system_.drivers_job, handles, {}, system_.serial);
  }

  zx_status_t StartShell() {
    const zx_status_t status = MakeJob("apps", system_.apps_job);
    if (status != ZX_OK) return status;
    std::string_view environment[kMaxEnvironment];
    size_t count = 0;
    process::StringTable words = bootstrap_.environment;
    while (count < kMaxEnvironment && words.Next(environment[count])) ++count;
    const StartupHandle handles[] = {
        {shell::kConsole, console_.release()},
        {shell::kRootJob, Duplicate(bootstrap_.root_job)},
        {PA_HND(PA_JOB_DEFAULT, 0), Duplicate(system_.apps_job)},
        {PA_HND(PA_VMO_BOOTDATA, 0), Duplicate(bootstrap_.archive)},
        {PA_HND(PA_SYSTEM_RESOURCE, 0), Duplicate(bootstrap_.system)},
    };
    return Launch("shell", "bin/shell", system_.apps_job, handles, {environment, count},
                  system_.shell);
  }

  zx_status_t Launch(std::string_view name, std::string_view path, const zx::job& job,
                     std::span<const StartupHandle> handles, process::Strings environment,
                     zx::process& process) {
    archive::Entry entry;
    const bool is_found = archive::Find(archive_, path, entry);
    // With no image the launcher only closes the handles, as it must here.
    process::Outcome outcome = process::Launch({.job = job.get(),
                                                .name = name,
                                                .image = entry.data,
                                                .vdso = bootstrap_.vdso.get(),
                                                .vmex = vmex_.get(),
                                                .args = {&name, 1},
                                                .environment = environment,
                                                .handles = handles});
    if (outcome.status == ZX_OK) {
      process = std::move(outcome.process);
      return ZX_OK;
    }
    const std::string_view step = is_found ? outcome.step : "finding it in the boot archive";
    Log(Line() << "userboot: cannot start " << path << ": " << step << " failed with status "
               << outcome.status);
    return outcome.status;
  }

  const Bootstrap& bootstrap_;
  System& system_;
  std::span<const std::byte> archive_;
  zx::resource vmex_;
  zx::channel console_;
  zx::channel console_server_;
};

}  // namespace

zx_status_t StartSystem(const Bootstrap& bootstrap, System& system) {
  return Starter(bootstrap, system).Run();
}

}  // namespace sirocco::userboot
