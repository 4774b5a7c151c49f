#include "settings.hpp"

#include <array>

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

}  // namespace

std::span<const Ablation> ablations() { return kAblations; }
std::span<const Weather> weathers() { return kWeathers; }

}  // namespace simulation
