#include "settings.hpp"

#include <array>
#include <map>
#include <string_view>

#include "../fleet/scenario.hpp"

namespace simulation {
namespace {

constexpr std::array kAblations = {
    Ablation{"default (Thompson, pooled)", "{}"},
    Ablation{"without category and fleet", R"({"pooling": {"category_weight": 0, "fleet_weight": 0}})"},
    Ablation{"without pooling", R"({"pooling": {"enabled": false}})"},
    Ablation{"with replay", R"({"replay": {"ratio": 1}})"},
    Ablation{"Beta posteriors", R"({"policy": "thompson_beta"})"},
    Ablation{"UCB1", R"({"policy": "ucb1"})"},
    Ablation{"softmax", R"({"policy": "softmax"})"},
    Ablation{"epsilon-greedy", R"({"policy": "epsilon_greedy"})"},
    Ablation{"random choice", R"({"policy": "epsilon_greedy", "epsilon": 1})"},
};

constexpr std::array kWeathers = {
    Weather{"fair", {}},
    Weather{"outcomes 20 tasks late", {.delay = 20}},
    Weather{"a third of outcomes missing", {.missing = 1.0 / 3}},
    Weather{"a tenth of outcomes poisoned", {.poisoned = 0.1}},
    Weather{"all of these", {.delay = 20, .missing = 1.0 / 3, .poisoned = 0.1}},
    Weather{"another best from task 500 on", {.drift_at = 500}},
    Weather{"the same, an alarm starts anew", {.drift_at = 500}, R"({"alarm": {"keep": 0.1}})"},
    Weather{"the same, evidence ages", {.drift_at = 500}, R"({"memory": 100})"},
};

constexpr uint32_t kNewcomersAt = 200;

// A group for each category that has several agents.
std::string groups() {
  std::map<std::string_view, std::vector<std::string_view>> members;
  for (const fleet::AgentSpec& agent : fleet::agents()) {
    members[agent.category].push_back(agent.name);
  }
  std::string json;
  for (const auto& [category, names] : members) {
    if (names.size() < 2) {
      continue;
    }
    json += json.empty() ? "[{\"agents\": [" : ", {\"agents\": [";
    for (const std::string_view name : names) {
      json += (name == names.front() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    json += "]}";
  }
  return json + "]";
}

}  // namespace

std::vector<Comparison> comparisons() {
  const std::string none = R"({"pooling": {"category_weight": 0, "fleet_weight": 0}})";
  const std::string both = R"({"transfer": {"groups": )" + groups() + "}}";
  const std::string handed_on =
      R"({"pooling": {"category_weight": 0, "fleet_weight": 0}, "transfer": {"groups": )" + groups() + "}}";
  const Conditions alike{.alike = 1};
  const Conditions mostly{.alike = 0.8};
  const Conditions newcomers{.newcomers_at = kNewcomersAt};
  const Conditions mostly_later{.alike = 0.8, .newcomers_at = kNewcomersAt};
  const Conditions alike_later{.alike = 1, .newcomers_at = kNewcomersAt};
  return {{"hierarchy: nobody is alike", {}, "{}", none},
          {"hierarchy: 80 % are alike", mostly, "{}", none},
          {"hierarchy: all are alike", alike, "{}", none},
          {"hierarchy: newcomers, nobody", newcomers, "{}", none},
          {"hierarchy: newcomers, 80 %", mostly_later, "{}", none},
          {"hierarchy: newcomers, all", alike_later, "{}", none},
          {"transfer: newcomers, nobody", newcomers, handed_on, none},
          {"transfer: newcomers, 80 %", mostly_later, handed_on, none},
          {"transfer: newcomers, all", alike_later, handed_on, none},
          {"both: newcomers, nobody", newcomers, both, none},
          {"both: newcomers, 80 %", mostly_later, both, none},
          {"both: newcomers, all", alike_later, both, none}};
}

std::span<const Ablation> ablations() { return kAblations; }
std::span<const Weather> weathers() { return kWeathers; }

}  // namespace simulation
