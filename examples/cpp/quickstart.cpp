// Learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the
// metrics.
//
//   c++ -std=c++20 -I include examples/cpp/quickstart.cpp -o quickstart
//   REMORA_LIBRARY=build/release/lib/libremora.so ./quickstart [FOLDER]
//
// "careful" succeeds at every task, "quick" at every second one that it gets.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <remora/remora.hpp>
#include <utility>

namespace {

// The value of a result. A host would go on with its own defaults; an example says what went wrong.
template <class Value>
Value checked(remora::Result<Value> result) {
  if (!result) {
    std::cerr << result.error().text() << '\n';
    std::exit(1);
  }
  return std::move(result).value();
}

void learn(const remora::State& state, remora::AgentId agent) {
  remora::Task task;
  task.agent = agent;
  task.task_type = checked(state.intern<remora::TaskTypeId>("api-design"));
  std::array<int, 2> chosen{};
  for (int i = 0; i < 1000; ++i) {
    const remora::Decision decision = checked(state.route(task));
    chosen.at(decision.variant) += 1;
    const bool success = decision.variant == 0 || chosen[1] % 2 == 0;
    checked(state.record_result(decision.decision_id, success, 1'200'000'000));
  }
  std::cout << "careful was chosen for " << chosen[0] << " of 1000 tasks\n";
}

void block_and_let_in(const remora::State& state, remora::AgentId agent) {
  const uint32_t quick = 1;
  checked(state.variant_block(agent, quick));
  const remora::SafetyVerdict verdict = checked(state.safety_check(agent, quick));
  std::cout << "quick " << (verdict.allowed != 0 ? "may run: " : "may not run: ")
            << (verdict.reason == REMORA_SAFETY_OPERATOR ? "blocked by an operator\n"
                                                         : "for another reason\n");
  checked(state.variant_unblock(agent, quick));
}

}  // namespace

int main(int argc, char** argv) {
  const remora::Library library = checked(remora::Library::load());
  const remora::State state = checked(library.open(argc > 1 ? argv[1] : "remora-state"));
  const remora::AgentId agent = checked(state.agent_define("backend-architect", "careful,quick"));
  learn(state, agent);
  block_and_let_in(state, agent);

  const remora::SnapshotInfo taken = checked(state.snapshot());
  const remora::SnapshotInfo restored = checked(state.restore(checked(state.snapshot_path(taken.sequence))));
  std::cout << "restored snapshot " << restored.sequence << " with " << restored.visits << " outcomes\n";
  const std::string metrics = checked(state.metrics_text());
  std::cout << std::count(metrics.begin(), metrics.end(), '\n') << " lines of metrics\n";
  return 0;
}
