// The power goes at any moment, and the disk is left with any mixture of old and new. Each such state opens;
// what was synced is there; no value that cannot be reaches a decision.
//
//   REMORA_POWER_IMAGES=<n>   states looked at (default 5,000)
//   REMORA_SEED=<number>      the same mixtures again
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <optional>

#include "abi/plugin.hpp"
#include "faults/disk_model.hpp"
#include "faults/session.hpp"
#include "faults/trial.hpp"
#include "store/history.hpp"
#include "store/layout.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

// What must be found, whatever happened to what is younger.
struct Durable {
  uint32_t acked = 0;     // of the board's acknowledged outcomes, the first so many
  uint64_t snapshot = 0;  // sequence; 0 = none
  Kept kept;
};

// The machine comes up again: another boot than the one that the file remembers.
void set_other_boot(const std::string& folder) {
  std::fstream file(folder + "/history.rmap", std::ios::binary | std::ios::in | std::ios::out);
  store::Identity identity;
  if (file.read(reinterpret_cast<char*>(&identity), sizeof identity)) {
    const store::HistoryOffsets offsets = store::HistoryOffsets::of(store::capacities_of(identity));
    const uint64_t boot = 12'345;
    file.seekp(static_cast<std::streamoff>(offsets.control + offsetof(store::ControlPage, boot)));
    file.write(reinterpret_cast<const char*>(&boot), sizeof boot);
  }
}

// Opens a folder after a power loss and looks whether all is there. Runs in a process of its own.
void examine(const std::string& folder, const Durable& durable, const Board& truth, Board& board) {
  set_other_boot(folder);
  for (uint32_t i = 0; i < durable.acked; ++i) {
    board.acked[i] = truth.acked[i].load();
  }
  board.acked_count = durable.acked;
  board.reports = Board::kMost;
  board.snapshot = durable.snapshot;
  Session session(abi_test::plugin(), board, {folder, REMORA_OPEN_NO_AUTO_TICK});
  if (!session.open()) {
    session.complain("cannot be opened: " + session.last_error());
    return;
  }
  session.expect_nothing_lost(false);
  session.expect_kept(durable.kept);
  session.define();
  session.decide(8);
  session.expect_full_service();
  session.expect_nothing_lost(false);
  session.close();
}

// Watches a session and cuts its power, again and again.
class PowerLoss {
 public:
  PowerLoss(std::string state, uint64_t images, uint64_t seed, Board& truth)
      : state_(std::move(state)), random_(seed), left_(images), truth_(truth) {}

  // The images are spread over so many moments.
  void set_pace(uint64_t moments) { pace_ = moments; }

  void begin() {
    model_.emplace(state_);
    active_ = this;
    observe([](const Call& call, bool done, int64_t result) {
      active_->model_->on_call(call, done, result);
      active_->cut_some();
    });
  }
  void end() { observe(nullptr); }

  // Between two calls of the plugin.
  void moment() {
    model_->look();
    cut_some();
  }

  Durable durable;
  uint64_t images() const { return images_; }
  uint64_t stacked() const { return stacked_; }
  const std::string& complaint() const { return first_complaint_; }
  const DiskModel& model() const { return *model_; }

 private:
  void cut_some() {
    if (!first_complaint_.empty()) {
      return;
    }
    carry_ += left_ > 0 ? images_per_moment() : 0;
    for (; carry_ >= 1 && left_ > 0; carry_ -= 1) {
      --left_;
      cut();
    }
  }

  double images_per_moment() const { return static_cast<double>(total_) / static_cast<double>(pace_); }

  void cut() {
    ++images_;
    const uint64_t seed = random_();
    const TempDir folder(fast_folder());
    std::mt19937_64 mixing(seed);
    const std::string image = folder.path() + "/state";
    model_->build(image, mixing);
    // One in eight loses its power a second time, while it recovers.
    const std::string complaint =
        seed % 8 == 0 ? lose_again(image, folder.path() + "/again", mixing) : look_into(image);
    if (!complaint.empty() && first_complaint_.empty()) {
      first_complaint_ = "image " + std::to_string(images_) + ": " + complaint;
    }
  }

  std::string in_process(const std::function<void(Board&)>& body) {
    static Board& board = *new_shared<Board>();
    return finish_trial(board, start_trial(board, [&] { body(board); }));
  }

  std::string look_into(const std::string& image) {
    return in_process([&](Board& board) { examine(image, durable, truth_, board); });
  }

