// Tasks of the simulated world, as a user would type them: a text and file names.
#pragma once

#include <string>

#include "dice.hpp"
#include "scenario.hpp"

namespace fleet {

struct TaskText {
  std::string text;
  std::string files;  // separated by line feeds
};

// The task type of Remora's built-in classifier that stands for a kind.
const char* task_type_of(Kind kind);

// Writes a task of a kind.
TaskText write_task(Kind kind, bool large, Dice& dice);

}  // namespace fleet
