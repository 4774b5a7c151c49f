// Events as text: valid JSON, every number named as the public headers name it, names resolved, the figures
// told.
#include "ops/event_text.hpp"

#include <remora/observe.h>
#include <remora/rollout.h>
#include <remora/safety.h>
#include <remora/snapshot.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "config/json_document.hpp"
#include "ops/event_message.hpp"
#include "ops/event_names.hpp"
#include "ops/small_state.hpp"

namespace remora::ops {
namespace {

using store::EventKind;
using store::Severity;
using ::testing::HasSubstr;
using ::testing::Not;

class EventText : public ::testing::Test {
 protected:
  std::string text_of(const store::Event& event) const {
    char buffer[4'096];
    base::Text text(buffer, sizeof buffer);
    append_event_text(state_.history(), event, &text);
    EXPECT_TRUE(text.fits());
    return std::string(text.view());
  }
  std::string message_of(const store::Event& event) const {
    char buffer[kLongestMessage];
    base::Text text(buffer, sizeof buffer);
    append_message(event, resolve_names(state_.history(), event), &text);
    EXPECT_TRUE(text.fits());
    return std::string(text.view());
  }

  test::SmallState state_;
};

TEST_F(EventText, ABlockedVariantIsToldWithNamesAndFigures) {
  store::Event event = state_.event(EventKind::kVariantBlocked);
  event.sequence = 7;
  event.severity = Severity::kWarning;
  event.rollout = 0;
  event.reason = REMORA_SAFETY_BELOW_MINIMUM;
  event.value = 0.2;
  event.threshold = 0.5;
  event.detail[0] = 10;
  event.detail[1] = 2;
  EXPECT_EQ(
      text_of(event),
      R"({"sequence":7,"time":"2023-11-14T22:13:20.123Z","kind":"variant_blocked","severity":"warning",)"
      R"("agent":"fuzzer","variant":"fast","reason":"below_minimum","value":0.2,"threshold":0.5,"detail":[10,2],)"
      R"("message":"variant 'fast' of agent 'fuzzer' was blocked: 2 of its last 10 outcomes succeeded (20 %), 50 % are asked for"})");
}

TEST_F(EventText, ARolledBackRolloutNamesRolloutAndStage) {
  store::Event event = state_.event(EventKind::kRolledBack);
  event.severity = Severity::kCritical;
  event.stage = 2;
  event.reason = REMORA_ROLLOUT_SUCCESS_DROP;
  event.value = -0.156;
  event.threshold = -0.1;
  const std::string text = text_of(event);
  EXPECT_THAT(text, HasSubstr(R"("severity":"critical")"));
  EXPECT_THAT(text, HasSubstr(R"("rollout":"prompt-v2","stage":2,"reason":"success_drop","value":-0.156)"));
  EXPECT_THAT(text, HasSubstr("was rolled back in stage 2: its success rate is too far below the baseline's "
                              "(difference -15.6 %)"));
}

TEST_F(EventText, EveryKindIsOneLineOfJsonWithAMessageOfItsOwn) {
  std::set<std::string> messages;
  for (int32_t kind = REMORA_EVENT_OPENED; kind <= REMORA_EVENT_FILES_LOST; ++kind) {
    const store::Event event = state_.event(static_cast<EventKind>(kind));
    const std::string text = text_of(event);
    config::JsonDocument document(text, "event");
    base::Problem problem;
    EXPECT_TRUE(test::is_ok(document.scan(problem), problem)) << text;
    EXPECT_THAT(text, Not(HasSubstr("\n")));
    EXPECT_THAT(text, Not(HasSubstr("\"kind\":\"unknown\"")));
    messages.insert(message_of(event));
  }
  EXPECT_EQ(messages.size(), static_cast<size_t>(REMORA_EVENT_FILES_LOST));
}

TEST_F(EventText, IdsThatAreNoneOfOursAndNumbersThatAreNoneAreTold) {
  store::Event event = state_.event(EventKind::kVariantBlocked);
  event.kind = static_cast<EventKind>(99);
  event.severity = static_cast<Severity>(9);
  event.agent = store::make_id(store::Kind::kAgent, 3'000);
  event.rollout = store::make_id(store::Kind::kLabel, 0);
  event.value = std::nan("");
  event.threshold = INFINITY;
  const std::string text = text_of(event);
  EXPECT_THAT(
      text, HasSubstr(R"("kind":"unknown","severity":"unknown","agent":null,"variant":null,"rollout":null)"));
  EXPECT_THAT(text, HasSubstr(R"("value":null,"threshold":null)"));
  config::JsonDocument document(text, "event");
  base::Problem problem;
  EXPECT_TRUE(test::is_ok(document.scan(problem), problem));
}

TEST_F(EventText, NamesOfAnyContentAreEscaped) {
  const uint32_t variant = state_.add_variant("a \"quoted\" \\ 😀");
  store::Event event = state_.event(EventKind::kVariantUnblocked);
  event.variant = variant;
  event.reason = REMORA_SAFETY_PROBATION;
  const std::string text = text_of(event);
  EXPECT_THAT(text, HasSubstr(R"("variant":"a \"quoted\" \\ 😀")"));
  config::JsonDocument document(text, "event");
  base::Problem problem;
  EXPECT_TRUE(test::is_ok(document.scan(problem), problem));
}

TEST_F(EventText, TheLongestNamesFit) {
  std::string name(96, '"');
  const uint32_t variant = state_.add_variant(name);
  store::Event event = state_.event(EventKind::kVariantBlocked);
  event.variant = variant;
  event.reason = REMORA_SAFETY_BELOW_MINIMUM;
  event.detail[0] = event.detail[1] = UINT64_MAX;
  event.value = -1.7976931348623157e308;
  text_of(event);
  message_of(event);
}

TEST_F(EventText, TheLastVariantThatMayRunIsToldToStay) {
  store::Event event = state_.event(EventKind::kVariantBlocked);
  event.severity = Severity::kCritical;
  event.reason = REMORA_SAFETY_BELOW_MINIMUM;
  EXPECT_THAT(message_of(event), HasSubstr("stays only because no other may run"));
}

TEST_F(EventText, MessagesTellTheirFigures) {
  store::Event event = state_.event(EventKind::kRestored);
  event.value = 3;
  event.detail[0] = 4;
  event.detail[1] = 17;
  EXPECT_EQ(message_of(event),
            "learned values were restored from snapshot 17: generation 3 was replaced by generation 4");
  event = state_.event(EventKind::kSnapshotTaken);
  event.reason = REMORA_SNAPSHOT_HOURLY;
  event.value = 4'096;
  event.detail[0] = 18;
  event.detail[1] = 33;
  EXPECT_EQ(message_of(event), "snapshot 18 (hourly) was taken: 33 rows, 4096 bytes");
  event = state_.event(EventKind::kSnapshotRefused);
  event.reason = REMORA_E_DAMAGED;
  event.value = 12;
  EXPECT_EQ(message_of(event), "a snapshot file of 12 bytes was refused (REMORA_E_DAMAGED); nothing changed");
  event = state_.event(EventKind::kControlChanged);
  event.detail[1] = store::kControlDisabled | store::kControlModeMonitor;
  EXPECT_EQ(message_of(event), "control was set: disabled, learning on, mode monitor");
  event = state_.event(EventKind::kRewardChanged);
  event.threshold = 0.9012345;
  event.value = 0.3;
  event.detail[1] = 20;
  EXPECT_THAT(message_of(event),
              HasSubstr(" fell from 0.901 to about 0.3; the agent's evidence counts 20 % from now on"));
}

// The names are the constants' own, in lower case and without their prefix.
TEST(EventNamesOfNumbers, AreThoseOfThePublicHeaders) {
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_OPENED)), "opened");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_VARIANT_BLOCKED)), "variant_blocked");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_VARIANT_UNBLOCKED)), "variant_unblocked");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_ROLLOUT_STARTED)), "rollout_started");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_STAGE_ADVANCED)), "stage_advanced");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_ROLLED_BACK)), "rolled_back");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_ROLLOUT_COMPLETE)), "rollout_complete");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_ROLLOUT_PAUSED)), "rollout_paused");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_ROLLOUT_RESUMED)), "rollout_resumed");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_SNAPSHOT_TAKEN)), "snapshot_taken");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_SNAPSHOT_REFUSED)), "snapshot_refused");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_RESTORED)), "restored");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_CONFIG_RELOADED)), "config_reloaded");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_CONFIG_REFUSED)), "config_refused");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_CONTROL_CHANGED)), "control_changed");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_TABLE_FULL)), "table_full");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_RECOVERED)), "recovered");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_SYNC_FAILED)), "sync_failed");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_SNAPSHOT_FAILED)), "snapshot_failed");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_REWARD_CHANGED)), "reward_changed");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_RELEARNED)), "relearned");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_SEEDED)), "seeded");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_OUTCOMES_OVERDUE)), "outcomes_overdue");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_VALUES_LOST)), "values_lost");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_FILES_LOST)), "files_lost");
  EXPECT_EQ(event_kind_name(static_cast<EventKind>(REMORA_EVENT_FILES_LOST + 1)), "unknown");
  EXPECT_EQ(severity_name(static_cast<Severity>(REMORA_SEVERITY_INFO)), "info");
  EXPECT_EQ(severity_name(static_cast<Severity>(REMORA_SEVERITY_WARNING)), "warning");
  EXPECT_EQ(severity_name(static_cast<Severity>(REMORA_SEVERITY_CRITICAL)), "critical");
}

