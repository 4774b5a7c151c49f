// The smallest host in C++: examples/c/minimal.c with handles that close themselves and results that carry
// their error.
//
//   c++ -std=c++20 -I include examples/cpp/minimal.cpp -o minimal
//   REMORA_LIBRARY=build/release/lib/libremora.so ./minimal
#include <iostream>

#include <remora/remora.hpp>

namespace {

int fail(const remora::Error& error) {
  std::cerr << error.text() << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto library = remora::Library::load();
  if (!library) {
    return fail(library.error());
  }
  const auto state = library->open(argc > 1 ? argv[1] : "remora-state");
  if (!state) {
    return fail(state.error());
  }
  const auto agent = state->agent_define("backend-architect", "careful,quick");
  const auto decision = state->route_named("backend-architect", "api-design");
  std::cout << "run backend-architect as '" << *state->variant_name(*agent, decision->variant)
            << "': Q-value " << decision->q_value << " after " << decision->visits << " outcomes\n";

  // ... the agent works: here it succeeds, in 1.2 seconds ...
  const auto recorded = state->record_result(decision->decision_id, true, 1'200'000'000);
  return recorded ? 0 : fail(recorded.error());
}
