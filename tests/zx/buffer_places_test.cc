// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Messages and packets with their buffers anywhere: whole in a page, over the end of one, missing,
// or not the program's to write. The place changes nothing of what arrives, and what is refused is
// not lost.

#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/places.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint32_t kGuard = 8;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;

Memory sent;
Memory received;
Memory counts;

void Fill(uint8_t* bytes, uint32_t size, uint8_t seed) {
  for (uint32_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(seed + i * 7 + i / 251);
}

// A page of its own, mapped with `options`, which is there if it may be written.
zx_vaddr_t MapPage(zx_vm_option_t options, zx_handle_t* vmo) {
  *vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  EXPECT_EQ(zx_vmar_map(zx_vmar_root_self(), options, 0, *vmo, 0, kPage, &address), ZX_OK);
  if ((options & ZX_VM_PERM_WRITE) != 0) Store(address, 1);
  return address;
}

// One message, from and to these places: it arrives, with its counts, and nothing around it
// changes.
void ExpectMessage(const Pair& ends, uint32_t size, uint32_t from, uint32_t to, uint32_t room) {
  Fill(sent.At(from), size, static_cast<uint8_t>(size));
  std::memset(received.bytes, kUntouched, sizeof(received.bytes));
  uint32_t actual_bytes = 99;
  uint32_t actual_handles = 99;
  ASSERT_EQ(zx_channel_write(ends.first, 0, sent.At(from), size, nullptr, 0), ZX_OK) << size;
  ASSERT_EQ(zx_channel_read(ends.second, 0, received.At(to), nullptr, room, 0, &actual_bytes,
                            &actual_handles),
            ZX_OK)
      << size;
  EXPECT_EQ(actual_bytes, size);
  EXPECT_EQ(actual_handles, 0u);
  EXPECT_EQ(std::memcmp(sent.At(from), received.At(to), size), 0) << size;
  for (uint32_t i = 0; i < kGuard; ++i) {
    EXPECT_EQ(received.At(to)[size + i], kUntouched) << size;
    EXPECT_EQ(*(received.At(to) - 1 - i), kUntouched) << size;
  }
}

TEST(BufferPlacesTest, AMessageOfEverySizeArrivesFromAndAtEveryPlace) {
  const Pair ends = MakeChannel();
  // The longest that is one block with its head, and its neighbours, are among them.
  const uint32_t sizes[] = {0,  1,  7,   8,   9,    31,   32,   33,   63,   64,   65,  71,
                            72, 95, 127, 128, 1000, 2000, 2016, 2023, 2024, 2025, 2048};
  for (const uint32_t size : sizes) {
    for (const uint32_t from : {size, size + 8, size + 3, size / 2, size - 1, kPage}) {
      if (from > kPage) continue;
      for (const uint32_t to : {size, size + 8, size + 5, size / 2, size - 1, kPage}) {
        if (to > kPage) continue;
        ExpectMessage(ends, size, from, to, size);
        ExpectMessage(ends, size, from, to, size + kGuard);
      }
    }
  }
}

// One message with its counts at these places in `memory`; 0: left out.
void ExpectCounts(const Pair& ends, Memory& memory, uint32_t to, uint32_t bytes_at,
                  uint32_t handles_at) {
  std::memset(memory.bytes, kUntouched, sizeof(memory.bytes));
  auto* const bytes = bytes_at == 0 ? nullptr : memory.At<uint32_t>(bytes_at);
  auto* const handles = handles_at == 0 ? nullptr : memory.At<uint32_t>(handles_at);
  ASSERT_EQ(zx_channel_write(ends.first, 0, "sirocco", 7, nullptr, 0), ZX_OK);
  ASSERT_EQ(zx_channel_read(ends.second, 0, received.At(to), nullptr, 64, 0, bytes, handles),
            ZX_OK);
  EXPECT_EQ(std::memcmp(received.At(to), "sirocco", 7), 0);
  if (bytes != nullptr) {
    EXPECT_EQ(LoadCount(bytes), 7u) << bytes_at << " " << handles_at;
  }
  if (handles != nullptr) {
    EXPECT_EQ(LoadCount(handles), 0u) << bytes_at << " " << handles_at;
  }
}

TEST(BufferPlacesTest, TheCountsMayLieAnywhereAndEitherMayBeLeftOut) {
  const Pair ends = MakeChannel();
  for (const uint32_t to : {64u, 40u, kPage}) {
    for (const uint32_t bytes_at : {0u, 2u, 4u, 100u, kPage - 8, kPage + 4, kPage + 8}) {
      for (const uint32_t handles_at : {0u, 8u, 13u, 104u, kPage - 12, kPage + 12}) {
        // In pages of their own, or in those of the bytes.
        ExpectCounts(ends, counts, to, bytes_at, handles_at);
        ExpectCounts(ends, received, to, bytes_at, handles_at);
      }
    }
  }
}

TEST(BufferPlacesTest, AMessageOfNoBytesNeedsNoBuffer) {
  const Pair ends = MakeChannel();
  for (auto* const buffer : {static_cast<uint8_t*>(nullptr), received.At(8)}) {
    uint32_t actual_bytes = 99;
    EXPECT_EQ(zx_channel_write(ends.first, 0, buffer, 0, nullptr, 0), ZX_OK);
    EXPECT_EQ(zx_channel_read(ends.second, 0, buffer, nullptr, 0, 0, &actual_bytes, nullptr),
              ZX_OK);
    EXPECT_EQ(actual_bytes, 0u);
  }
}

TEST(BufferPlacesTest, PagesThatAreMissingAreBroughtInFirst) {
  const Pair ends = MakeChannel();
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  zx_vaddr_t fresh[4] = {};
  for (zx_vaddr_t& address : fresh) {
    vmo = MakeVmo(kPage);
    ASSERT_EQ(zx_vmar_map(zx_vmar_root_self(), kReadWrite, 0, vmo, 0, kPage, &address), ZX_OK);
  }
  EXPECT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(fresh[0]), 64, nullptr, 0), ZX_OK);
  EXPECT_EQ(zx_channel_read(ends.second, 0, Pointer<void>(fresh[1]), nullptr, 64, 0,
                            Pointer<uint32_t>(fresh[2]), Pointer<uint32_t>(fresh[3])),
            ZX_OK);
  EXPECT_EQ(Load(fresh[1]), 0u);
  EXPECT_EQ(Load(fresh[2]), 64u);
  EXPECT_EQ(Load(fresh[3]), 0u);
}

