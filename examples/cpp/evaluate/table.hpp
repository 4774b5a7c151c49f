// An answer as a table.
#pragma once

#include "answer.hpp"

namespace evaluate {

void print(const Answer& answer);

}  // namespace evaluate
