// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/format.h"

namespace sirocco::internal {

namespace {

void Pad(FormatSink& sink, char fill, size_t count) {
  for (; count > 0; --count) sink.Write(std::string_view(&fill, 1));
}

void PrintText(FormatSink& sink, const FormatSpec& spec, std::string_view text) {
  const size_t padding = text.size() < spec.width ? spec.width - text.size() : 0;
  if (spec.align == '>') Pad(sink, ' ', padding);
  sink.Write(text);
  if (spec.align != '>') Pad(sink, ' ', padding);
}

void PrintNumber(FormatSink& sink, const FormatSpec& spec, uint64_t value, bool is_negative) {
  const bool is_hex = spec.type == 'x' || spec.type == 'X';
  const char* const digits = spec.type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  const uint64_t base = is_hex ? 16 : 10;
  char buffer[24];
  size_t at = sizeof(buffer);
  do {
    buffer[--at] = digits[value % base];
    value /= base;
  } while (value != 0);

  char prefix[3];
  size_t prefix_size = 0;
  if (is_negative) prefix[prefix_size++] = '-';
  if (is_hex && spec.has_prefix) {
    prefix[prefix_size++] = '0';
    prefix[prefix_size++] = 'x';
  }
  const size_t size = prefix_size + sizeof(buffer) - at;
  const size_t padding = size < spec.width ? spec.width - size : 0;
  const bool is_zero_padded = spec.is_zero_padded && spec.align == 0;
  if (!is_zero_padded && spec.align != '<') Pad(sink, ' ', padding);
  sink.Write(std::string_view(prefix, prefix_size));
  if (is_zero_padded) Pad(sink, '0', padding);
  sink.Write(std::string_view(buffer + at, sizeof(buffer) - at));
  if (spec.align == '<') Pad(sink, ' ', padding);
}

void PrintArgument(FormatSink& sink, FormatSpec spec, const FormatArgument& argument) {
  const uint64_t number = argument.number();
  switch (argument.kind()) {
    case FormatArgument::Kind::kUnsigned:
      if (spec.type != 'c') return PrintNumber(sink, spec, number, false);
      [[fallthrough]];
    case FormatArgument::Kind::kChar: {
      const char c = static_cast<char>(number);
      return PrintText(sink, spec, std::string_view(&c, 1));
    }
    case FormatArgument::Kind::kSigned: {
      const bool is_negative = static_cast<int64_t>(number) < 0;
      return PrintNumber(sink, spec, is_negative ? -number : number, is_negative);
    }
    case FormatArgument::Kind::kBool:
      return PrintText(sink, spec, number != 0 ? "true" : "false");
    case FormatArgument::Kind::kString:
      return PrintText(sink, spec, argument.text());
    case FormatArgument::Kind::kPointer:
      spec.type = 'x';
      spec.has_prefix = true;
      return PrintNumber(sink, spec, number, false);
    case FormatArgument::Kind::kCustom:
      return argument.FormatTo(sink);
  }
}

}  // namespace

// The string was checked when it was compiled: every brace is doubled or a whole spec.
void PrintArguments(FormatSink& sink, std::string_view format, const FormatArgument* arguments) {
  size_t begin = 0;
  for (size_t at = 0; at < format.size();) {
    const char c = format[at];
    if (c != '{' && c != '}') {
      ++at;
      continue;
    }
    sink.Write(std::string_view(format.data() + begin, at - begin));
    ++at;
    if (format[at] == c) {
      begin = at++;  // The second brace is text.
      continue;
    }
    FormatSpec spec;
    ParseSpec(format, at, spec);
    PrintArgument(sink, spec, *arguments++);
    begin = at;
  }
  sink.Write(std::string_view(format.data() + begin, format.size() - begin));
}

}  // namespace sirocco::internal
