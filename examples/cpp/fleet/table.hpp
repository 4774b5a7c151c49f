// The live table of the fleet.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "events.hpp"
#include "figures.hpp"

namespace fleet {

// What the table shows, gathered by the demo.
struct View {
  const remora::State& state;
  const Roster& roster;
  const Board& board;
  const Recent& recent;
  const Events& events;
  uint32_t processes;
};

// A row an agent when there is room for it, else a row a category.
std::vector<std::string> table_rows(const View& view, bool by_agent);

// The same in one line.
std::string summary_line(const View& view);

}  // namespace fleet
