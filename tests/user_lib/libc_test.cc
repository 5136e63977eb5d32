// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// What the C library promises to programs of the system, which is what its standard does unless
// docs/caveats.md says otherwise.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/user_lib/usage.h"

using sirocco::user_lib::PrivateBytes;

namespace {

TEST(MallocTest, BlocksOfAllSizesAreDistinctAndKeepTheirContents) {
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  for (size_t i = 0; i < 2000; ++i) {
    const size_t size = 1 + i * i % 9973;
    auto* block = static_cast<unsigned char*>(malloc(size));
    ASSERT_NE(block, nullptr);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(block) % alignof(max_align_t), 0u);
    memset(block, static_cast<int>(i % 251), size);
    blocks.emplace_back(block, size);
    if (i % 3 == 2) {
      free(blocks[i / 3].first);
      blocks[i / 3].first = nullptr;
    }
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    const auto [block, size] = blocks[i];
    if (block == nullptr) continue;
    ASSERT_EQ(block[0], i % 251);
    ASSERT_EQ(block[size - 1], i % 251);
    free(block);
  }
}

TEST(MallocTest, ReallocKeepsTheContentsWhereverItMovesThem) {
  auto* block = static_cast<char*>(malloc(8));
  strcpy(block, "sirocco");
  for (size_t size = 16; size <= 1 << 20; size *= 2) {
    block = static_cast<char*>(realloc(block, size));
    ASSERT_NE(block, nullptr);
    ASSERT_STREQ(block, "sirocco");
  }
  free(block);
}

