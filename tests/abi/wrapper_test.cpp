// The C++ wrapper: a session through all of it, and what its types promise.
#include <gmock/gmock.h>
#include <remora/remora.hpp>

#include <array>
#include <string>
#include <type_traits>
#include <vector>

#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

using testing::HasSubstr;

static_assert(std::is_nothrow_move_constructible_v<State> && !std::is_copy_constructible_v<State>);
static_assert(std::is_convertible_v<AgentId, remora_id> && !std::is_convertible_v<remora_id, AgentId>);
static_assert(!std::is_constructible_v<AgentId, TaskTypeId> || !std::is_convertible_v<TaskTypeId, AgentId>);
static_assert(sizeof(Task) == sizeof(remora_task) && Task().struct_size == sizeof(remora_task));

class Wrapper : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Library::load(REMORA_LIBRARY_PATH);
    ASSERT_TRUE(loaded.ok()) << loaded.error().text();
    library = *loaded;
    auto opened = library.open(folder.path() + "/state", options());
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    state = std::move(*opened);
    agent = *state.agent_define("backend-architect", "careful,quick");
    ASSERT_NE(agent, 0u);
  }
  static Options options() {
    Options small;
    small.states = 1024;
    small.ledger_slots = 4096;
    small.names = 512;
    return small;
  }
  // Expects success and gives the value.
  template <class Value>
  Value must(Result<Value> result) {
    EXPECT_TRUE(result.ok()) << result.error().text();
    return std::move(result).value();
  }

  Folder folder;
  Library library;
  State state;
  AgentId agent;
};

TEST_F(Wrapper, TellsVersionsCodesAndSizes) {
  EXPECT_EQ(library.abi_version(), REMORA_ABI_VERSION);
  EXPECT_THAT(must(library.version_text()), HasSubstr("."));
  EXPECT_THAT(must(library.status_text(REMORA_E_FULL)), HasSubstr("REMORA_E_FULL"));
  EXPECT_EQ(must(library.struct_size("remora_task")), sizeof(remora_task));
  EXPECT_EQ(library.struct_size("no_struct").code(), REMORA_E_NOT_FOUND);
}

TEST_F(Wrapper, InternsFindsAndListsNames) {
  const TaskTypeId type = must(state.intern<TaskTypeId>("api-design"));
  EXPECT_EQ(must(state.find<TaskTypeId>("api-design")), type);
  EXPECT_EQ(must(state.name_of(type)), "api-design");
  const AgentId other = must(state.agent_register("tester", must(state.intern<CategoryId>("testing"))));
  Variant variant;
  variant.agent = other;
  variant.tier = 2;
  variant = must(state.variant_register("deep", variant));
  EXPECT_EQ(must(state.variant_name(other, variant.variant)), "deep");
  EXPECT_EQ(must(state.variant_info(other, variant.variant)).tier, 2u);
  EXPECT_EQ(must(state.agent_info(other)).variant_count, 1u);
  std::array<remora_id, 8> ids{};
  uint64_t cursor = 0;
  const std::span<remora_id> agents = must(state.list_names(REMORA_KIND_AGENT, cursor, ids));
  EXPECT_THAT(std::vector<remora_id>(agents.begin(), agents.end()), testing::Contains(remora_id{other}));
  EXPECT_THAT(must(state.list_names(REMORA_KIND_AGENT, cursor, ids)), testing::IsEmpty());
}

TEST_F(Wrapper, RoutesAndRecords) {
  Task task;
  task.agent = agent;
  const Decision decision = must(state.route(task));
  EXPECT_LT(decision.variant, 2u);
  Outcome outcome;
  outcome.decision_id = decision.decision_id;
  outcome.success = 1;
  EXPECT_GT(must(state.record_outcome(outcome)).reward, 0.0);
  EXPECT_EQ(state.record_outcome(outcome).code(), REMORA_E_ALREADY_RECORDED);
  const Decision named = must(state.route_named("backend-architect", "api-design", 7));
  EXPECT_TRUE(state.record_result(named.decision_id, false, 1000).ok());
}