TEST(BufferPlacesTest, WhereTheProgramMayOnlyReadNothingIsWrittenAndTheMessageStays) {
  const Pair ends = MakeChannel();
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  const zx_vaddr_t page = MapPage(ZX_VM_PERM_READ, &vmo);
  EXPECT_EQ(Load(page), 0u);
  // It can be written from.
  EXPECT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(page), 16, nullptr, 0), ZX_OK);
  auto* const count = Pointer<uint32_t>(page + 64);
  uint8_t bytes[16];
  const auto read = [&](void* to, uint32_t* actual_bytes, uint32_t* actual_handles) {
    return zx_channel_read(ends.second, 0, to, nullptr, 16, 0, actual_bytes, actual_handles);
  };
  EXPECT_EQ(read(Pointer<void>(page), nullptr, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(read(bytes, count, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(read(bytes, nullptr, count), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_READABLE | ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(Load(page), 0u);
  EXPECT_EQ(Load(page + 64), 0u);
  EXPECT_EQ(read(bytes, nullptr, nullptr), ZX_OK);
  // A port's packet as well.
  const zx_handle_t port = MakePort();
  auto* const packet = Pointer<zx_port_packet_t>(page);
  EXPECT_EQ(zx_port_queue(port, packet), ZX_OK);
  EXPECT_EQ(zx_port_wait(port, 0, packet), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Load(page), 0u);
  zx_port_packet_t taken = {};
  taken.key = 9;
  EXPECT_EQ(zx_port_wait(port, 0, &taken), ZX_OK);
  EXPECT_EQ(taken.key, 0u);
}

TEST(BufferPlacesTest, APageThatWasABufferIsLookedUpAnewWhenItWasTakenAway) {
  const zx_handle_t port = MakePort();
  zx_port_packet_t sent_packet = {};
  const auto queue = [&](uint64_t key) {
    sent_packet.key = key;
    EXPECT_EQ(zx_port_queue(port, &sent_packet), ZX_OK);
  };
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_vaddr_t page = 0;
  ASSERT_EQ(zx_vmar_allocate(zx_vmar_root_self(),
                             ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                             kPage, &vmar, &page),
            ZX_OK);
  const auto map = [&](zx_handle_t vmo) {
    zx_vaddr_t address = 0;
    ASSERT_EQ(zx_vmar_map(vmar, kReadWrite | ZX_VM_SPECIFIC, 0, vmo, 0, kPage, &address), ZX_OK);
    ASSERT_EQ(address, page);
  };
  const zx_handle_t first = MakeVmo(kPage);
  map(first);
  auto* const packet = Pointer<zx_port_packet_t>(page);
  const auto wait = [&] { return zx_port_wait(port, 0, packet); };
  const auto key_in = [](zx_handle_t vmo) {
    uint64_t key = 0;
    EXPECT_EQ(zx_vmo_read(vmo, &key, 0, sizeof(key)), ZX_OK);
    return key;
  };
  queue(1);
  EXPECT_EQ(wait(), ZX_OK);
  EXPECT_EQ(key_in(first), 1u);
  // Its frame goes: what is stored then is in the new one.
  EXPECT_EQ(zx_vmo_op_range(first, ZX_VMO_OP_DECOMMIT, 0, kPage, nullptr, 0), ZX_OK);
  EXPECT_EQ(key_in(first), 0u);
  queue(2);
  EXPECT_EQ(wait(), ZX_OK);
  EXPECT_EQ(key_in(first), 2u);
  // It may no longer be written.
  EXPECT_EQ(zx_vmar_protect(vmar, ZX_VM_PERM_READ, page, kPage), ZX_OK);
  queue(3);
  EXPECT_EQ(wait(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_port_queue(port, packet), ZX_OK);  // Nor need it be for this.
  // It goes.
  EXPECT_EQ(zx_vmar_unmap(vmar, page, kPage), ZX_OK);
  EXPECT_EQ(wait(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_port_queue(port, packet), ZX_ERR_INVALID_ARGS);
  // Another one comes.
  const zx_handle_t second = MakeVmo(kPage);
  map(second);
  EXPECT_EQ(wait(), ZX_OK);
  EXPECT_EQ(key_in(second), 3u);
  EXPECT_EQ(key_in(first), 2u);
}

TEST(BufferPlacesTest, TheEndsOfTheAddressSpaceAreNobodysBuffers) {
  const Pair ends = MakeChannel();
  const zx_handle_t port = MakePort();
  uint8_t bytes[64] = {};
  zx_port_packet_t own = {};
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, sizeof(bytes), nullptr, 0), ZX_OK);
  EXPECT_EQ(zx_port_queue(port, &own), ZX_OK);
  for (const uint64_t page : {uint64_t{0}, uint64_t{0x4000000000} - kPage, uint64_t{0x4000000000},
                              ~uint64_t{kPage - 1}}) {
    for (const uint64_t offset : {0, 16, 4000, 4032, 4064, 4092}) {
      const uint64_t address = page + offset;
      auto* const count = Pointer<uint32_t>(address);
      auto* const packet = Pointer<zx_port_packet_t>(address);
      EXPECT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(address), 64, nullptr, 0),
                ZX_ERR_INVALID_ARGS)
          << address;
      EXPECT_EQ(
          zx_channel_read(ends.second, 0, Pointer<void>(address), nullptr, 64, 0, nullptr, nullptr),
          ZX_ERR_INVALID_ARGS)
          << address;
      EXPECT_EQ(zx_port_queue(port, packet), ZX_ERR_INVALID_ARGS) << address;
      EXPECT_EQ(zx_port_wait(port, 0, packet), ZX_ERR_INVALID_ARGS) << address;
      if (address == 0) continue;  // No count wanted.
      EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, count, nullptr),
                ZX_ERR_INVALID_ARGS)
          << address;
      EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, count),
                ZX_ERR_INVALID_ARGS)
          << address;
    }
  }
  EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr),
            ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(zx_port_wait(port, 0, &own), ZX_OK);
  EXPECT_EQ(zx_port_wait(port, 0, &own), ZX_ERR_TIMED_OUT);
}

