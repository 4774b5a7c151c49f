// Many threads that load, open, use and close at once.
#include <remora/remora_loader.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

constexpr size_t kThreads = 8;
constexpr int kRounds = 20;

// Opens the folder, routes and records, closes. Returns what failed, or "".
std::string visit(const remora_api& api, const std::string& path) {
  remora_error error = REMORA_ERROR_INIT;
  const remora_options options = small_options();
  uint64_t handle = 0;
  remora_id agent = 0;
  if (api.open(path.data(), path.size(), &options, &handle, &error) != REMORA_OK) {
    return std::string("open: ") + error.text;
  }
  remora_decision decision = sized<remora_decision>();
  if (api.agent_define(handle, "guest-agent", "steady,shaky", &agent, &error) != REMORA_OK ||
      api.route_named(handle, "guest-agent", "api-design", 0, &decision, &error) != REMORA_OK ||
      api.record_result(handle, decision.decision_id, 1, 1000, &error) != REMORA_OK ||
      api.close(handle, &error) != REMORA_OK) {
    return error.text;
  }
  return api.record_result(handle, decision.decision_id, 1, 1000, nullptr) == REMORA_E_HANDLE
             ? ""
             : "closed, yet it answers";
}

// Runs visit in many threads; each loads the library itself. path_of(thread) names the folder.
template <class PathOf>
void visit_from_many_threads(PathOf&& path_of) {
  std::vector<std::string> failures(kThreads);
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < kRounds && failures[t].empty(); ++round) {
          remora_api api;
          char why[512] = "";
          if (remora_load(&api, REMORA_LIBRARY_PATH, why, sizeof why) != REMORA_OK) {
            failures[t] = why;
            return;
          }
          failures[t] = visit(api, path_of(t));
          remora_unload(&api);
        }
      });
    }
  }
  for (const std::string& failure : failures) {
    EXPECT_EQ(failure, "");
  }
}

TEST(OpeningInManyThreads, WorksOnOneFolder) {
  const Folder folder;
  visit_from_many_threads([&](size_t) { return folder.path() + "/state"; });
}

TEST(OpeningInManyThreads, WorksOnAFolderForEach) {
  const Folder folder;
  visit_from_many_threads([&](size_t thread) { return folder.path() + "/state" + std::to_string(thread); });
}

TEST(ClosingWhileOthersCall, AnswersThemOrRefusesThem) {
  const Folder folder;
  const std::string path = folder.path() + "/state";
  const remora_options options = small_options();
  remora_error error = REMORA_ERROR_INIT;
  std::atomic<uint64_t> current{0};
  std::atomic<bool> stop{false};
  std::atomic<int> unexpected{0};
  {
    std::vector<std::jthread> callers;
    for (int t = 0; t < 4; ++t) {
      callers.emplace_back([&] {
        remora_decision decision = sized<remora_decision>();
        // Relaxed: a handle that is out of date is what the test is about.
        while (!stop.load(std::memory_order_relaxed)) {
          const int32_t code = plugin().route_named(current.load(std::memory_order_relaxed), "guest-agent",
                                                    "testing", 0, &decision, nullptr);
          if (code != REMORA_OK && code != REMORA_E_HANDLE && code != REMORA_E_NOT_FOUND) {
            unexpected.store(code, std::memory_order_relaxed);
          }
        }
      });
    }
    for (int round = 0; round < 30; ++round) {
      uint64_t handle = 0;
      remora_id agent = 0;
      EXPECT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
      current.store(handle, std::memory_order_relaxed);
      EXPECT_EQ(plugin().agent_define(handle, "guest-agent", "steady,shaky", &agent, &error), REMORA_OK)
          << error.text;
      EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    }
    stop.store(true, std::memory_order_relaxed);
  }
  EXPECT_EQ(unexpected.load(), 0);
}

}  // namespace
}  // namespace remora::abi_test