TEST(EventNamesOfNumbers, ReasonsAreReadByTheKindOfTheEvent) {
  const auto safety = [](int32_t reason) { return event_reason_name(EventKind::kVariantBlocked, reason); };
  EXPECT_EQ(safety(REMORA_SAFETY_OK), "ok");
  EXPECT_EQ(safety(REMORA_SAFETY_TOO_FEW), "too_few");
  EXPECT_EQ(safety(REMORA_SAFETY_BELOW_MINIMUM), "below_minimum");
  EXPECT_EQ(safety(REMORA_SAFETY_CRITICAL_ERROR), "critical_error");
  EXPECT_EQ(safety(REMORA_SAFETY_VIOLATION), "safety_violation");
  EXPECT_EQ(safety(REMORA_SAFETY_OPERATOR), "operator");
  EXPECT_EQ(safety(REMORA_SAFETY_PROBATION), "probation");
  EXPECT_EQ(safety(REMORA_SAFETY_RETIRED), "retired");
  EXPECT_EQ(safety(REMORA_SAFETY_ROLLED_BACK), "rolled_back");
  EXPECT_EQ(safety(REMORA_SAFETY_ROLLED_BACK + 1), "unknown");
  EXPECT_EQ(safety(-1), "unknown");
  const auto rollout = [](int32_t reason) { return event_reason_name(EventKind::kRolledBack, reason); };
  EXPECT_EQ(rollout(REMORA_ROLLOUT_NONE), "none");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_TOO_EARLY), "too_early");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_TOO_FEW), "too_few");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_BELOW_MARGIN), "below_margin");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_PASSED), "passed");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_SUCCESS_DROP), "success_drop");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_CRITICAL_ERROR), "critical_error");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_SAFETY_VIOLATION), "safety_violation");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_OPERATOR), "operator");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_BLOCKED), "blocked");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_NOT_RUNNING), "not_running");
  EXPECT_EQ(rollout(REMORA_ROLLOUT_ONE_UNIT), "one_unit");
  const auto snapshot = [](int32_t kind) { return event_reason_name(EventKind::kSnapshotTaken, kind); };
  EXPECT_EQ(snapshot(REMORA_SNAPSHOT_MANUAL), "manual");
  EXPECT_EQ(snapshot(REMORA_SNAPSHOT_HOURLY), "hourly");
  EXPECT_EQ(snapshot(REMORA_SNAPSHOT_STAGE), "stage");
  EXPECT_EQ(snapshot(REMORA_SNAPSHOT_RESTORE), "restore");
  EXPECT_EQ(event_reason_name(EventKind::kSnapshotRefused, REMORA_E_FORMAT), "REMORA_E_FORMAT");
  EXPECT_EQ(event_reason_name(EventKind::kOpened, 0), "") << "no reason, no member";
}

}  // namespace
}  // namespace remora::ops
