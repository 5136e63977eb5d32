// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/files.h"

#include <zircon/syscalls.h>

#include <algorithm>

#include "userspace/lib/archive/archive.h"

namespace sirocco::shell {
namespace {

constexpr std::string_view kBoot = "/boot";
constexpr std::string_view kTemporary = "/tmp";
constexpr uint64_t kSmallestCapacity = 64 * 1024;

// What follows `folder` in `path`, without slashes around it; nothing if `path` is not in it.
std::optional<std::string_view> Below(std::string_view folder, std::string_view path) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (!path.empty() && !path.starts_with('/')) return std::nullopt;
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::vector<FolderEntry> InArchive(std::span<const std::byte> archive, std::string_view folder) {
  const std::string prefix = folder.empty() ? "" : std::string(folder) + "/";
  std::map<std::string, bool> names;  // To whether it is a folder.
  archive::Reader reader(archive);
  archive::Entry entry;
  while (reader.Next(entry) == archive::Step::kEntry) {
    std::string_view name = archive::Canonical(entry.name);
    if (!entry.is_file() || !name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    const size_t slash = name.find('/');
    names[std::string(name.substr(0, slash))] |= slash != std::string_view::npos;
  }
  std::vector<FolderEntry> entries;
  for (const auto& [name, is_folder] : names) entries.push_back({name, is_folder});
  return entries;
}

class FileSink final : public Sink {
 public:
  explicit FileSink(std::shared_ptr<TempFile> file) : file_(std::move(file)) {}

  Task<bool> Write(std::string_view text) override { co_return file_->Append(text) == ZX_OK; }

 private:
  std::shared_ptr<TempFile> file_;
};

}  // namespace

zx_status_t TempFile::Truncate() {
  size_ = capacity_ = 0;
  return zx_vmo_create(0, ZX_VMO_RESIZABLE, vmo_.receive());
}

zx_status_t TempFile::Append(std::string_view text) {
  const uint64_t end = size_ + text.size();
  if (end > capacity_) {
    const uint64_t capacity = std::max({end, 2 * capacity_, kSmallestCapacity});
    const zx_status_t status = zx_vmo_set_size(vmo_.get(), capacity);
    if (status != ZX_OK) return status;
    capacity_ = capacity;
  }
  const zx_status_t status = zx_vmo_write(vmo_.get(), text.data(), size_, text.size());
  if (status == ZX_OK) size_ = end;
  return status;
}

std::string TempFile::Text() const {
  std::string text(size_, '\0');
  if (zx_vmo_read(vmo_.get(), text.data(), 0, size_) != ZX_OK) text.clear();
  return text;
}

std::optional<std::vector<FolderEntry>> Files::List(std::string_view path) const {
  if (path == "/") return std::vector<FolderEntry>{{"boot", true}, {"tmp", true}};
  std::vector<FolderEntry> entries;
  if (const auto below = Below(kTemporary, path)) {
    if (!below->empty()) return std::nullopt;
    for (const auto& [name, file] : temporary_) entries.push_back({name, false});
    return entries;
  }
  if (const auto below = Below(kBoot, path)) {
    entries = InArchive(archive_, *below);
    if (!entries.empty()) return entries;
  }
  return std::nullopt;
}

std::optional<std::string> Files::Text(std::string_view path) const {
  if (const auto below = Below(kTemporary, path)) {
    const auto found = temporary_.find(*below);
    if (found == temporary_.end()) return std::nullopt;
    return found->second->Text();
  }
  const auto bytes = BootFile(path);
  if (!bytes) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

std::optional<std::span<const std::byte>> Files::BootFile(std::string_view path) const {
  const auto below = Below(kBoot, path);
  archive::Entry entry;
  if (!below || !archive::Find(archive_, *below, entry)) return std::nullopt;
  return entry.data;
}

zx_status_t Files::Create(std::string_view path, std::shared_ptr<Sink>& sink) {
  const auto name = Below(kTemporary, path);
  const bool is_good =
      name && !name->empty() && name->find('/') == std::string_view::npos && !path.ends_with('/');
  if (!is_good) return ZX_ERR_ACCESS_DENIED;
  std::shared_ptr<TempFile>& file = temporary_[std::string(*name)];
  if (file == nullptr) file = std::make_shared<TempFile>();
  sink = std::make_shared<FileSink>(file);
  return file->Truncate();
}

}  // namespace sirocco::shell