// What the kernel remembers of a page is of that page alone: no address that looks like it in some
// bits leads there.
TEST(BufferPlacesTest, AnAddressThatDiffersInOneBitIsAnotherOne) {
  const Pair ends = MakeChannel();
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  const zx_vaddr_t page = MapPage(kReadWrite, &vmo);
  static uint8_t content[kPage];
  std::memset(content, 7, kPage);
  ASSERT_EQ(zx_vmo_write(vmo, content, 0, kPage), ZX_OK);
  zx_vaddr_t read_only = 0;
  ASSERT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, kPage, &read_only), ZX_OK);
  uint8_t bytes[64] = {};
  for (const zx_vaddr_t known : {page, read_only}) {
    for (int bit = 38; bit < 64; ++bit) {  // Outside of the user's part.
      const uint64_t other = known ^ uint64_t { 1 } << bit;
      // Known by now.
      ASSERT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(known), 64, nullptr, 0), ZX_OK);
      ASSERT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr), ZX_OK);
      EXPECT_EQ(bytes[0], 7);
      EXPECT_NE(zx_channel_write(ends.first, 0, Pointer<void>(other), 64, nullptr, 0), ZX_OK)
          << bit;
      ASSERT_EQ(zx_channel_write(ends.first, 0, "sirocco", 8, nullptr, 0), ZX_OK);
      ASSERT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(known), 64, nullptr, 0), ZX_OK);
      EXPECT_EQ(
          zx_channel_read(ends.second, 0, Pointer<void>(other), nullptr, 64, 0, nullptr, nullptr),
          ZX_ERR_INVALID_ARGS)
          << bit;
      ASSERT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr), ZX_OK);
      ASSERT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr), ZX_OK);
    }
    EXPECT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(known), 64, nullptr, 0), ZX_OK);
    EXPECT_EQ(
        zx_channel_read(ends.second, 0, Pointer<void>(read_only), nullptr, 64, 0, nullptr, nullptr),
        ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, 64, 0, nullptr, nullptr), ZX_OK);
  }
  EXPECT_EQ(zx_vmo_read(vmo, content, 0, kPage), ZX_OK);
  for (const uint8_t byte : content) EXPECT_EQ(byte, 7);
}

