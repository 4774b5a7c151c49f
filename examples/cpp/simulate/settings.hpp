// What is compared: ways to learn, and conditions to learn under.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "world.hpp"

namespace simulation {

// A part of learning switched off or on. A new switch is one more line in settings.cpp.
struct Ablation {
  const char* name;
  const char* learning;  // JSON
};
std::span<const Ablation> ablations();  // the first is the default

struct Weather {
  const char* name;
  Conditions conditions;
  const char* learning = "{}";  // JSON; what is not in it has its default
};
std::span<const Weather> weathers();  // the first is the fair one

// Two settings in the same worlds, to be compared seed by seed by how long agents take to converge.
struct Comparison {
  const char* name;
  Conditions conditions;
  std::string with, without;  // JSON
};
std::vector<Comparison> comparisons();

}  // namespace simulation
