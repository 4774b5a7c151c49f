#include "settings.hpp"

#include <array>

namespace simulation {
namespace {

constexpr std::array kAblations = {
    Ablation{"default (Thompson, pooled)", "{}"},
    Ablation{"without pooling", R"({"pooling": {"enabled": false}})"},
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
};

}  // namespace

std::span<const Ablation> ablations() { return kAblations; }
std::span<const Weather> weathers() { return kWeathers; }

}  // namespace simulation