// A thread whose first call names such an address, when nothing is known yet.
TEST(BufferPlacesTest, TheFirstAddressOfAThreadMayBeAny) {
  for (const uint64_t address :
       {uint64_t{0}, uint64_t{64}, ~uint64_t{0} - 63, ~uint64_t{kPage - 1}, uint64_t{1} << 63,
        (uint64_t{1} << 63) - 64, uint64_t{0x4000000000}}) {
    const zx_handle_t thread = StartThread(
        [](uint64_t first) {
          const Pair ends = MakeChannel();
          EXPECT_EQ(zx_channel_write(ends.first, 0, Pointer<void>(first), 64, nullptr, 0),
                    ZX_ERR_INVALID_ARGS)
              << first;
          EXPECT_EQ(zx_channel_write(ends.first, 0, "sirocco", 8, nullptr, 0), ZX_OK);
          EXPECT_EQ(zx_channel_read(ends.second, 0, Pointer<void>(first), nullptr, 64, 0, nullptr,
                                    nullptr),
                    ZX_ERR_INVALID_ARGS)
              << first;
        },
        address);
    AwaitEnd(thread);
  }
}

TEST(BufferPlacesTest, AMessageWithHandlesAndOneWithoutComeInTheirOrder) {
  const Pair ends = MakeChannel();
  for (uint32_t i = 0; i < 4; ++i) {
    const zx_handle_t event = MakeEvent();
    EXPECT_EQ(zx_channel_write(ends.first, 0, &i, sizeof(i), &event, i % 2), ZX_OK);
  }
  for (uint32_t i = 0; i < 4; ++i) {
    uint32_t number = 99;
    uint32_t handle_count = 99;
    zx_handle_t event = ZX_HANDLE_INVALID;
    if (i % 2 == 1) {
      EXPECT_EQ(zx_channel_read(ends.second, 0, &number, nullptr, sizeof(number), 0, nullptr,
                                &handle_count),
                ZX_ERR_BUFFER_TOO_SMALL);
      EXPECT_EQ(handle_count, 1u);
    }
    EXPECT_EQ(
        zx_channel_read(ends.second, 0, &number, &event, sizeof(number), 1, nullptr, &handle_count),
        ZX_OK);
    EXPECT_EQ(number, i);
    EXPECT_EQ(handle_count, i % 2);
    EXPECT_EQ(IsValid(event), i % 2 == 1);
  }
}

