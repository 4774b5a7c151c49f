// Hosts of other ABI versions: every struct at every size that a host may announce, through the functions
// that take it.
#include <gmock/gmock.h>
#include <remora/remora_loader.h>

#include <functional>
#include <string>
#include <vector>

#include "abi/guarded.hpp"
#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

// How far past its known size a struct is tried.
constexpr size_t kBeyond = 64;

// Bytes of a struct in the first version that had it.
template <class Struct>
constexpr size_t kFirstSize = sizeof(Struct);
template <>
constexpr size_t kFirstSize<remora_options> = offsetof(remora_options, snapshot_key);
template <>
constexpr size_t kFirstSize<remora_snapshot_info> = offsetof(remora_snapshot_info, key_id);

// One struct in one function that takes it.
struct Case {
  std::string name;
  size_t first_size;
  std::vector<std::byte> valid;  // the struct as a host of this ABI version passes it
  bool input;                    // the library reads more of it than struct_size
  std::function<int32_t(void*)> call;
};

// An array's stride for a struct of any announced size: aligned, as the sizeof of a real struct is.
template <class Struct>
uint64_t stride_of(const Struct& first) {
  return (uint64_t{first.struct_size} + 7) / 8 * 8;
}

class StructSizes : public OpenPlugin {
 protected:
  void SetUp() override {
    OpenPlugin::SetUp();
    remora_task task = sized<remora_task>();
    task.agent = agent;
    remora_decision decision = sized<remora_decision>();
    ASSERT_EQ(plugin().route(handle, &task, &decision, &error), REMORA_OK) << error.text;
    ASSERT_EQ(plugin().snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
    ASSERT_EQ(plugin().record_result(handle, decision.decision_id, 1, 1000, &error), REMORA_OK) << error.text;
    uint64_t cursor = 0;
    uint32_t count = 0;
    event = sized<remora_event>();
    ASSERT_EQ(plugin().events(handle, &cursor, &event, sizeof event, 1, &count), REMORA_OK);
    ASSERT_EQ(count, 1u) << "a state that was opened and snapshotted has events";
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = 1;
    ASSERT_EQ(plugin().rollout_start(handle, "rollout", 7, &plan, &rollout, &error), REMORA_OK) << error.text;
    add_inputs();
    add_outputs();
  }

  template <class Struct>
  void input(const std::string& name, const Struct& valid, std::function<int32_t(const Struct*)> call) {
    add(name, valid, true, [call](void* place) { return call(static_cast<const Struct*>(place)); });
  }
  template <class Struct>
  void output(const std::string& name, std::function<int32_t(Struct*)> call) {
    add(name, sized<Struct>(), false, [call](void* place) { return call(static_cast<Struct*>(place)); });
  }
  // Read for what is asked, then filled.
  template <class Struct>
  void question(const std::string& name, const Struct& valid, std::function<int32_t(Struct*)> call) {
    add(name, valid, true, [call](void* place) { return call(static_cast<Struct*>(place)); });
  }

  void add_inputs();
  void add_outputs();

  // Calls with `size` bytes announced and given.
  static int32_t call_with(const Case& c, size_t size) {
    Guarded memory(c.valid, size, static_cast<uint32_t>(size));
    const int32_t code = c.call(memory.place());
    EXPECT_TRUE(memory.intact()) << c.name << " wrote past the " << size << " bytes of its host's struct";
    return code;
  }

  std::vector<Case> cases;
  remora_event event{};
  remora_id rollout = 0;

 private:
  template <class Struct>
  void add(const std::string& name, const Struct& valid, bool input, std::function<int32_t(void*)> call) {
    std::vector<std::byte> bytes(sizeof valid);
    std::memcpy(bytes.data(), &valid, sizeof valid);
    cases.push_back({name, kFirstSize<Struct>, bytes, input, std::move(call)});
  }
};

void StructSizes::add_inputs() {
  const remora_api& api = plugin();
  input<remora_options>("options of open", small_options(), [&](const remora_options* options) {
    uint64_t opened = 0;
    const std::string path = folder.path() + "/other";
    const int32_t code = api.open(path.data(), path.size(), options, &opened, nullptr);
    return code == REMORA_OK ? api.close(opened, nullptr) : code;
  });
  remora_task task = sized<remora_task>();
  task.agent = agent;
  input<remora_task>("task of route", task, [&](const remora_task* given) {
    remora_decision decision = sized<remora_decision>();
    return api.route(handle, given, &decision, nullptr);
  });
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.success = 1;
  input<remora_outcome>("outcome of record_outcome", outcome, [&](const remora_outcome* given) {
    return api.record_outcome(handle, given, nullptr, nullptr);
  });
  remora_text text = sized<remora_text>();
  text.text_size = 4;
  input<remora_text>("text of classify", text, [&](const remora_text* given) {
    remora_classification found = sized<remora_classification>();
    return api.classify(handle, "test", 4, given, &found, nullptr);
  });
  remora_task_rule rule = sized<remora_task_rule>();
  rule.name_size = 4;
  rule.keywords_size = 5;
  input<remora_task_rule>("rule of task_rule_add", rule, [&](const remora_task_rule* given) {
    remora_id id = 0;
    return api.task_rule_add(handle, "rulewords", 9, given, &id, nullptr);
  });
  remora_safety_query query = sized<remora_safety_query>();
  query.agent = agent;
  input<remora_safety_query>("query of safety_check", query, [&](const remora_safety_query* given) {
    remora_safety_verdict verdict = sized<remora_safety_verdict>();
    return api.safety_check(handle, given, &verdict, nullptr);
  });
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = 1;
  input<remora_rollout_plan>("plan of rollout_start", plan, [&](const remora_rollout_plan* given) {
    remora_id started = 0;  // the agent has a rollout: a plan that is read answers REMORA_E_STATE
    return api.rollout_start(handle, "second", 6, given, &started, nullptr);
  });
  remora_gate_query gate_query = sized<remora_gate_query>();
  gate_query.agent = agent;
  input<remora_gate_query>("query of rollout_gate", gate_query, [&](const remora_gate_query* given) {
    remora_gate gate = sized<remora_gate>();
    return api.rollout_gate(handle, given, &gate, nullptr);
  });
  remora_control control = sized<remora_control>();
  control.enabled = control.learning = 1;
  control.mode = REMORA_MODE_FULL;
  input<remora_control>("control of control_set", control,
                        [&](const remora_control* given) { return api.control_set(handle, given, nullptr); });
  input<remora_event>("event of event_text", event, [&](const remora_event* given) {
    char line[1024];
    return api.event_text(handle, given, line, sizeof line, nullptr, nullptr);
  });
  remora_variant variant = sized<remora_variant>();
  variant.agent = agent;
  question<remora_variant>("variant of variant_register", variant, [&](remora_variant* asked) {
    return api.variant_register(handle, "shaky", 5, asked, nullptr);
  });
  question<remora_variant>("variant of variant_info", variant,
                           [&](remora_variant* asked) { return api.variant_info(handle, asked, nullptr); });
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  question<remora_belief>("belief of explain", belief,
                          [&](remora_belief* asked) { return api.explain(handle, asked, nullptr); });
  remora_decision drawn = sized<remora_decision>();
  ASSERT_EQ(api.route(handle, &task, &drawn, nullptr), REMORA_OK);
  ASSERT_EQ(api.record_result(handle, drawn.decision_id, 1, 0, nullptr), REMORA_OK);
  remora_evaluation evaluation = sized<remora_evaluation>();
  evaluation.agent = agent;
  evaluation.least_effective = 0.5;
  question<remora_evaluation>("evaluation of evaluate", evaluation, [&](remora_evaluation* asked) {
    return api.evaluate(handle, nullptr, 0, asked, nullptr);
  });
  input<remora_replay_request>(
      "request of replay", sized<remora_replay_request>(),
      [&](const remora_replay_request* given) { return api.replay(handle, given, nullptr, nullptr); });
  remora_convergence convergence = sized<remora_convergence>();
  convergence.agent = agent;
  convergence.variant = REMORA_NONE;
  question<remora_convergence>("convergence of convergence_get", convergence, [&](remora_convergence* asked) {
    return api.convergence_get(handle, asked, nullptr);
  });
  remora_agent info = sized<remora_agent>();
  info.agent = agent;
  question<remora_agent>("agent of agent_info", info,
                         [&](remora_agent* asked) { return api.agent_info(handle, asked, nullptr); });
  remora_batch batch = sized<remora_batch>();
  batch.count = 1;
  question<remora_batch>("batch of route_batch", batch, [&, task](remora_batch* asked) {
    remora_decision decision = sized<remora_decision>();
    return api.route_batch(handle, &task, &decision, asked, nullptr);
  });
}

void StructSizes::add_outputs() {
  const remora_api& api = plugin();
  remora_task task = sized<remora_task>();
  task.agent = agent;
  output<remora_decision>("decision of route", [&, task](remora_decision* decision) {
    return api.route(handle, &task, decision, nullptr);
  });
  output<remora_decision>("decision of route_named", [&](remora_decision* decision) {
    return api.route_named(handle, "guest-agent", "testing", 0, decision, nullptr);
  });
  output<remora_classification>("result of classify", [&](remora_classification* result) {
    remora_text text = sized<remora_text>();
    text.text_size = 4;
    return api.classify(handle, "test", 4, &text, result, nullptr);
  });
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.success = 1;
  output<remora_reward>("reward of record_outcome", [&, outcome](remora_reward* reward) {
    return api.record_outcome(handle, &outcome, reward, nullptr);
  });
  output<remora_replay_report>("report of replay", [&](remora_replay_report* report) {
    const remora_replay_request request = sized<remora_replay_request>();
    return api.replay(handle, &request, report, nullptr);
  });
  output<remora_safety_verdict>("verdict of safety_check", [&](remora_safety_verdict* verdict) {
    remora_safety_query query = sized<remora_safety_query>();
    query.agent = agent;
    return api.safety_check(handle, &query, verdict, nullptr);
  });
  output<remora_gate>("gate of rollout_gate", [&](remora_gate* gate) {
    remora_gate_query query = sized<remora_gate_query>();
    query.agent = agent;
    return api.rollout_gate(handle, &query, gate, nullptr);
  });
  output<remora_rollout>("status of rollout_status", [&](remora_rollout* status) {
    return api.rollout_status(handle, rollout, status, nullptr);
  });
  output<remora_snapshot_info>("info of snapshot_list", [&](remora_snapshot_info* info) {
    uint32_t count = 0;
    return api.snapshot_list(handle, info, stride_of(*info), 1, &count, nullptr);
  });
  output<remora_control>("control of control_get",
                         [&](remora_control* control) { return api.control_get(handle, control, nullptr); });
  output<remora_tick_report>(
      "report of tick", [&](remora_tick_report* report) { return api.tick(handle, 0, 0, report, nullptr); });
  output<remora_q_cell>("cell of q_cells", [&](remora_q_cell* cell) {
    uint64_t cursor = 0;
    uint32_t count = 0;
    return api.q_cells(handle, &cursor, cell, stride_of(*cell), 1, &count);
  });
  output<remora_event>("event of events", [&](remora_event* filled) {
    uint64_t cursor = 0;
    uint32_t count = 0;
    return api.events(handle, &cursor, filled, stride_of(*filled), 1, &count);
  });
  output<remora_stats>("stats of stats_get",
                       [&](remora_stats* stats) { return api.stats_get(handle, stats, nullptr); });
}

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