  // Opens the image, loses the power at one of the system calls that follow, and looks into what is left
  // then.
  std::string lose_again(const std::string& image, const std::string& second, std::mt19937_64& mixing) {
    ++stacked_;
    set_other_boot(image);
    const uint64_t at = mixing() % 60;
    const std::string complaint = in_process([&](Board& board) {
      static DiskModel* model;
      static uint64_t calls_left;
      static std::mt19937_64* draws;
      static const std::string* target;
      model = new DiskModel(image);
      calls_left = at;
      draws = &mixing;
      target = &second;
      observe([](const Call& call, bool done, int64_t result) {
        model->on_call(call, done, result);
        if (calls_left-- == 0) {
          model->build(*target, *draws);
          _exit(0);
        }
      });
      Session session(abi_test::plugin(), board, {image, REMORA_OPEN_NO_AUTO_TICK});
      session.open();
      session.define();
      session.decide(3);
      session.tick(kMinute);
      model->build(second, *draws);
    });
    return complaint.empty() ? look_into(second) : complaint;
  }

  static inline PowerLoss* active_ = nullptr;
  std::string state_;
  std::optional<DiskModel> model_;
  std::mt19937_64 random_;
  uint64_t left_;
  uint64_t total_ = left_;
  uint64_t pace_ = 1;
  double carry_ = 0;
  Board& truth_;
  uint64_t images_ = 0;
  uint64_t stacked_ = 0;
  std::string first_complaint_;
};

// A life with all that writes: making, learning, syncs, snapshots, retention, a stage, a restore, closing,
// opening.
void live(Session& session, PowerLoss& power, Board& board) {
  const auto learn = [&](int times) {
    for (int i = 0; i < times; ++i) {
      session.decide(1);
      power.moment();
    }
  };
  uint32_t names = 0;
  const auto sync = [&] {
    session.add_name("label-" + std::to_string(++names));
    const uint32_t acked = board.acked_count;
    const Kept found = session.found();
    session.tick(kMinute);
    power.durable.acked = acked;
    power.durable.kept = found;
    power.moment();
  };
  Kept::Values in_snapshot;
  const auto snapshot = [&] {
    in_snapshot = session.found().values.begin()->second;
    session.snapshot();
    power.durable.snapshot = board.snapshot;
    power.moment();
  };
  session.define();
  learn(10);
  sync();
  learn(20);
  session.start_rollout();
  learn(10);
  sync();
  snapshot();
  learn(10);
  session.tick(61 * kMinute);
  snapshot();
  snapshot();
  learn(10);
  sync();
  session.block_and_unblock(10);
  session.set_blocked(true);
  sync();
  learn(5);
  power.durable.kept.mode.reset();
  session.set_mode(REMORA_MODE_MONITOR);
  sync();
  learn(5);
  // Restoring may be done as soon as it has begun, and is for good when it is acknowledged.
  auto& values = power.durable.kept.values;
  const uint64_t before = values.begin()->first;
  values[before + 1] = in_snapshot;
  session.restore_newest();
  values.erase(before);
  power.moment();
  learn(20);
  sync();
  power.durable.kept.mode.reset();
  power.durable.kept.blocked = false;
  session.set_mode(REMORA_MODE_FULL);
  session.set_blocked(false);
  session.close();
  power.moment();
  session.open();
  learn(20);
  sync();
  learn(5);
  session.close();
  power.moment();
}

TEST(PowerLossImages, OpenWithAllThatWasSynced) {
  const uint64_t images = number_from("REMORA_POWER_IMAGES", 5'000);
  const uint64_t seed = printed_seed();
  watch_plugin(reinterpret_cast<const void*>(abi_test::plugin().route));
  Board& board = *new_shared<Board>();
  uint64_t moments = 1;
  // Once to count the moments, once to cut the power at them.
  for (const uint64_t wanted : {uint64_t{0}, images}) {
    ::new (&board) Board{};
    const TempDir folder(fast_folder());
    const std::string state = folder.path() + "/state";
    Session session(abi_test::plugin(), board, {state, REMORA_OPEN_NO_AUTO_TICK});
    session.write_config("");
    PowerLoss power(state, wanted, seed, board);
    power.set_pace(moments);
    power.begin();
    live(session, power, board);
    power.end();
    ASSERT_EQ(power.complaint(), "");
    ASSERT_EQ(board.complaints, 0U) << board.complaint;
    moments = power.model().looks();
    if (wanted != 0) {
      std::printf("%llu images (%llu of them lost power twice) at %llu moments, %llu syncs\n",
                  static_cast<unsigned long long>(power.images()),
                  static_cast<unsigned long long>(power.stacked()), static_cast<unsigned long long>(moments),
                  static_cast<unsigned long long>(power.model().syncs()));
      EXPECT_GE(power.images(), images * 9 / 10);
    }
  }
}

}  // namespace
}  // namespace remora::test
