// A process dies between an outcome's record and its judgement. The host cannot report it again, so whoever
// comes next judges it.
#include "engine/host.hpp"
#include "engine/raw_state.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/roster.hpp"

namespace remora::test {
namespace {

constexpr uint32_t kDead = 200;  // process number that nobody has
constexpr uint32_t kVariant = 1;

class WrittenOutcome : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    raw_ = open_raw(folder);
  }

  // A decision for kVariant, and what its recorder left: the record, and the mark if it had begun to judge.
  uint64_t die_amid_recording(uint32_t facts, bool judging = false) {
    remora_task asked = task();
    asked.allowed_variants = 1ULL << kVariant;
    return die_amid_recording(asked, facts, judging);
  }
  uint64_t die_amid_recording(const remora_task& asked, uint32_t facts, bool judging) {
    const remora_decision decision = route(asked);
    const uint64_t id = decision.decision_id;
    const store::History& history = raw_->history();
    store::LedgerSlot* slot = nullptr;
    EXPECT_EQ(store::take_slot(history, id, kDead, &slot), store::Take::kTaken);
    store::OutcomeRecord outcome{};
    outcome.decision_id = id;
    outcome.key = slot->key.load();
    outcome.variant = decision.variant;
    outcome.flags = facts;
    outcome.when_ns = 1'700'000'000'000'000'000;
    store::append_outcome(history, 0, kDead, raw_->generation_in_force().number(), outcome,
                          &slot->outcome_at);
    if (judging) {
      store::note_outcome(*slot, outcome);
    }
    return id;
  }

  remora_safety_verdict verdict() {
    auto query = sized<remora_safety_query>();
    auto v = sized<remora_safety_verdict>();
    query.agent = agent;
    query.variant = kVariant;
    EXPECT_EQ(plugin().safety_check(handle, &query, &v, &error), REMORA_OK) << error.text;
    return v;
  }
  // Outcomes in the variant's window.
  uint32_t window() const {
    const store::History& history = raw_->history();
    for (uint32_t a = 0; a < store::agent_count(history); ++a) {
      if (const store::VariantRecord* record = history.variant(history.agents[a], kVariant)) {
        return store::BlockWord::unpack(record->block.load()).count;
      }
    }
    return 0;
  }

  std::unique_ptr<store::State> raw_;
};

TEST_F(WrittenOutcome, IsJudgedWhenItIsReportedAgain) {
  const uint64_t id = die_amid_recording(store::kOutcomeCritical);
  ASSERT_EQ(verdict().allowed, 1U);
  EXPECT_EQ(record(id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(verdict().allowed, 0U);
  EXPECT_EQ(verdict().reason, REMORA_SAFETY_CRITICAL_ERROR);
  EXPECT_EQ(window(), 1U);
}

TEST_F(WrittenOutcome, IsJudgedByTheNextTick) {
  die_amid_recording(store::kOutcomeViolation);
  tick();
  EXPECT_EQ(verdict().allowed, 0U);
  EXPECT_EQ(window(), 1U);
  tick();
  EXPECT_EQ(window(), 1U);
}

TEST_F(WrittenOutcome, IsJudgedByTheNextToOpenBeforeItDecides) {
  die_amid_recording(store::kOutcomeCritical);
  raw_.reset();
  reopen();
  raw_ = open_raw(folder);
  EXPECT_EQ(verdict().allowed, 0U);
  EXPECT_EQ(window(), 1U);
}

TEST_F(WrittenOutcome, CountsInTheWindowOnce) {
  const uint64_t id = die_amid_recording(0);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(record(id, true), REMORA_E_ALREADY_RECORDED);
    tick();
  }
  EXPECT_EQ(window(), 1U);
  EXPECT_EQ(stats().outcomes, 1U);
}

TEST_F(WrittenOutcome, CountsInItsRolloutForItsUnit) {
  auto plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = kVariant;
  plan.stage_count = 2;
  plan.stages[0].mode = REMORA_MODE_MONITOR;
  plan.stages[0].minimum_samples = 4;
  plan.stages[1].mode = REMORA_MODE_FULL;
  remora_id rollout = 0;
  ASSERT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
  const auto report = [&](uint64_t unit) {
    remora_task asked = task();
    asked.unit_key = unit;
    EXPECT_EQ(record(die_amid_recording(asked, store::kOutcomeSuccess, false), true),
              REMORA_E_ALREADY_RECORDED);
    tick();
    auto status = sized<remora_rollout>();
    EXPECT_EQ(plugin().rollout_status(handle, rollout, &status, &error), REMORA_OK) << error.text;
    return status;
  };
  for (int i = 0; i < 10; ++i) {
    report(7);
  }
  remora_rollout status = report(8);
  EXPECT_EQ(status.baseline_count, 11U);
  EXPECT_EQ(status.reason, REMORA_ROLLOUT_ONE_UNIT);
  EXPECT_EQ(status.samples_needed, 1U);
  status = report(9);
  EXPECT_EQ(status.stage, 1U);
}

// Whether the window holds it cannot be told: it is left as it is, but what is grave is done.
TEST_F(WrittenOutcome, ThatMayHaveBeenCountedIsNotCountedAgain) {
  die_amid_recording(0, true);
  tick();
  EXPECT_EQ(window(), 0U);
  EXPECT_EQ(verdict().allowed, 1U);
  const uint64_t id = die_amid_recording(store::kOutcomeCritical, true);
  EXPECT_EQ(record(id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(window(), 0U);
  EXPECT_EQ(verdict().allowed, 0U);
}

// Others go round the lane before anybody finds the dead process.
TEST_F(WrittenOutcome, WhoseRecordIsGoneCountsOnceAndIsJudgedByWhatItsSlotKeeps) {
  const uint64_t id = die_amid_recording(store::kOutcomeCritical, true);
  const store::History& history = raw_->history();
  for (uint64_t i = 0; i < history.capacities.lane_slots; ++i) {
    store::OutcomeRecord other{};
    store::append_outcome(history, 0, raw_->process_slot(), 1, other, nullptr);
  }
  EXPECT_EQ(record(id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(verdict().allowed, 0U);
  EXPECT_EQ(stats().visits, 0U) << "it was reported a second time, and learned";
}

TEST_F(WrittenOutcome, IsNotOverwrittenByADecisionBeforeItIsJudged) {
  die_amid_recording(store::kOutcomeCritical);
  EXPECT_EQ(raw_->reclaim_dead().written, 1U);
  for (uint32_t i = 0; i < 3 * ledger_slots; ++i) {
    ASSERT_NE(route().decision_id, 0U);
  }
  tick();
  EXPECT_EQ(verdict().allowed, 0U);
}

}  // namespace
}  // namespace remora::test
