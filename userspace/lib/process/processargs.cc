// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/process/processargs.h"

#include <algorithm>
#include <cstring>

namespace sirocco::process {
namespace {

/// Appends to a buffer and remembers once that it was too small.
class Writer {
 public:
  explicit Writer(std::span<std::byte> buffer) : buffer_(buffer) {}

  void Put(const void* data, size_t size) {
    if (size > buffer_.size() - used_) is_full_ = true;
    if (is_full_ || size == 0) return;
    std::memcpy(buffer_.data() + used_, data, size);
    used_ += size;
  }

  uint32_t used() const { return static_cast<uint32_t>(used_); }
  bool is_full() const { return is_full_; }

 private:
  std::span<std::byte> buffer_;
  size_t used_ = 0;
  bool is_full_ = false;
};

struct Table {
  uint32_t offset;
  uint32_t count;
};

zx_status_t PutStrings(Writer& writer, Strings strings, Table& table) {
  table = {writer.used(), static_cast<uint32_t>(strings.size())};
  for (std::string_view string : strings) {
    if (string.find('\0') != string.npos) return ZX_ERR_INVALID_ARGS;
    writer.Put(string.data(), string.size());
    writer.Put("", 1);
  }
  return ZX_OK;
}

bool TakeStrings(std::span<const std::byte> bytes, uint32_t offset, uint32_t count,
                 StringTable& table) {
  if (count == 0) return true;
  if (offset > bytes.size()) return false;
  const std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + offset,
                              bytes.size() - offset);
  if (static_cast<size_t>(std::ranges::count(rest, '\0')) < count) return false;
  table = StringTable(rest, count);
  return true;
}

}  // namespace

zx_status_t WriteMessage(const Contents& contents, std::span<std::byte> buffer, size_t& size) {
  Writer writer(buffer);
  zx_proc_args_t header = {};
  header.protocol = ZX_PROCARGS_PROTOCOL;
  header.version = ZX_PROCARGS_VERSION;
  writer.Put(&header, sizeof(header));
  header.handle_info_off = writer.used();
  writer.Put(contents.handle_infos.data(), contents.handle_infos.size_bytes());

  const Strings strings[3] = {contents.args, contents.environment, contents.names};
  Table tables[3] = {};
  for (size_t i = 0; i < 3; ++i) {
    const zx_status_t status = PutStrings(writer, strings[i], tables[i]);
    if (status != ZX_OK) return status;
  }
  if (writer.is_full()) return ZX_ERR_BUFFER_TOO_SMALL;
  header.args_off = tables[0].offset;
  header.args_num = tables[0].count;
  header.environ_off = tables[1].offset;
  header.environ_num = tables[1].count;
  header.names_off = tables[2].offset;
  header.names_num = tables[2].count;
  std::memcpy(buffer.data(), &header, sizeof(header));
  size = writer.used();
  return ZX_OK;
}

bool StringTable::Next(std::string_view& string) {
  if (left_ == 0) return false;
  --left_;
  string = rest_.substr(0, rest_.find('\0'));
  rest_.remove_prefix(string.size() + 1);
  return true;
}

zx_status_t Message::Parse(std::span<const std::byte> bytes, size_t handle_count,
                           Message& message) {
  zx_proc_args_t header;
  if (bytes.size() < sizeof(header)) return ZX_ERR_INVALID_ARGS;
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.protocol != ZX_PROCARGS_PROTOCOL || header.version != ZX_PROCARGS_VERSION) {
    return ZX_ERR_INVALID_ARGS;
  }
  if (header.handle_info_off % sizeof(uint32_t) != 0 || header.handle_info_off > bytes.size() ||
      handle_count > (bytes.size() - header.handle_info_off) / sizeof(uint32_t)) {
    return ZX_ERR_INVALID_ARGS;
  }
  Message parsed;
  parsed.handle_infos_ = {reinterpret_cast<const uint32_t*>(bytes.data() + header.handle_info_off),
                          handle_count};
  if (!TakeStrings(bytes, header.args_off, header.args_num, parsed.args_) ||
      !TakeStrings(bytes, header.environ_off, header.environ_num, parsed.environment_) ||
      !TakeStrings(bytes, header.names_off, header.names_num, parsed.names_)) {
    return ZX_ERR_INVALID_ARGS;
  }
  message = parsed;
  return ZX_OK;
}

}  // namespace sirocco::process
