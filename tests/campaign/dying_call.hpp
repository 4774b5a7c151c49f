// A process dies at every instruction of one call of the public ABI. At each one the files are copied, opened
// by another process, and everything that was acknowledged must be there, once.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <functional>
#include <optional>

#include "campaign/host.hpp"
#include "campaign/image.hpp"
#include "campaign/stepper.hpp"
#include "campaign/survival.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace remora::campaign {

// The smallest capacities: what is not in the options stands in the configuration.
inline constexpr const char* kSmallest =
    R"({"state": {"label_sets": 64, "agents": 2, "variant_groups": 3, "rollouts": 2, "events": 64,
                  "outcome_lanes": 1, "outcome_lane_slots": 256}})";

// Memory-backed, where it is there: nothing here is about disks.
inline std::filesystem::path memory_backed_folder() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

// What the process that dies tells: its death cannot take it away.
struct Board {
  uint64_t decision = 0;
  uint64_t sequence = 0;
  bool returned = false;
};

// One call to die in.
struct Call {
  Pace pace = Pace::kInstructions;
  // Cells: each one is as before or as after the call; `whole`: all of them are.
  bool whole = false;
  // Another process has the directory open meanwhile.
  bool company = true;
  // Opening is the call.
  bool opens = false;
  std::function<void(Host&, Board&)> make = [](Host&, Board&) {};
  // What is asked of an image beside the rest; gives the outcomes that it recorded.
  std::function<uint64_t(Host&, bool acknowledged)> special = [](Host&, bool) { return 0U; };
};

class EveryInstruction : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(plugin().library, nullptr);
    board_ =
        new (mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Board;
  }
  void TearDown() override { munmap(board_, sizeof(Board)); }

  void make_folder() {
    std::filesystem::create_directory(state_);
    std::filesystem::permissions(state_, std::filesystem::perms::owner_all);
    folder_.write("state/remora.json", kSmallest);
  }

  // A state with an agent of three variants, some outcomes and a snapshot.
  void prepare() {
    make_folder();
    Host host(state_);
    host.define(kAgent, "one,two,three");
    host.intern(REMORA_KIND_LABEL, "known");
    for (int i = 0; i < 5; ++i) {
      host.need(host.record(host.route(kAgent, kTask).decision_id, i != 2), "record");
    }
    promise_.outcomes = 5;
    promise_.names = {
        {REMORA_KIND_AGENT, kAgent}, {REMORA_KIND_TASK_TYPE, kTask}, {REMORA_KIND_LABEL, "known"}};
    promise_.variants = {"one", "two", "three"};
    promise_.snapshots = {host.snapshot().sequence};
    host.tick();
    host.close();
  }

  // Steps a process through the call and checks every image that it could leave.
  void die_everywhere(const Call& call) {
    std::optional<Host> company;
    if (call.company) {
      company.emplace(state_);
    }
    test::Child child([&] {
      be_stepped();
      try {
        if (!call.opens) {
          Host host(state_);
          mark();
          call.make(host, *board_);
          board_->returned = true;
          mark();
        } else {
          mark();
          Host host(state_);
          board_->returned = true;
          mark();
        }
      } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
      }
      return 0;
    });
    Stepper stepper(child.pid(), state_);
    boundaries_ = images_ = waiting_ = violations_ = 0;
    seen_.clear();
    Image last;
    bool any = false;
    const Steps steps = stepper.run(call.pace, [&] {
      Image now = Image::read(state_);
      if (!any || !(now == last)) {
        any = true;
        last = std::move(now);
        check(last, call, false);
      }
      ++boundaries_;
    });
    EXPECT_EQ(child.wait(), 0);
    EXPECT_TRUE(board_->returned);
    check(last, call, !call.opens);
    check_cells(call);
    EXPECT_EQ(steps.unseen, 0U) << "the stepper missed stores";
    EXPECT_GT(images_, 1U);
    std::printf(
        "%llu instructions stepped, %llu stores, %llu system calls; %llu boundaries, %llu images, "
        "%llu waiting 5 s for statistics, %llu violations\n",
        static_cast<unsigned long long>(steps.instructions), static_cast<unsigned long long>(steps.stores),
        static_cast<unsigned long long>(steps.calls), static_cast<unsigned long long>(boundaries_),
        static_cast<unsigned long long>(images_), static_cast<unsigned long long>(waiting_),
        static_cast<unsigned long long>(violations_));
  }

  void check(const Image& image, const Call& call, bool acknowledged) {
    ++images_;
    const std::string copy = folder_.file("image");
    image.write(copy);
    Survivor survivor(promise_, acknowledged);
    try {
      survivor.go_through(copy, call.special);
    } catch (const std::exception& e) {
      violated(e.what());
    }
    seen_.push_back(survivor.cells());
    waiting_ += survivor.waited() ? 1U : 0U;
  }

  // No cell is anything but what it was before the call or after it.
  void check_cells(const Call& call) {
    const Cells& before = seen_.front();
    const Cells& after = seen_.back();
    for (const Cells& cells : seen_) {
      if (call.whole && cells != before && cells != after) {
        violated("values of before and after are mixed");
      }
      for (const auto& [name, value] : cells) {
        const auto was = before.find(name);
        const auto is = after.find(name);
        if (!(was != before.end() && was->second == value) && !(is != after.end() && is->second == value)) {
          violated("a value is neither that of before nor that of after");
        }
      }
    }
  }

  void violated(const std::string& what) {
    if (++violations_ <= 5) {
      ADD_FAILURE() << "image " << images_ << ": " << what;
    }
  }

  // A decision that waits for its outcome.
  uint64_t decide(const char* task_type, uint64_t allowed_variants = 0) {
    Host host(state_);
    auto task = sized<remora_task>();
    auto decision = sized<remora_decision>();
    task.agent = host.define(kAgent, "one,two,three");
    task.task_type = host.intern(REMORA_KIND_TASK_TYPE, task_type);
    task.allowed_variants = allowed_variants;
    host.need(plugin().route(host.handle(), &task, &decision, host.error()), "route");
    host.close();
    return decision.decision_id;
  }

  // For calls of many instructions: stepped one by one in the long run only.
  Pace long_pace() const {
    return std::getenv("REMORA_STEP_ALL") != nullptr ? Pace::kInstructions : Pace::kChanges;
  }

  test::TempDir folder_{memory_backed_folder()};
  std::string state_ = folder_.path() + "/state";
  Promise promise_;
  Board* board_ = nullptr;
  uint64_t boundaries_ = 0, images_ = 0, waiting_ = 0, violations_ = 0;
  std::vector<Cells> seen_;
};

}  // namespace remora::campaign
