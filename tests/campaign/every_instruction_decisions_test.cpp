// Deciding, recording and naming.
#include "campaign/dying_call.hpp"

namespace remora::campaign {
namespace {

remora_decision labelled(Host& host) {
  auto task = sized<remora_task>();
  auto decision = sized<remora_decision>();
  task.agent = host.define(kAgent, "one,two,three");
  task.label_count = 2;
  task.labels[0] = host.intern(REMORA_KIND_LABEL, "known");
  task.labels[1] = host.intern(REMORA_KIND_LABEL, "urgent");
  host.need(plugin().route(host.handle(), &task, &decision, host.error()), "route");
  return decision;
}

TEST_F(EveryInstruction, OfInterningAName) {
  prepare();
  Call call;
  call.make = [](Host& host, Board&) { host.intern(REMORA_KIND_LABEL, "new-label"); };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    remora_id id = 0;
    const int32_t code = plugin().find(host.handle(), REMORA_KIND_LABEL, "new-label", 9, &id, host.error());
    if (acknowledged) {
      host.need(code, "find the acknowledged name");
    }
    if (host.intern(REMORA_KIND_LABEL, "new-label") != host.intern(REMORA_KIND_LABEL, "new-label")) {
      throw std::runtime_error("a name has two ids");
    }
    if (host.ids(REMORA_KIND_LABEL).size() != 2) {
      throw std::runtime_error("a name is there twice, or another is gone");
    }
    return 0;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfDefiningAnAgent) {
  prepare();
  Call call;
  call.make = [](Host& host, Board&) { host.define("second", "fast,slow"); };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    auto agent = sized<remora_agent>();
    const int32_t code =
        plugin().find(host.handle(), REMORA_KIND_AGENT, "second", 6, &agent.agent, host.error());
    if (acknowledged) {
      host.need(code, "find the acknowledged agent");
      host.need(plugin().agent_info(host.handle(), &agent, host.error()), "agent_info");
    } else {
      agent.agent = host.define("second", "fast,slow");
      host.need(plugin().agent_info(host.handle(), &agent, host.error()), "agent_info");
    }
    char first[16], second[16];
    host.need(plugin().variant_name(host.handle(), agent.agent, 0, first, 16, nullptr), "first variant");
    host.need(plugin().variant_name(host.handle(), agent.agent, 1, second, 16, nullptr), "second variant");
    if (agent.variant_count != 2 || std::string(first) + second != "fastslow" ||
        agent.retired_variants != 0) {
      throw std::runtime_error("the new agent's variants are not whole");
    }
    return host.record(host.route("second", kTask).decision_id) == REMORA_OK ? 1 : 0;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfRouting) {
  prepare();
  Call call;
  call.make = [](Host& host, Board& board) { board.decision = host.route(kAgent, kTask).decision_id; };
  call.special = [this](Host& host, bool acknowledged) -> uint64_t {
    if (!acknowledged) {
      return 0;
    }
    host.need(host.record(board_->decision), "record an acknowledged decision");
    return 1;
  };
  die_everywhere(call);
}

// A set of labels that was never seen takes a place of its own in the file.
TEST_F(EveryInstruction, OfRoutingWithNewLabels) {
  prepare();
  Call call;
  call.make = [](Host& host, Board& board) { board.decision = labelled(host).decision_id; };
  call.special = [this](Host& host, bool acknowledged) -> uint64_t {
    uint64_t recorded = 0;
    if (acknowledged) {
      host.need(host.record(board_->decision), "record an acknowledged decision");
      ++recorded;
    }
    host.need(host.record(labelled(host).decision_id), "record with these labels");
    return recorded + 1;
  };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfRecordingAnOutcome) {
  prepare();
  Call call;
  promise_.decision = decide(kTask);
  call.make = [this](Host& host, Board&) { host.need(host.record(promise_.decision), "record"); };
  die_everywhere(call);
}

TEST_F(EveryInstruction, OfRecordingTheFirstOutcomeOfAState) {
  prepare();
  Call call;
  promise_.decision = decide("another task");
  call.make = [this](Host& host, Board&) {
    auto outcome = sized<remora_outcome>();
    outcome.decision_id = promise_.decision;
    outcome.success = 1;
    outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
    outcome.quality = 0.75;
    host.need(plugin().record_outcome(host.handle(), &outcome, nullptr, host.error()), "record_outcome");
  };
  die_everywhere(call);
}

// Blocks the variant: the mask, the variant's word, the safe variant and an event change with it.
TEST_F(EveryInstruction, OfRecordingACriticalError) {
  prepare();
  Call call;
  promise_.decision = decide(kTask, 0b010);  // not the baseline, which is left to run while nothing is proven
  call.make = [this](Host& host, Board&) {
    auto outcome = sized<remora_outcome>();
    outcome.decision_id = promise_.decision;
    outcome.critical_error = 1;
    host.need(plugin().record_outcome(host.handle(), &outcome, nullptr, host.error()), "record_outcome");
  };
  call.special = [](Host& host, bool acknowledged) -> uint64_t {
    auto agent = sized<remora_agent>();
    agent.agent = host.define(kAgent, "one,two,three");
    host.need(plugin().agent_info(host.handle(), &agent, host.error()), "agent_info");
    for (uint32_t v = 0; v < agent.variant_count; ++v) {
      auto query = sized<remora_safety_query>();
      auto verdict = sized<remora_safety_verdict>();
      query.agent = agent.agent;
      query.variant = v;
      host.need(plugin().safety_check(host.handle(), &query, &verdict, host.error()), "safety_check");
      if ((verdict.allowed == 0) != ((agent.blocked_variants >> v & 1) != 0)) {
        throw std::runtime_error("a variant's block and the agent's mask disagree");
      }
    }
    if (acknowledged && agent.blocked_variants == 0) {
      throw std::runtime_error("a critical error that was kept blocked nothing");
    }
    return 0;
  };
  die_everywhere(call);
}

}  // namespace
}  // namespace remora::campaign
