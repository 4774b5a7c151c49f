// What actors get instead of the library's clock, heap and kernel fences, which know nothing of executions
// that are begun anew.
#pragma once

namespace remora::model {

// Gives back what actors of the last execution allocated, and sets the clock back.
void reset_stand_ins();

}  // namespace remora::model
