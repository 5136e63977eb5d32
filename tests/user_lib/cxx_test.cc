// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// C++20 and its standard library, on the machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <regex>
#include <semaphore>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

namespace {

struct Counted {
  static inline int alive = 0;
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  ~Counted() { --alive; }
};

int ThrowAtDepth(int depth) {
  Counted counted;
  if (depth == 0) throw std::runtime_error("at the bottom");
  return ThrowAtDepth(depth - 1) + Counted::alive;
}

TEST(ExceptionTest, UnwindsEveryFrameOnItsWay) {
  std::string caught;
  try {
    ThrowAtDepth(100);
  } catch (const std::exception& error) {
    caught = error.what();
  }
  EXPECT_EQ(caught, "at the bottom");
  EXPECT_EQ(Counted::alive, 0);
}

TEST(ExceptionTest, IsCaughtByTheFirstHandlerThatFits) {
  const auto kind = [](auto thrower) -> std::string {
    try {
      thrower();
    } catch (const std::out_of_range&) {
      return "range";
    } catch (const std::logic_error&) {
      return "logic";
    } catch (int) {
      return "int";
    } catch (...) {
      return "other";
    }
    return "none";
  };
  EXPECT_EQ(kind([] { std::ignore = std::vector<int>().at(1); }), "range");
  EXPECT_EQ(kind([] { throw std::invalid_argument(""); }), "logic");
  EXPECT_EQ(kind([] { throw 5; }), "int");
  EXPECT_EQ(kind([] { throw 5.0; }), "other");
  EXPECT_EQ(kind([] {}), "none");
}

TEST(ExceptionTest, TravelsBetweenThreads) {
  std::exception_ptr error;
  std::thread([&error] {
    try {
      ThrowAtDepth(3);
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  EXPECT_THROW(std::rethrow_exception(error), std::runtime_error);
}

TEST(ExceptionTest, NewThrowsWhenThereIsNoMemory) {
  volatile size_t too_much = SIZE_MAX / 4;
  EXPECT_THROW(::operator delete(::operator new(too_much)), std::bad_alloc);
}

struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {};
struct Other : Base {};

TEST(RttiTest, KnowsTheDynamicType) {
  std::unique_ptr<Base> object = std::make_unique<Derived>();
  EXPECT_NE(dynamic_cast<Derived*>(object.get()), nullptr);
  EXPECT_EQ(dynamic_cast<Other*>(object.get()), nullptr);
  EXPECT_THROW(std::ignore = dynamic_cast<Other&>(*object), std::bad_cast);
}

TEST(ContainerTest, AllKindsHoldTheSameWords) {
  const std::vector<std::string> words = {"dune", "wind", "sand", "wind", "oasis"};
  const std::set<std::string> ordered(words.begin(), words.end());
  EXPECT_EQ(ordered.size(), 4u);
  EXPECT_EQ(*ordered.begin(), "dune");
  std::map<std::string, int> counts;
  std::unordered_map<std::string, int> hashed;
  for (const std::string& word : words) {
    ++counts[word];
    ++hashed[word];
  }
  EXPECT_EQ(counts["wind"], 2);
  EXPECT_TRUE(std::ranges::all_of(
      counts, [&hashed](const auto& entry) { return hashed.at(entry.first) == entry.second; }));
  std::deque<std::string> queue(words.rbegin(), words.rend());
  queue.push_front("first");
  EXPECT_EQ(queue.back(), "dune");
}

TEST(ContainerTest, AMapOfAHundredThousandIsInOrder) {
  std::map<uint32_t, uint32_t> map;
  uint32_t key = 1;
  for (uint32_t i = 0; i < 100'000; ++i) map[key = key * 1664525 + 1013904223] = i;
  EXPECT_EQ(map.size(), 100'000u);
  EXPECT_TRUE(std::ranges::is_sorted(map | std::views::keys));
}

TEST(StdStringTest, GrowsAndSearches) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + " ";
  EXPECT_EQ(text.size(), 3890u);
  EXPECT_EQ(text.find(" 999 "), text.size() - 5);
  EXPECT_TRUE(std::regex_search(text, std::regex("49[89] 500")));
}

TEST(VariantTest, OptionalVariantAndFunctionWork) {
  std::optional<std::string> none;
  EXPECT_EQ(none.value_or("nothing"), "nothing");
  std::variant<int, std::string> either = "text";
  EXPECT_EQ(std::get<std::string>(either), "text");
  EXPECT_THROW(std::ignore = std::get<int>(either), std::bad_variant_access);
  const std::function<int(int)> twice = [](int value) { return 2 * value; };
  EXPECT_EQ(twice(21), 42);
}

TEST(IostreamTest, FormatsAndParses) {
  std::ostringstream out;
  out << std::hex << std::showbase << 255 << ' ' << std::dec << std::setw(6) << std::setfill('.')
      << 42 << ' ' << std::fixed << std::setprecision(2) << 2.0 / 3 << ' ' << std::boolalpha
      << true;
  EXPECT_EQ(out.str(), "0xff ....42 0.67 true");
  std::istringstream in("12 0.5 word");
  int integer = 0;
  double number = 0;
  std::string word;
  in >> integer >> number >> word;
  EXPECT_TRUE(in.eof());
  EXPECT_EQ(integer + number, 12.5);
  EXPECT_EQ(word, "word");
}

TEST(IostreamTest, KnowsTheClassesOfCharacters) {
  const auto& classes = std::use_facet<std::ctype<char>>(std::locale());
  for (int c = 0; c < 128; ++c) {
    const char character = static_cast<char>(c);
    EXPECT_EQ(classes.is(std::ctype_base::space, character), std::isspace(c) != 0) << c;
    EXPECT_EQ(classes.is(std::ctype_base::alpha, character), std::isalpha(c) != 0) << c;
    EXPECT_EQ(classes.toupper(character), std::toupper(c)) << c;
  }
}

TEST(IostreamTest, AnotherLocaleThanCIsCToo) {
  std::istringstream in("12.5 word");
  in.imbue(std::locale("C.UTF-8"));
  double number = 0;
  std::string word;
  in >> number >> word;
  EXPECT_EQ(number, 12.5);
  EXPECT_EQ(word, "word");
}

TEST(IostreamTest, CoutIsGood) {
  std::cout << "cout speaks" << std::endl;
  EXPECT_TRUE(std::cout.good());
}

TEST(StdThreadTest, StdThreadsShareAMutex) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 10'000;
  std::mutex mutex;
  int count = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        const std::lock_guard lock(mutex);
        ++count;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(count, kThreads * kRounds);
}

TEST(StdThreadTest, AQueueFeedsAConsumer) {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<int> queue;
  long sum = 0;
  std::thread consumer([&] {
    for (int i = 0; i < 1000; ++i) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&queue] { return !queue.empty(); });
      sum += queue.front();
      queue.pop_front();
    }
  });
  for (int i = 0; i < 1000; ++i) {
    const std::lock_guard lock(mutex);
    queue.push_back(i);
    changed.notify_one();
  }
  consumer.join();
  EXPECT_EQ(sum, 499'500);
}

TEST(StdThreadTest, AFutureBringsTheResult) {
  std::future<int> result = std::async(std::launch::async, [] { return 6 * 7; });
  EXPECT_EQ(result.get(), 42);
  std::future<int> failure =
      std::async(std::launch::async, []() -> int { throw std::runtime_error("lost"); });
  EXPECT_THROW(failure.get(), std::runtime_error);
}

TEST(StdThreadTest, AtomicWaitSleepsUntilItIsNotified) {
  std::atomic<int> stage = 0;
  std::thread other([&stage] {
    stage.wait(0);
    stage = 2;
    stage.notify_one();
  });
  stage = 1;
  stage.notify_one();
  stage.wait(1);
  other.join();
  EXPECT_EQ(stage, 2);
}

TEST(StdThreadTest, ASemaphoreCountsAndTimesOut) {
  std::counting_semaphore<4> semaphore(1);
  semaphore.acquire();
  EXPECT_FALSE(semaphore.try_acquire_for(std::chrono::milliseconds(5)));
  std::thread([&semaphore] { semaphore.release(); }).join();
  EXPECT_TRUE(semaphore.try_acquire());
}

TEST(StdThreadTest, LocalObjectsOfAThreadEndWithIt) {
  std::thread([] {
    thread_local Counted counted;
    EXPECT_EQ(Counted::alive, 1);
    static_cast<void>(&counted);
  }).join();
  EXPECT_EQ(Counted::alive, 0);
}

TEST(StdThreadTest, AStaticIsMadeOnceWhoeverComesFirst) {
  static std::atomic<int> made = 0;
  struct Once {
    Once() {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      ++made;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        static Once once;
        static_cast<void>(&once);
      });
    }
  }
  EXPECT_EQ(made, 1);
}

TEST(ChronoTest, TheSteadyClockMeasuresASleep) {
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(10));
}

TEST(StdRandomTest, TheDeviceSeedsAnEngine) {
  std::random_device device;
  std::mt19937 engine(device());
  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0);
  std::shuffle(numbers.begin(), numbers.end(), engine);
  EXPECT_FALSE(std::ranges::is_sorted(numbers));
  EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), 0), 499'500);
}

class Generator {
 public:
  struct promise_type {
    int value = 0;
    Generator get_return_object() {
      return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int next) {
      value = next;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };

  explicit Generator(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Generator(const Generator&) = delete;
  ~Generator() { handle_.destroy(); }

  std::optional<int> Next() {
    handle_.resume();
    return handle_.done() ? std::nullopt : std::optional(handle_.promise().value);
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

Generator Squares(int count) {
  for (int i = 0; i < count; ++i) co_yield i* i;
}

TEST(CoroutineTest, YieldsInTurn) {
  Generator squares = Squares(4);
  std::vector<int> seen;
  while (std::optional<int> next = squares.Next()) seen.push_back(*next);
  EXPECT_EQ(seen, (std::vector{0, 1, 4, 9}));
}

}  // namespace
