// The smallest host in C++: states close themselves, and a result carries its error. quickstart.cpp looks at
// each.
//
//   c++ -std=c++20 -I include examples/cpp/minimal.cpp -o minimal
//   REMORA_LIBRARY=build/release/lib/libremora.so ./minimal
#include <iostream>
#include <remora/remora.hpp>

int main() {
  const auto library = remora::Library::load();
  if (!library) {
    std::cerr << library.error().text() << '\n';  // where it looked, and what to do
    return 1;
  }
  const auto state = library->open("remora-state");
  if (!state) {
    std::cerr << state.error().text() << '\n';  // what is wrong with the folder, and what to do
    return 1;
  }
  const auto agent = state->agent_define("backend-architect", "careful,quick");
  const auto decision = state->route_named("backend-architect", "api-design");
  std::cout << "run as " << *state->variant_name(*agent, decision->variant) << '\n';  // here the agent works
  const auto recorded = state->record_result(decision->decision_id, true, 1'200'000'000);
  return recorded ? 0 : 1;
}
