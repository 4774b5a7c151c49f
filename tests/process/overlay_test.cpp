// A state that came with a container's image: made in the lower layer of an overlay, used through it. All is
// served; the layer below stays as it was.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "abi/plugin.hpp"
#include "support/child_process.hpp"
#include "support/namespaces.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

namespace fs = std::filesystem;
using abi_test::plugin;
using abi_test::sized;

constexpr uint64_t kBefore = 100;  // outcomes in the lower layer
constexpr uint64_t kWork = 500;    // of each process in the overlay
constexpr unsigned kPatienceSeconds = 60;

// One process's view of the state.
class Host {
 public:
  Host(const std::string& path, uint32_t flags) {
    remora_options options = abi_test::small_options();
    options.flags = flags | REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    expect(plugin().open(path.data(), path.size(), &options, &handle_, &error_) == REMORA_OK, "open");
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() { expect(plugin().close(handle_, &error_) == REMORA_OK, "close"); }

  void expect(bool right, const char* what) {
    if (!right) {
      std::fprintf(stderr, "process %d: %s: %s\n", static_cast<int>(getpid()), what, error_.text);
      end_forked(1);
    }
  }
  void work(uint64_t tasks) {
    expect(plugin().agent_define(handle_, "agent", "one,two", nullptr, &error_) == REMORA_OK, "agent_define");
    for (uint64_t i = 0; i < tasks; ++i) {
      remora_decision decision = sized<remora_decision>();
      expect(plugin().route_named(handle_, "agent", "testing", 0, &decision, &error_) == REMORA_OK, "route");
      expect(plugin().record_result(handle_, decision.decision_id, 1, 5, &error_) == REMORA_OK, "record");
    }
    expect(plugin().tick(handle_, 0, 0, nullptr, &error_) == REMORA_OK, "tick");
  }
  remora_stats stats() {
    remora_stats stats = sized<remora_stats>();
    expect(plugin().stats_get(handle_, &stats, &error_) == REMORA_OK, "stats_get");
    return stats;
  }
  void expect_counts(uint64_t outcomes, uint64_t visits) {
    const remora_stats now = stats();
    expect(now.outcomes == outcomes && now.visits == visits, "outcomes are missing, or were counted twice");
  }
  // Takes a snapshot and gives its path.
  std::string snapshot() {
    remora_snapshot_info info = sized<remora_snapshot_info>();
    char path[512] = "";
    expect(plugin().snapshot(handle_, &info, &error_) == REMORA_OK, "snapshot");
    expect(plugin().snapshot_path(handle_, info.sequence, path, sizeof path, nullptr, &error_) == REMORA_OK,
           "snapshot_path");
    return path;
  }
  void restore(const std::string& path) {
    expect(plugin().restore(handle_, path.data(), path.size(), nullptr, &error_) == REMORA_OK, "restore");
  }
  // Nothing that an operator would have to look after, but for a restore.
  void expect_calm() {
    uint64_t cursor = 0;
    uint32_t count = 1;
    while (count == 1) {
      remora_event event = sized<remora_event>();
      expect(plugin().events(handle_, &cursor, &event, 0, 1, &count) == REMORA_OK, "events");
      expect(count == 0 || event.severity == REMORA_SEVERITY_INFO || event.kind == REMORA_EVENT_RESTORED,
             "an alarm");
    }
  }

 private:
  uint64_t handle_ = 0;
  remora_error error_ = REMORA_ERROR_INIT;
};

// Where the upper layer lies: on the lower one's file system, or on another.
class Overlay : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    alarm(kPatienceSeconds);
    upper_.emplace(GetParam() == nullptr ? fs::path(folder_.path()) : fs::path(GetParam()));
    for (const std::string& layer :
         {folder_.file("lower"), folder_.file("merged"), upper_->file("upper"), upper_->file("work")}) {
      ASSERT_TRUE(fs::create_directory(layer));
      fs::permissions(layer, fs::perms::owner_all);
    }
    const int refusal = in_child([this] { return enter(); });
    if (refusal != 0) {
      GTEST_SKIP() << "no overlay can be mounted here: " << std::strerror(refusal);
    }
  }
  void TearDown() override { alarm(0); }

  // In a process of its own: mounts the overlay. 0, or what the kernel says.
  int enter() const {
    const int refusal = enter_namespaces(CLONE_NEWNS);
    if (refusal != 0) {
      return refusal;
    }
    return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ? errno : mount();
  }
  int mount() const {
    const std::string layers = "lowerdir=" + folder_.file("lower") + ",upperdir=" + upper_->file("upper") +
                               ",workdir=" + upper_->file("work") + (geteuid() == 0 ? "" : ",userxattr");
    return ::mount("overlay", folder_.file("merged").c_str(), "overlay", 0, layers.c_str()) != 0 ? errno : 0;
  }
  std::string lower() const { return folder_.file("lower/state"); }
  std::string merged() const { return folder_.file("merged/state"); }

  std::map<std::string, std::string> below() const {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(lower())) {
      std::ifstream stream(entry.path(), std::ios::binary);
      contents[entry.path().string()] = {std::istreambuf_iterator<char>(stream), {}};
    }
    return contents;
  }

  // What the processes of a container do; ends the process when something is wrong.
  int use() const {
    const Signal begin;
    const Signal reading;
    const Signal look;
    Child reader([&] {
      begin.receive();
      Host read_only(merged(), REMORA_OPEN_READ_ONLY);
      reading.send();
      look.receive();
      read_only.expect_counts(kBefore + 2 * kWork + 10, kBefore + 2 * kWork);
      return 0;
    });
    const Signal worked;
    Child worker([&] {
      begin.receive();
      Host second(merged(), 0);
      second.work(kWork);
      worked.send();
      wait_for_the_end();
      return 0;
    });
    Host host(merged(), 0);
    begin.send();
    begin.send();
    reading.receive();
    host.work(kWork);
    worked.receive();
    host.expect_counts(kBefore + 2 * kWork, kBefore + 2 * kWork);
    host.expect(host.stats().processes == 2, "the other process is not seen");
    worker.kill();
    host.expect(host.stats().processes == 1, "the other process's death is not seen");
    const std::string snapshot = host.snapshot();
    host.work(10);
    host.restore(snapshot);
    host.expect_counts(kBefore + 2 * kWork + 10, kBefore + 2 * kWork);
    look.send();
    host.expect(reader.wait() == 0, "the reader");
    host.work(1);
    host.expect_calm();
    return 0;
  }
  int use_again() const {
    Host host(merged(), REMORA_OPEN_EXISTING);
    host.expect_counts(kBefore + 2 * kWork + 11, kBefore + 2 * kWork + 1);
    host.work(1);
    host.expect_calm();
    return 0;
  }
  // Whoever opens for writing has the files copied up; what a reader had mapped of them stays below.
  int read_before_anybody_writes() const {
    const Signal reading;
    const Signal look;
    Child early([&] {
      Host host(merged(), REMORA_OPEN_READ_ONLY);
      host.expect_counts(kBefore, kBefore);
      reading.send();
      look.receive();
      host.expect_counts(kBefore, kBefore);
      return 0;
    });
    reading.receive();
    const int writer = in_child([&] {
      Host host(merged(), 0);
      host.work(kWork);
      host.expect_counts(kBefore + kWork, kBefore + kWork);
      return 0;
    });
    look.send();
    const int late = in_child([&] {
      Host host(merged(), REMORA_OPEN_READ_ONLY);
      host.expect_counts(kBefore + kWork, kBefore + kWork);
      return 0;
    });
    return early.wait() == 0 && writer == 0 ? late : 1;
  }

  // Runs `body` in a container over the layers.
  template <class Body>
  int in_container(const Body& body) const {
    return in_child([&] { return enter() != 0 ? 1 : in_child(body); });
  }
  void make_state_below() const {
    ASSERT_EQ(in_child([this] {
                Host(lower(), 0).work(kBefore);
                return 0;
              }),
              0);
  }

  TempDir folder_;
  std::optional<TempDir> upper_;
};

TEST_P(Overlay, ServesAStateOfTheLowerLayerAndLeavesThatAlone) {
  ASSERT_NO_FATAL_FAILURE(make_state_below());
  const std::map<std::string, std::string> before = below();
  EXPECT_EQ(in_container([this] { return use(); }), 0);
  EXPECT_EQ(in_container([this] { return use_again(); }), 0) << "by another one over the same layers";
  EXPECT_EQ(below(), before);
}

TEST_P(Overlay, ShowsAReaderWhatWasThereWhenItOpened) {
  ASSERT_NO_FATAL_FAILURE(make_state_below());
  EXPECT_EQ(in_container([this] { return read_before_anybody_writes(); }), 0);
}

INSTANTIATE_TEST_SUITE_P(All, Overlay, testing::Values(nullptr, "/dev/shm"), [](const auto& upper) {
  return upper.param == nullptr ? "OnOneFileSystem" : "WithItsUpperLayerInMemory";
});

}  // namespace
}  // namespace remora::test