TEST(MallocTest, CallocIsZeroAlsoWhereMemoryWasUsedBefore) {
  for (int round = 0; round < 10; ++round) {
    auto* block = static_cast<unsigned char*>(calloc(100, 100));
    for (int i = 0; i < 10'000; ++i) ASSERT_EQ(block[i], 0);
    memset(block, 0xff, 10'000);
    free(block);
  }
}

TEST(MallocTest, AlignsAsAsked) {
  for (size_t alignment = 16; alignment <= 65536; alignment *= 2) {
    void* block = aligned_alloc(alignment, alignment);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % alignment, 0u);
    free(block);
  }
}

TEST(MallocTest, TooMuchIsNullAndEnomem) {
  errno = 0;
  volatile size_t too_much = SIZE_MAX / 4;
  EXPECT_EQ(malloc(too_much), nullptr);
  EXPECT_EQ(errno, ENOMEM);
}

TEST(MallocTest, LargeBlocksGoBackToTheSystem) {
  const size_t before = PrivateBytes();
  constexpr size_t kSize = 8 << 20;
  void* block = malloc(kSize);
  memset(block, 1, kSize);
  EXPECT_GE(PrivateBytes(), before + kSize);
  free(block);
  EXPECT_LT(PrivateBytes(), before + kSize / 8);
}

TEST(StdioTest, PrintsNumbersAsTheStandardSays) {
  std::array<char, 200> text;
  snprintf(text.data(), text.size(), "%d %+05d %x %#o %lu %lld %zu %c %s %%", -7, 42, 0xbeefu, 8u,
           1234567890123ul, LLONG_MIN, sizeof(text), 'x', "word");
  EXPECT_STREQ(text.data(), "-7 +0042 beef 010 1234567890123 -9223372036854775808 200 x word %");
  snprintf(text.data(), text.size(), "%.3f %e %g %a %Lf", 3.14159, 12345.678, 1e-10, 1.0, 2.5L);
  EXPECT_STREQ(text.data(), "3.142 1.234568e+04 1e-10 0x1p+0 2.500000");
}

TEST(StdioTest, ReportsTheLengthThatWouldHaveFitted) {
  std::array<char, 20> text;
  const volatile size_t size = 4;  // The compiler would warn.
  EXPECT_EQ(snprintf(text.data(), size, "%s", "sirocco"), 7);
  EXPECT_STREQ(text.data(), "sir");
}

TEST(StdioTest, ScansWhatItPrints) {
  int integer = 0;
  double number = 0;
  std::array<char, 20> word;
  EXPECT_EQ(sscanf("-12 0.125 desert", "%d %lf %19s", &integer, &number, word.data()), 3);
  EXPECT_EQ(integer, -12);
  EXPECT_EQ(number, 0.125);
  EXPECT_STREQ(word.data(), "desert");
}

TEST(StdioTest, AStreamMayBeMemory) {
  char* text = nullptr;
  size_t size = 0;
  FILE* stream = open_memstream(&text, &size);
  ASSERT_NE(stream, nullptr);
  for (int i = 0; i < 5; ++i) fprintf(stream, "%d,", i);
  fclose(stream);
  EXPECT_EQ(std::string(text, size), "0,1,2,3,4,");
  free(text);
}

TEST(StdioTest, TheThreeStreamsAreTheThreeDescriptors) {
  EXPECT_EQ(fileno(stdin), 0);
  EXPECT_EQ(fileno(stdout), 1);
  EXPECT_EQ(fileno(stderr), 2);
  EXPECT_EQ(write(1, "", 0), 0);
}

TEST(StdioTest, AClosedDescriptorIsEbadf) {
  EXPECT_EQ(write(77, "x", 1), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(FileTest, WhatIsNotThereIsEnoent) {
  EXPECT_EQ(fopen("/boot/nothing", "r"), nullptr);
  EXPECT_EQ(errno, ENOENT);
  struct stat status;
  EXPECT_EQ(stat("/nowhere", &status), -1);
  EXPECT_EQ(errno, ENOENT);
}

TEST(FileTest, NothingIsMadeOnAReadOnlySystem) {
  EXPECT_EQ(fopen("/boot/new", "w"), nullptr);
  EXPECT_EQ(errno, EROFS);
}

TEST(NumberTest, TextConvertsBothWays) {
  char* end = nullptr;
  EXPECT_EQ(strtol("0x7fffz", &end, 0), 0x7fff);
  EXPECT_STREQ(end, "z");
  EXPECT_EQ(strtod("1e308", nullptr), 1e308);
  errno = 0;
  EXPECT_EQ(strtol("99999999999999999999", nullptr, 10), LONG_MAX);
  EXPECT_EQ(errno, ERANGE);
}

TEST(NumberTest, DoublesSurviveATextOf17Digits) {
  for (double value : {0.1, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, -0.0}) {
    std::array<char, 40> text;
    snprintf(text.data(), text.size(), "%.17g", value);
    EXPECT_EQ(strtod(text.data(), nullptr), value) << text.data();
  }
}

TEST(SortTest, QsortOrdersAndBsearchFinds) {
  std::vector<int> numbers;
  for (int i = 0; i < 1000; ++i) numbers.push_back(i * 7919 % 1000);
  const auto compare = [](const void* a, const void* b) {
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  };
  qsort(numbers.data(), numbers.size(), sizeof(int), compare);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(numbers[static_cast<size_t>(i)], i);
  const int wanted = 400;
  EXPECT_EQ(bsearch(&wanted, numbers.data(), numbers.size(), sizeof(int), compare), &numbers[400]);
}

TEST(LocaleTest, IsCAndSpeaksUtf8) {
  EXPECT_STREQ(setlocale(LC_ALL, nullptr), "C");
  EXPECT_STREQ(localeconv()->decimal_point, ".");
  ASSERT_NE(setlocale(LC_CTYPE, "C.UTF-8"), nullptr);
  std::array<wchar_t, 8> wide;
  EXPECT_EQ(mbstowcs(wide.data(), "h\xc3\xa9\xe2\x82\xac", wide.size()), 3u);
  EXPECT_EQ(wide[2], L'\u20ac');
  setlocale(LC_ALL, "C");
}

TEST(LocaleTest, ALocaleObjectClassifiesCharacters) {
  locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  ASSERT_NE(locale, nullptr);
  locale_t copy = duplocale(locale);
  for (int c = 0; c < 128; ++c) {
    EXPECT_EQ(isupper_l(c, locale) != 0, isupper(c) != 0) << c;
    EXPECT_EQ(tolower_l(c, copy), tolower(c)) << c;
  }
  freelocale(copy);
  locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale);
  EXPECT_NE(isspace_l(' ', locale), 0);
  freelocale(locale);
}

TEST(EnvironmentTest, TakesNewVariables) {
  EXPECT_EQ(getenv("SIROCCO_NOT_SET"), nullptr);
  ASSERT_EQ(setenv("SIROCCO_COLOUR", "sand", 1), 0);
  EXPECT_STREQ(getenv("SIROCCO_COLOUR"), "sand");
  unsetenv("SIROCCO_COLOUR");
  EXPECT_EQ(getenv("SIROCCO_COLOUR"), nullptr);
}

TEST(TimeTest, TheMonotonicClockOnlyGoesForward) {
  timespec before;
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &before), 0);
  for (int i = 0; i < 1000; ++i) {
    timespec now;
    ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    ASSERT_TRUE(now.tv_sec > before.tv_sec ||
                (now.tv_sec == before.tv_sec && now.tv_nsec >= before.tv_nsec));
    before = now;
  }
}