TEST_F(Wrapper, RoutesAndRecordsBatches) {
  std::vector<Task> tasks(4);
  for (Task& task : tasks) {
    task.agent = agent;
  }
  std::vector<Decision> decisions(4);
  EXPECT_EQ(must(state.route_batch(tasks, decisions)).done, 4u);
  std::vector<Outcome> outcomes(4);
  for (size_t i = 0; i < 4; ++i) {
    outcomes[i].decision_id = decisions[i].decision_id;
    outcomes[i].success = 1;
  }
  outcomes[2].decision_id = decisions[1].decision_id;
  std::vector<Reward> rewards(4);
  const Result<Batch> batch = state.record_outcome_batch(outcomes, rewards);
  EXPECT_EQ(batch.code(), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(batch->done, 3u);
  EXPECT_EQ(batch->first_failed, 2u);
  EXPECT_EQ(state.record_outcome_batch(std::span(outcomes).subspan(2, 1)).code(), REMORA_E_ALREADY_RECORDED);
}

TEST_F(Wrapper, RefusesABatchWithTooLittleRoom) {
  const std::vector<Task> tasks(4);
  std::vector<Decision> decisions(3);
  const Result<Batch> batch = state.route_batch(tasks, decisions);
  EXPECT_EQ(batch.code(), REMORA_E_INVALID);
  EXPECT_THAT(std::string(batch.error().text()), HasSubstr("room for 3"));
}

TEST_F(Wrapper, ClassifiesByItsOwnRules) {
  const TaskTypeId type = must(state.task_rule_add("sourdough", "levain\nstarter", "*.loaf", 50));
  const Classification found = must(state.classify("feed the levain tonight", "country.loaf"));
  EXPECT_EQ(found.task_type, type);
  EXPECT_GT(found.confidence, 0.0);
}

TEST_F(Wrapper, ChecksSafetyAndBlocks) {
  EXPECT_NE(must(state.safety_check(agent, 1)).allowed, 0u);
  EXPECT_TRUE(state.variant_block(agent, 1).ok());
  EXPECT_EQ(must(state.safety_check(agent, 1)).allowed, 0u);
  EXPECT_TRUE(state.variant_unblock(agent, 1).ok());
}

TEST_F(Wrapper, RunsARollout) {
  RolloutPlan plan;
  plan.agent = agent;
  plan.treatment = 1;
  const RolloutId rollout = must(state.rollout_start("try-quick", plan));
  EXPECT_EQ(must(state.rollout_gate(agent, 99)).rollout, rollout);
  EXPECT_TRUE(state.rollout_command(rollout, REMORA_ROLLOUT_ROLL_BACK).ok());
  EXPECT_EQ(must(state.rollout_status(rollout)).state, uint32_t{REMORA_ROLLOUT_ROLLED_BACK});
}

TEST_F(Wrapper, TakesListsVerifiesAndRestoresSnapshots) {
  const SnapshotInfo taken = must(state.snapshot());
  std::array<SnapshotInfo, 4> infos;
  const std::span<SnapshotInfo> listed = must(state.snapshot_list(infos));
  ASSERT_FALSE(listed.empty());
  EXPECT_EQ(listed[0].sequence, taken.sequence);
  const std::string path = must(state.snapshot_path(taken.sequence));
  EXPECT_EQ(must(state.snapshot_verify(path)).checksum, taken.checksum);
  EXPECT_EQ(must(state.restore(path)).sequence, taken.sequence);
}

TEST_F(Wrapper, OperatesAndObserves) {
  EXPECT_TRUE(state.tick().ok());
  Control control = must(state.control_get());
  control.mode = REMORA_MODE_MONITOR;
  EXPECT_TRUE(state.control_set(control).ok());
  EXPECT_EQ(must(state.control_get()).mode, uint32_t{REMORA_MODE_MONITOR});
  EXPECT_EQ(state.configure("{ broken").code(), REMORA_E_CONFIG);
  EXPECT_TRUE(
      state.record_result(must(state.route_named("backend-architect", "testing")).decision_id, true).ok());
  EXPECT_GE(must(state.stats_get()).outcomes, 1u);
  EXPECT_THAT(must(state.metrics_text()), HasSubstr("remora_"));
  std::array<Event, 64> events;
  uint64_t cursor = 0;
  const std::span<Event> seen = must(state.events(cursor, events));
  ASSERT_FALSE(seen.empty());
  EXPECT_THAT(must(state.event_text(seen[0])), HasSubstr("{"));
  std::array<QCell, 64> cells;
  cursor = 0;
  EXPECT_FALSE(must(state.q_cells(cursor, cells)).empty());
  EXPECT_TRUE(state.log_drain().ok());
  EXPECT_TRUE(state.log_callback(nullptr, nullptr, 0).ok());
}

TEST_F(Wrapper, AStateClosesItselfAndOutlivesItsLibrary) {
  const uint64_t handle = state.handle();
  library = Library();
  EXPECT_TRUE(state.stats_get().ok());
  State moved = std::move(state);
  EXPECT_EQ(moved.handle(), handle);
  EXPECT_TRUE(moved.close().ok());
  EXPECT_FALSE(moved.is_open());
  EXPECT_TRUE(moved.close().ok()) << "twice does nothing";
  EXPECT_EQ(plugin().close(handle, nullptr), REMORA_E_HANDLE);
}

TEST_F(Wrapper, AStateThatIsNotOpenRefusesEverything) {
  const State none;
  EXPECT_EQ(none.route(Task()).code(), REMORA_E_HANDLE);
  EXPECT_EQ(none.route(Task())->reason, REMORA_REASON_ERROR);
  EXPECT_EQ(none.metrics_text().code(), REMORA_E_HANDLE);
  EXPECT_EQ(Library().open("state").code(), REMORA_E_HANDLE);
  ASSERT_TRUE(state.close().ok());
  const Result<Decision> refused = state.route_named("backend-architect", "testing");
  EXPECT_EQ(refused.code(), REMORA_E_HANDLE);
  EXPECT_EQ(refused->reason, REMORA_REASON_ERROR) << "the answer is safe all the same";
  EXPECT_FALSE(refused.error().text().empty());
}

TEST_F(Wrapper, ALoadThatFailsSaysWhyAtFullLength) {
  const std::string path = "/nowhere/" + std::string(300, 'x');
  const Result<Library> refused = Library::load(path.c_str());
  EXPECT_EQ(refused.code(), REMORA_E_NOT_FOUND);
  EXPECT_THAT(std::string(refused.error().text()), HasSubstr("Correct the path"));
}

}  // namespace
}  // namespace remora::abi_test
