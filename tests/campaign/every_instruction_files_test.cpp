// Calls that make, change, give up or recover files.
#include "campaign/dying_call.hpp"

namespace remora::campaign {
namespace {

// Opening parses the configuration's schema and compiles the classifier: millions of instructions that store
// into no mapping, so it is run from one change to the next.
TEST_F(EveryInstruction, OfMakingAState) {
  make_folder();
  promise_.exists = false;
  die_everywhere({.pace = Pace::kChanges, .company = false, .opens = true});
}

// Recovery dies, too: the state is that of a process that died amid recording.
TEST_F(EveryInstruction, OfOpeningAfterACrash) {
  prepare();
  promise_.decision = decide("another task");
  std::vector<Image> left;
  {
    test::Child victim([&] {
      be_stepped();
      Host host(state_);
      mark();
      host.record(promise_.decision);
      mark();
      return 0;
    });
    Stepper stepper(victim.pid(), state_);
    stepper.run(Pace::kChanges, [&] { left.push_back(Image::read(state_)); });
    victim.kill();
  }
  ASSERT_GT(left.size(), 8U);
  for (const size_t place : {left.size() / 8, left.size() / 2, left.size() - 4}) {
    left[place].write(state_);
    die_everywhere({.pace = Pace::kChanges, .company = false, .opens = true});
  }
}

TEST_F(EveryInstruction, OfFoldingAndHousekeeping) {
  prepare();
  {
    Host host(state_);
    for (int i = 0; i < 4; ++i) {
      host.need(host.record(host.route(kAgent, kTask).decision_id), "record");
    }
    promise_.outcomes += 4;
    host.close();
  }
  Call call{.pace = long_pace()};
  call.make = [](Host& host, Board&) { host.tick(); };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfTakingASnapshot) {
  prepare();
  Call call{.pace = long_pace()};
  call.make = [](Host& host, Board& board) { board.sequence = host.snapshot().sequence; };
  call.special = [this](Host& host, bool acknowledged) -> uint64_t {
    if (acknowledged) {
      host.snapshot_path(board_->sequence);
    }
    host.snapshot();
    return 0;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfRestoringASnapshot) {
  prepare();
  {
    Host host(state_);
    for (const bool success : {false, true, false}) {
      host.need(host.record(host.route(kAgent, kTask).decision_id, success), "record");
    }
    promise_.outcomes += 3;
    host.tick();
    host.close();
  }
  Call call{.pace = long_pace(), .whole = true};
  call.make = [this](Host& host, Board&) {
    const std::string path = host.snapshot_path(promise_.snapshots[0]);
    host.need(plugin().restore(host.handle(), path.data(), path.size(), nullptr, host.error()), "restore");
  };
  die_everywhere(call);
  EXPECT_NE(seen_.front(), seen_.back()) << "the restore changed nothing";
}

TEST_F(EveryInstruction, OfReplayingAnOutcome) {
  prepare();
  {
    Host host(state_);
    auto outcome = sized<remora_outcome>();
    outcome.agent = host.define(kAgent, "one,two,three");
    outcome.task_type = host.intern(REMORA_KIND_TASK_TYPE, kTask);
    for (int i = 0; i < 40; ++i) {
      outcome.success = i % 2;
      host.need(plugin().record_outcome(host.handle(), &outcome, nullptr, host.error()), "record");
    }
    promise_.outcomes += 40;
    host.tick();
    host.close();
  }
  Call call;
  call.make = [](Host& host, Board&) {
    auto request = sized<remora_replay_request>();
    request.batch_size = 1;
    request.seed = 3;
    host.need(plugin().replay(host.handle(), &request, nullptr, host.error()), "replay");
  };
  die_everywhere(call);
  EXPECT_NE(seen_.front(), seen_.back()) << "the replay moved nothing";
}

TEST_F(EveryInstruction, OfLearningAgain) {
  prepare();
  std::string settings = kSmallest;
  settings.insert(settings.rfind('}'), R"(, "learning": {"reward": {"success": 0.5}})");
  folder_.write("state/remora.json", settings);
  Call call{.pace = long_pace(), .whole = true};
  call.make = [](Host& host, Board&) {
    auto request = sized<remora_replay_request>();
    request.mode = REMORA_REPLAY_RELEARN;
    host.need(plugin().replay(host.handle(), &request, nullptr, host.error()), "replay");
  };
  die_everywhere(call);
  EXPECT_NE(seen_.front(), seen_.back()) << "nothing was learned again";
}

TEST_F(EveryInstruction, OfClosing) {
  prepare();
  Call call{.pace = long_pace(), .company = false};
  call.make = [](Host& host, Board&) { host.close(); };
  die_everywhere(call);
}

}  // namespace
}  // namespace remora::campaign