TEST(TimeTest, SleepsAtLeastAsLongAsAsked) {
  const zx_time_t start = zx_clock_get_monotonic();
  const timespec wait = {.tv_sec = 0, .tv_nsec = 20'000'000};
  ASSERT_EQ(nanosleep(&wait, nullptr), 0);
  EXPECT_GE(zx_clock_get_monotonic() - start, ZX_MSEC(20));
}

TEST(TimeTest, ANonsenseIntervalIsEinval) {
  const timespec wait = {.tv_sec = 0, .tv_nsec = 1'000'000'000};
  EXPECT_EQ(nanosleep(&wait, nullptr), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST(TimeTest, DatesAreUtc) {
  const time_t then = 1'000'000'000;
  tm broken_down;
  gmtime_r(&then, &broken_down);
  std::array<char, 40> text;
  strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &broken_down);
  EXPECT_STREQ(text.data(), "2001-09-09 01:46:40");
  EXPECT_EQ(mktime(&broken_down), then);
}

TEST(SystemTest, SaysWhatItIs) {
  utsname name;
  ASSERT_EQ(uname(&name), 0);
  EXPECT_STREQ(name.sysname, "Sirocco");
  EXPECT_STREQ(name.machine, "riscv64");
  EXPECT_EQ(sysconf(_SC_PAGESIZE), static_cast<long>(zx_system_get_page_size()));
  EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), static_cast<long>(zx_system_get_num_cpus()));
}

TEST(SystemTest, ThePidIsTheKoid) {
  zx_info_handle_basic_t info = {};
  ASSERT_EQ(zx_object_get_info(zx_process_self(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info),
                               nullptr, nullptr),
            ZX_OK);
  EXPECT_EQ(static_cast<zx_koid_t>(getpid()), info.koid);
}

TEST(SystemTest, RandomBytesDiffer) {
  std::array<uint64_t, 2> first = {};
  std::array<uint64_t, 2> second = {};
  ASSERT_EQ(getentropy(first.data(), sizeof(first)), 0);
  ASSERT_EQ(getentropy(second.data(), sizeof(second)), 0);
  EXPECT_NE(first, second);
}

TEST(MemoryTest, AnonymousPagesAreZeroAndCanBeProtected) {
  const size_t page = zx_system_get_page_size();
  void* memory =
      mmap(nullptr, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* bytes = static_cast<unsigned char*>(memory);
  EXPECT_EQ(bytes[3 * page - 1], 0);
  bytes[page] = 5;
  EXPECT_EQ(mprotect(memory, 3 * page, PROT_READ), 0);
  EXPECT_EQ(bytes[page], 5);
  EXPECT_EQ(munmap(memory, 3 * page), 0);
}

TEST(MemoryTest, NothingIsWritableAndExecutable) {
  void* memory = mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT_EQ(memory, MAP_FAILED);
  EXPECT_EQ(errno, EACCES);
}

// What has no meaning here says so.
TEST(AbsentTest, ProcessesDoNotFork) {
  EXPECT_EQ(fork(), -1);
  EXPECT_EQ(errno, ENOSYS);
}

TEST(AbsentTest, ProgramsDoNotTurnIntoOthers) {
  EXPECT_EQ(execl("/boot/bin/hello", "hello", nullptr), -1);
  EXPECT_EQ(errno, ENOSYS);
}

TEST(AbsentTest, SignalsAreNotSent) {
  EXPECT_NE(signal(SIGTERM, SIG_IGN), SIG_ERR);
  EXPECT_EQ(kill(getpid(), SIGTERM), -1);
  EXPECT_EQ(errno, ENOSYS);
}

TEST(AbsentTest, PipesAreNotMade) {
  int ends[2];
  EXPECT_EQ(pipe(ends), -1);
  EXPECT_EQ(errno, ENOSYS);
}

}  // namespace
