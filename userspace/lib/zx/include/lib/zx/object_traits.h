// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace zx {

class channel;
class event;
class eventpair;
class interrupt;
class job;
class port;
class process;
class thread;
class timer;
class vmar;
class vmo;

/// What the calls about any object can do with one of type T; for the others a method of object<T>
/// does not compile. object<void> may lead to anything.
template <typename T>
struct object_traits {
  static constexpr bool supports_duplication = true;
  static constexpr bool supports_get_child = false;
  static constexpr bool supports_user_signal = true;
  static constexpr bool supports_wait = true;
  static constexpr bool has_peer_handle = false;
};

template <>
struct object_traits<void> : object_traits<event> {
  static constexpr bool supports_get_child = true;
  static constexpr bool has_peer_handle = true;
};

template <>
struct object_traits<channel> : object_traits<event> {
  static constexpr bool supports_duplication = false;
  static constexpr bool has_peer_handle = true;
};

template <>
struct object_traits<eventpair> : object_traits<event> {
  static constexpr bool has_peer_handle = true;
};

template <>
struct object_traits<job> : object_traits<event> {
  static constexpr bool supports_get_child = true;
};

template <>
struct object_traits<process> : object_traits<event> {
  static constexpr bool supports_get_child = true;
};

template <>
struct object_traits<port> : object_traits<event> {
  static constexpr bool supports_user_signal = false;
  static constexpr bool supports_wait = false;
};

template <>
struct object_traits<vmar> : object_traits<port> {};

}  // namespace zx
