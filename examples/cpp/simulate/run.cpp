#include "run.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <numeric>
#include <string_view>

#include "../fleet/dice.hpp"
#include "scratch.hpp"

namespace simulation {
namespace {

constexpr int64_t kStart = 1'700'000'000'000'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr uint32_t kRoundsPerTick = 5;

struct Report {
  uint32_t due;  // round
  uint64_t decision;
  bool success;
};

class Fleet {
 public:
  Fleet(const remora::State& state, const Conditions& conditions, uint64_t seed)
      : state_(state), conditions_(conditions), world_(seed, conditions), dice_(seed ^ 0x51) {
    std::map<std::string_view, size_t> last;
    for (size_t agent = 0; agent < fleet::kAgents; ++agent) {
      last[fleet::agents()[agent].category] = agent;
    }
    for (const auto& [category, agent] : last) {
      lives_[agent].begins = conditions.newcomers_at;
    }
    for (uint32_t type = 0; type < kTaskTypes; ++type) {
      types_[type] = *state.intern<remora::TaskTypeId>("type-" + std::to_string(type));
    }
  }

  remora::Error play(uint32_t episodes) {
    for (uint32_t episode = 0; episode < episodes + conditions_.newcomers_at; ++episode) {
      if (remora::Error error = join(episode); error.code() != REMORA_OK) {
        return error;
      }
      for (size_t agent = 0; agent < fleet::kAgents; ++agent) {
        if (episode < lives_[agent].begins) {
          continue;
        }
        if (remora::Error error = work(agent, episode); error.code() != REMORA_OK) {
          return error;
        }
      }
      if (remora::Error error = report(episode); error.code() != REMORA_OK) {
        return error;
      }
    }
    return {};
  }

  std::vector<AgentRun> results() const {
    std::vector<AgentRun> runs(fleet::kAgents);
    for (size_t agent = 0; agent < fleet::kAgents; ++agent) {
      const Life& life = lives_[agent];
      runs[agent] = {life.converged, static_cast<double>(life.hits) / kWindow, life.regret, life.begins != 0};
    }
    return runs;
  }

 private:
  struct Life {
    std::deque<bool> took_best;  // the last kWindow
    uint32_t hits = 0;           // of them
    uint32_t converged = kNever;
    double regret = 0;
    uint32_t begins = 0;
  };

  // Registers the agents that begin now; housekeeping gives them what there is to start from.
  remora::Error join(uint32_t episode) {
    bool any = false;
    for (size_t agent = 0; agent < fleet::kAgents; ++agent) {
      if (lives_[agent].begins == episode) {
        if (remora::Error error = fleet::register_agent(state_, agent, roster_); error.code() != REMORA_OK) {
          return error;
        }
        any = true;
      }
    }
    const auto ticked = any ? state_.tick(now(episode)) : remora::Result<remora::TickReport>();
    return ticked ? remora::Error() : ticked.error();
  }

  remora::Error work(size_t agent, uint32_t episode) {
    const uint32_t type = dice_.below(kTaskTypes);
    remora::Task task;
    task.agent = roster_.agents[agent];
    task.task_type = types_[type];
    task.draw = dice_.bits() | 1;
    task.now_ns = now(episode);
    const auto decision = state_.route(task);
    if (!decision) {
      return decision.error();
    }
    const uint32_t best = world_.best(agent, episode);
    const double rate = world_.rate(agent, type, decision->variant, episode);
    lives_[agent].regret += world_.rate(agent, type, best, episode) - rate;
    watch(lives_[agent], decision->variant == best, episode);
    const bool success = dice_.chance(rate) != dice_.chance(conditions_.poisoned);
    if (!dice_.chance(conditions_.missing)) {
      reports_.push_back({episode + conditions_.delay, decision->decision_id, success});
    }
    return {};
  }

  void watch(Life& life, bool took_best, uint32_t episode) const {
    const uint32_t since =
        conditions_.drift_at != 0 && episode >= conditions_.drift_at ? conditions_.drift_at : life.begins;
    if (conditions_.drift_at != 0 && episode == conditions_.drift_at) {
      life.took_best.clear();
      life.hits = 0;
      life.converged = kNever;
    }
    life.took_best.push_back(took_best);
    life.hits += took_best ? 1U : 0U;
    if (life.took_best.size() > kWindow) {
      life.hits -= life.took_best.front() ? 1U : 0U;
      life.took_best.pop_front();
    }
    if (life.converged == kNever && life.took_best.size() == kWindow && life.hits >= kEnough) {
      life.converged = episode + 1 - since;
    }
  }

  // Outcomes that are due, and housekeeping.
  remora::Error report(uint32_t episode) {
    for (; !reports_.empty() && reports_.front().due <= episode; reports_.pop_front()) {
      remora::Outcome outcome;
      outcome.decision_id = reports_.front().decision;
      outcome.success = reports_.front().success ? 1 : 0;
      outcome.now_ns = now(episode);
      if (const auto recorded = state_.record_outcome(outcome); !recorded) {
        return recorded.error();
      }
    }
    if (episode % kRoundsPerTick != 0) {
      return {};
    }
    const auto ticked = state_.tick(now(episode));
    return ticked ? remora::Error() : ticked.error();
  }

  static int64_t now(uint32_t episode) { return kStart + episode * kSecond; }

  const remora::State& state_;
  fleet::Roster roster_{};
  Conditions conditions_;
  World world_;
  fleet::Dice dice_;
  std::array<remora::TaskTypeId, kTaskTypes> types_{};
  std::array<Life, fleet::kAgents> lives_;
  std::deque<Report> reports_;
};

template <class Of>
double mean(const std::vector<AgentRun>& agents, Of of) {
  const double sum = std::accumulate(agents.begin(), agents.end(), 0.0,
                                     [&](double total, const AgentRun& agent) { return total + of(agent); });
  return sum / static_cast<double>(agents.size());
}

}  // namespace

uint32_t Run::slowest() const {
  uint32_t slowest = 0;
  for (const AgentRun& agent : agents) {
    slowest = std::max(slowest, agent.converged);
  }
  return slowest;
}

bool Run::all_converged() const { return slowest() != kNever; }

double Run::taken(bool newcomers, uint32_t never) const {
  double sum = 0;
  double count = 0;
  for (const AgentRun& agent : agents) {
    if (agent.newcomer || !newcomers) {
      sum += std::min(agent.converged, never);
      ++count;
    }
  }
  return sum / count;
}

double Run::share() const {
  return mean(agents, [](const AgentRun& agent) { return agent.share; });
}

double Run::regret() const {
  return mean(agents, [](const AgentRun& agent) { return agent.regret; });
}

Run run(const remora::Library& library, const std::string& learning, const Conditions& conditions,
        uint64_t seed, uint32_t episodes) {
  Run result;
  const Scratch scratch(library, R"({"safety": {"enabled": false}, "snapshots": {"interval_minutes": 0}, )"
                                 R"("event_log": {"file": false}, "learning": )" +
                                     learning + "}");
  result.problem = scratch.problem();
  if (!result.problem.empty()) {
    return result;
  }
  Fleet fleet(scratch.state(), conditions, seed);
  result.problem = fleet.play(episodes).text();
  result.agents = fleet.results();
  return result;
}

}  // namespace simulation
