#include "faults/scenarios.hpp"

#include <unistd.h>

#include <remora/remora.h>

namespace remora::test {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

void live(Session& session) {
  session.write_config("");
  session.define();
  session.decide(6);
  session.tick(kMinute);
  session.start_rollout();
  session.decide(12);
  session.tick(61 * kMinute);  // a stage advances, the hourly snapshot is due, all is synced
  session.block_and_unblock(12);
  session.tick(kMinute);  // the event log grows beyond one file
  session.write_config(R"(, "learning": {"epsilon": 0.2})");
  session.tick(kMinute);
  session.snapshot();
  session.snapshot();
  session.snapshot();  // one more than are kept
  session.look();
  session.in_forked_child([](Session& child) {
    child.decide(3);
    child.tick(kMinute);
    child.snapshot();
    if (!child.trouble_lasts()) {
      child.expect_full_service();
    }
  });
  session.decide(3);
  session.close();
  session.open();
  session.decide(3);
  session.tick(kMinute);
}

void go_back(Session& session) {
  session.write_config("");
  session.define();
  session.decide(6);
  session.snapshot();
  session.decide(6);
  session.restore_newest();
  session.decide(3);
  session.offer_active_snapshot();
  session.tick(kMinute);
  session.decide(3);
  session.in_forked_child([](Session& child) { child.restore_newest(); });
  session.decide(3);  // follows
  session.tick(kMinute);
  session.tick(kMinute);
  session.close();
  session.open();
  session.decide(3);
}

void be_kept(Session& session) {
  session.write_config("");
  session.define();
  session.decide(10);
  usleep(6'000);
  session.decide(10);
  session.close();
}

void live_in_memory(Session& session) {
  session.write_config("");
  session.define();
  session.decide(6);
  session.tick(61 * kMinute);
  session.snapshot();
  session.close();
  session.open();
  session.decide(3);
}

void use_everything(Session& session) {
  session.report_in_full();
  session.switch_off_and_on();
  session.configure(R"({"learning": {"epsilon": 0.3}})");
  session.configure("");  // that of the file again
  session.judge();
  session.inspect();
}

void operate(Session& session) {
  session.write_config("");
  session.define();
  session.register_one_by_one();
  session.decide(6);
  session.start_rollout();
  session.decide(6);
  use_everything(session);
  session.steer_rollout(REMORA_ROLLOUT_PAUSE);
  session.tick(kMinute);
  session.steer_rollout(REMORA_ROLLOUT_RESUME);
  session.steer_rollout(REMORA_ROLLOUT_ADVANCE);
  session.decide(3);
  session.learn_again();
  session.look();
  session.steer_rollout(REMORA_ROLLOUT_ROLL_BACK);
  session.tick(kMinute);
  session.close();
  session.open();
  session.register_one_by_one();
  session.decide(3);
}

void serve_operator(Session& session) {
  session.register_one_by_one();
  use_everything(session);
  session.learn_again();
}

void work_and_leave(Session& session) {
  session.define();
  session.decide(6);
  session.start_rollout();
  session.tick(kMinute);
  session.decide(12);  // none of them folded
  session.leave_outcomes_half_done();
}

void succeed(Session& session) {
  constexpr int64_t kLater = 10 * kMinute;
  session.write_config("");
  session.let_another_die(work_and_leave, Function::kRenameat2, [](Session& dying) { dying.snapshot(); });
  advance_clocks(kLater);
  session.define();
  session.report_what_was_half_done();
  session.decide(6);
  session.tick(kMinute);
  session.snapshot();
  session.look();
  session.close();
  session.let_another_die([](Session& dying) { dying.decide(3); }, Function::kMsync,
                          [](Session& dying) { dying.restore_newest(); });
  advance_clocks(kLater);
  session.open();
  session.decide(3);
  session.tick(kMinute);
}

}  // namespace

const Scenario kLife{"Life", live, REMORA_OPEN_NO_AUTO_TICK, REMORA_DURABILITY_DISK, true};
const Scenario kRestores{"Restores", go_back, 0, REMORA_DURABILITY_DISK, false};
const Scenario kKeeper{"Keeper", be_kept, REMORA_OPEN_KEEPER, REMORA_DURABILITY_DISK, true};
const Scenario kMemory{"Memory", live_in_memory, 0, REMORA_DURABILITY_MEMORY, true};
const Scenario kOperator{"Operator", operate,       REMORA_OPEN_NO_AUTO_TICK, REMORA_DURABILITY_DISK,
                         false,      serve_operator};
const Scenario kSuccessor{
    "Successor", succeed, REMORA_OPEN_NO_AUTO_TICK, REMORA_DURABILITY_DISK, false, [](Session& session) {
      session.report_what_was_half_done();
    }};

}  // namespace remora::test
