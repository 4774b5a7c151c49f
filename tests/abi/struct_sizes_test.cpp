// Hosts of other ABI versions: every struct at every size that a host may announce, through the functions
// that take it.
#include "abi/struct_cases.hpp"

namespace remora::abi_test {
namespace {

// How far past its known size a struct is tried.
constexpr size_t kBeyond = 64;

TEST_F(StructSizes, OneShorterThanTheFirstVersionIsRefused) {
  for (const Case& c : cases) {
    for (size_t size = 0; size < c.first_size; ++size) {
      // Memory for struct_size itself is there in any case; a host that announces less than 4 bytes is
      // mistaken.
      Guarded memory(c.valid, std::max(size, sizeof(uint32_t)), static_cast<uint32_t>(size));
      EXPECT_EQ(c.call(memory.place()), REMORA_E_INVALID) << c.name << " of " << size << " bytes";
      EXPECT_TRUE(memory.intact()) << c.name << " wrote past the " << size << " bytes of its host's struct";
    }
  }
}

TEST_F(StructSizes, OneOfAnOlderHostIsTakenAndNotWrittenBeyond) {
  for (const Case& c : cases) {
    const int32_t expected = call_with(c, c.valid.size());
    for (size_t size = c.first_size; size < c.valid.size(); ++size) {
      EXPECT_EQ(call_with(c, size), expected) << c.name << " of " << size << " bytes";
    }
  }
}

TEST_F(StructSizes, OneThatWasNeverSetIsRefused) {
  for (const Case& c : cases) {
    for (const uint32_t garbage : {0xFFFFFFFFu, 0x7F00A5A5u, 1u << 20}) {
      Guarded memory(c.valid, c.valid.size(), garbage);
      EXPECT_EQ(c.call(memory.place()), REMORA_E_INVALID) << c.name << " of " << garbage << " bytes";
      EXPECT_TRUE(memory.intact()) << c.name;
    }
  }
}

TEST_F(StructSizes, ALongerOneOfANewerHostIsTakenWhenItsNewFieldsAreZero) {
  for (const Case& c : cases) {
    const int32_t expected = call_with(c, c.valid.size());
    EXPECT_TRUE(expected == REMORA_OK || expected == REMORA_E_STATE) << c.name << ": " << expected;
    for (size_t size = c.valid.size() + 1; size <= c.valid.size() + kBeyond; ++size) {
      EXPECT_EQ(call_with(c, size), expected) << c.name << " of " << size << " bytes";
    }
  }
}

TEST_F(StructSizes, ALongerInputWithAFieldSetThatIsNotKnownIsUnsupported) {
  for (const Case& c : cases) {
    for (size_t size = c.valid.size() + 1; c.input && size <= c.valid.size() + kBeyond; ++size) {
      Guarded memory(c.valid, size, static_cast<uint32_t>(size));
      memory[size - 1] = std::byte{1};
      EXPECT_EQ(c.call(memory.place()), REMORA_E_UNSUPPORTED) << c.name << " of " << size << " bytes";
      EXPECT_TRUE(memory.intact()) << c.name;
    }
  }
}

TEST_F(StructSizes, AnAnswerMayBeAskedForInMemoryThatWasNotCleared) {
  for (const Case& c : cases) {
    if (!c.input) {
      const std::vector<std::byte> dirty(c.valid.size() + kBeyond, std::byte{0xEE});
      Guarded memory(dirty, dirty.size(), static_cast<uint32_t>(dirty.size()));
      EXPECT_EQ(c.call(memory.place()), REMORA_OK) << c.name;
      EXPECT_TRUE(memory.intact()) << c.name;
    }
  }
}

TEST_F(StructSizes, AnErrorIsNeverWrittenPastTheHostsSize) {
  const std::vector<std::byte> empty(sizeof(remora_error));
  for (size_t size = 0; size <= sizeof(remora_error) + kBeyond; ++size) {
    Guarded memory(empty, std::max(size, sizeof(uint32_t)), static_cast<uint32_t>(size));
    auto* const explained = static_cast<remora_error*>(memory.place());
    EXPECT_EQ(plugin().stats_get(0, nullptr, explained), REMORA_E_HANDLE) << size;
    EXPECT_TRUE(memory.intact()) << size;
    if (size >= sizeof(remora_error)) {
      EXPECT_EQ(explained->code, REMORA_E_HANDLE);
      EXPECT_THAT(explained->text, testing::HasSubstr("handle"));
    }
  }
}

// Arrays: a stride that is the host's own struct size, in a host that knows more fields than the library.
TEST_F(StructSizes, BatchesGoByTheHostsStride) {
  struct LongTask {
    remora_task known;
    uint64_t newer[3];
  };
  struct LongDecision {
    remora_decision known;
    uint64_t newer[5];
  };
  std::vector<LongTask> tasks(5);
  std::vector<LongDecision> decisions(5);
  for (size_t i = 0; i < tasks.size(); ++i) {
    tasks[i] = {};
    tasks[i].known.struct_size = sizeof(LongTask);
    tasks[i].known.agent = agent;
    decisions[i] = {};
    decisions[i].known.struct_size = sizeof(LongDecision);
  }
  remora_batch batch = sized<remora_batch>();
  batch.count = tasks.size();
  for (const uint64_t in_stride : {uint64_t{0}, uint64_t{sizeof(LongTask)}}) {
    batch.in_stride = in_stride;
    batch.out_stride = in_stride == 0 ? 0 : sizeof(LongDecision);
    ASSERT_EQ(plugin().route_batch(handle, &tasks[0].known, &decisions[0].known, &batch, &error), REMORA_OK)
        << error.text;
    EXPECT_EQ(batch.done, tasks.size());
    for (const LongDecision& decision : decisions) {
      EXPECT_EQ(decision.known.agent, agent);
      EXPECT_NE(decision.known.decision_id, 0u);
    }
  }
}

// A host that cannot include the headers asks for the sizes, and finds those of the headers.
TEST_F(StructSizes, AreToldByName) {
  const std::pair<const char*, size_t> known[] = {
      {"remora_error", sizeof(remora_error)},
      {"remora_options", sizeof(remora_options)},
      {"remora_variant", sizeof(remora_variant)},
      {"remora_belief", sizeof(remora_belief)},
      {"remora_evaluation", sizeof(remora_evaluation)},
      {"remora_replay_request", sizeof(remora_replay_request)},
      {"remora_replay_report", sizeof(remora_replay_report)},
      {"remora_convergence", sizeof(remora_convergence)},
      {"remora_agent", sizeof(remora_agent)},
      {"remora_task", sizeof(remora_task)},
      {"remora_decision", sizeof(remora_decision)},
      {"remora_batch", sizeof(remora_batch)},
      {"remora_text", sizeof(remora_text)},
      {"remora_classification", sizeof(remora_classification)},
      {"remora_task_rule", sizeof(remora_task_rule)},
      {"remora_outcome", sizeof(remora_outcome)},
      {"remora_reward", sizeof(remora_reward)},
      {"remora_safety_query", sizeof(remora_safety_query)},
      {"remora_safety_verdict", sizeof(remora_safety_verdict)},
      {"remora_rollout_stage", sizeof(remora_rollout_stage)},
      {"remora_rollout_plan", sizeof(remora_rollout_plan)},
      {"remora_gate_query", sizeof(remora_gate_query)},
      {"remora_gate", sizeof(remora_gate)},
      {"remora_rollout", sizeof(remora_rollout)},
      {"remora_snapshot_info", sizeof(remora_snapshot_info)},
      {"remora_control", sizeof(remora_control)},
      {"remora_tick_report", sizeof(remora_tick_report)},
      {"remora_event", sizeof(remora_event)},
      {"remora_q_cell", sizeof(remora_q_cell)},
      {"remora_stats", sizeof(remora_stats)},
  };
  for (const auto& [name, size] : known) {
    uint32_t told = 0;
    EXPECT_EQ(plugin().struct_size(name, &told), REMORA_OK) << name;
    EXPECT_EQ(told, size) << name;
  }
  uint32_t told = 5;
  EXPECT_EQ(plugin().struct_size("remora_nothing", &told), REMORA_E_NOT_FOUND);
}

}  // namespace
}  // namespace remora::abi_test