// A packet whose every byte tells its place.
zx_port_packet_t MakePacket(uint8_t seed) {
  zx_port_packet_t packet;
  Fill(reinterpret_cast<uint8_t*>(&packet), sizeof(packet), seed);
  return packet;
}

void ExpectPacket(const void* from, uint8_t seed) {
  zx_port_packet_t expected = MakePacket(seed);
  expected.type = ZX_PKT_TYPE_USER;
  EXPECT_EQ(std::memcmp(from, &expected, sizeof(expected)), 0);
}

TEST(BufferPlacesTest, APacketIsTheSameFromAndAtEveryPlace) {
  const zx_handle_t port = MakePort();
  constexpr uint32_t kSize = sizeof(zx_port_packet_t);
  for (const uint32_t from : {kSize, kSize + 8, kSize + 3, kSize - 1, 24u, 17u, 1u}) {
    for (const uint32_t to : {kSize, kSize + 8, kSize + 5, kSize - 1, 24u, 19u, 1u}) {
      const auto seed = static_cast<uint8_t>(from + to);
      const zx_port_packet_t packet = MakePacket(seed);
      std::memcpy(sent.At(from), &packet, kSize);
      std::memset(received.bytes, kUntouched, sizeof(received.bytes));
      EXPECT_EQ(zx_port_queue(port, sent.At<zx_port_packet_t>(from)), ZX_OK);
      EXPECT_EQ(zx_port_wait(port, 0, received.At<zx_port_packet_t>(to)), ZX_OK);
      ExpectPacket(received.At(to), seed);
      for (uint32_t i = 0; i < kGuard; ++i) {
        EXPECT_EQ(received.At(to)[kSize + i], kUntouched);
        EXPECT_EQ(*(received.At(to) - 1 - i), kUntouched);
      }
      // What the sender has is his.
      EXPECT_EQ(std::memcmp(sent.At(from), &packet, kSize), 0);
    }
  }
}

zx_handle_t waited_port;

TEST(BufferPlacesTest, AWaiterGetsItsPacketAtEveryPlaceAsWell) {
  waited_port = MakePort();
  for (const uint32_t to : {48u, 56u, 53u, 24u, 19u}) {
    const zx_handle_t thread = StartThread(
        [](uint64_t place) {
          EXPECT_EQ(zx_port_wait(waited_port, ZX_TIME_INFINITE,
                                 received.At<zx_port_packet_t>(static_cast<uint32_t>(place))),
                    ZX_OK);
        },
        to);
    AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_PORT);
    const zx_port_packet_t packet = MakePacket(static_cast<uint8_t>(to));
    EXPECT_EQ(zx_port_queue(waited_port, &packet), ZX_OK);
    AwaitEnd(thread);
    ExpectPacket(received.At(to), static_cast<uint8_t>(to));
  }
}

TEST(BufferPlacesTest, AWaiterWhoseBufferWentGetsAnErrorAndTheNextOneItsPacket) {
  waited_port = MakePort();
  static zx_status_t status;
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  const zx_vaddr_t page = MapPage(kReadWrite, &vmo);
  const zx_handle_t thread = StartThread(
      [](uint64_t address) {
        status = zx_port_wait(waited_port, ZX_TIME_INFINITE, Pointer<zx_port_packet_t>(address));
      },
      page);
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_PORT);
  ASSERT_EQ(zx_vmar_unmap(zx_vmar_root_self(), page, kPage), ZX_OK);
  for (const uint8_t seed : {1, 2}) {
    const zx_port_packet_t packet = MakePacket(seed);
    EXPECT_EQ(zx_port_queue(waited_port, &packet), ZX_OK);
  }
  AwaitEnd(thread);
  EXPECT_EQ(status, ZX_ERR_INVALID_ARGS);
  zx_port_packet_t next = {};
  EXPECT_EQ(zx_port_wait(waited_port, 0, &next), ZX_OK);
  ExpectPacket(&next, 2);
  uint64_t word = 0;
  EXPECT_EQ(zx_vmo_read(vmo, &word, 0, sizeof(word)), ZX_OK);
  EXPECT_EQ(word, 1u);
}

}  // namespace
}  // namespace sirocco::zxtest
