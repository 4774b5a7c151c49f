// The worker of README.md in C++, over remora.hpp.
#include <array>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include <remora/remora.hpp>

namespace {

class Worker {
 public:
  Worker(remora::State state, remora::AgentId agent, remora::TaskTypeId type) : state_(std::move(state)) {
    task_.agent = agent;
    task_.task_type = type;
  }

  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string command;
    std::string argument;
    words >> command >> argument;
    if (command == "work") {
      return work(std::atol(argument.c_str()));
    }
    if (command == "route") {
      return route(std::atol(argument.c_str()));
    }
    if (command == "block" || command == "unblock") {
      const remora::AgentId agent(task_.agent);
      const uint32_t variant = argument == "quick" ? 1 : 0;
      return done(command == "block" ? state_.variant_block(agent, variant)
                                     : state_.variant_unblock(agent, variant));
    }
    if (command == "control") {
      remora::Control control;
      control.enabled = argument == "on" ? 1 : 0;
      control.learning = 1;
      control.mode = REMORA_MODE_FULL;
      return done(state_.control_set(control));
    }
    if (command == "generation") {
      const auto stats = state_.stats_get();
      return stats ? "generation " + std::to_string(stats->generation) : failed(stats.error());
    }
    return "error no such command: " + command;
  }

 private:
  static std::string failed(const remora::Error& error) { return "error " + std::string(error.text()); }
  static std::string done(const remora::Status& status) { return status ? "done" : failed(status.error()); }

  std::string work(long count) {
    long acknowledged = 0;
    std::string failure;
    for (long i = 0; i < count; ++i) {
      const auto decision = state_.route(task_);
      const auto recorded = state_.record_result(decision->decision_id, i % 10 != 0, 1'000'000);
      if (decision && recorded) {
        ++acknowledged;
      } else if (failure.empty()) {
        failure = failed(decision ? recorded.error() : decision.error());
      }
    }
    return failure.empty() ? "worked " + std::to_string(acknowledged) : failure;
  }

  std::string route(long count) {
    std::array<long, 2> chosen{};
    long off = 0;
    for (long i = 0; i < count; ++i) {
      const auto decision = state_.route(task_);
      remora::Outcome outcome;
      outcome.flags = REMORA_OUTCOME_ABANDONED;
      outcome.decision_id = decision->decision_id;
      const auto freed = state_.record_outcome(outcome);
      if (!decision || !freed) {
        return failed(decision ? freed.error() : decision.error());
      }
      ++chosen.at(decision->variant);
      off += (decision->flags & REMORA_DECISION_CONTROL_OFF) != 0 ? 1 : 0;
    }
    return "routed " + std::to_string(chosen[0]) + ' ' + std::to_string(chosen[1]) + ' ' +
           std::to_string(off);
  }

  remora::State state_;
  remora::Task task_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto library = remora::Library::load();
  auto state = library ? library->open(argc == 2 ? argv[1] : "") : remora::Result<remora::State>{};
  if (!library || !state) {
    std::cerr << (library ? state.error() : library.error()).text() << '\n';
    return 1;
  }
  const auto agent = state->find<remora::AgentId>("backend-architect");
  const auto type = state->intern<remora::TaskTypeId>("api-design");
  if (!agent || !type) {
    std::cerr << (agent ? type.error() : agent.error()).text() << '\n';
    return 1;
  }
  Worker worker(std::move(state).value(), *agent, *type);
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << worker.answer(line) << std::endl;
  }
  return 0;
}
