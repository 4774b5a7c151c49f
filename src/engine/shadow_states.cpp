#include "engine/shadow_states.hpp"

#include "store/contexts.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using store::StateKey;

// The same labels at a first attempt. Where no first attempt ever had them, the retry's own context stands
// for them: without cascades nothing else does.
uint32_t without_tries(const store::History& history, uint32_t context) {
  if (!store::has_place(context)) {
    return store::kContextFull;
  }
  if (store::context_tries(history, context).attempts == 0) {
    return context;
  }
  uint32_t labels[store::kMaxLabels];
  const uint32_t size = store::context_labels(history, context, labels);
  const uint32_t first = store::find_context(history, {labels, size}, {});
  return store::has_place(first) ? first : context;
}

bool leaves_out_tried(const learn::Settings& settings) {
  return settings.cascade.enabled && settings.cascade.exclude_tried;
}

}  // namespace

ShadowState shadow_state(const store::History& history, uint64_t key, const learn::Settings& settings) {
  StateKey state = StateKey::unpack(key);
  StateKey agent{state.agent, StateKey::kParentTask, 0, 0};
  bool known = true;
  if (settings.cascade.enabled) {
    known = state.context != store::kContextFull;
    agent.context = store::pooled_context(history, state.context);
  } else {
    state.context = without_tries(history, state.context);
  }
  return {store::has_place(state.context) ? state.pack() : 0, agent.pack(), agent.context == 0, known};
}

bool has_tries(const store::History& history, uint64_t key) {
  return store::context_tries(history, StateKey::unpack(key).context).attempts != 0;
}

uint64_t shadow_choices(const store::History& history, uint64_t key, uint64_t drawn_from,
                        const learn::Settings& settings, const learn::Settings& in_force) {
  const uint64_t tried = store::context_tries(history, StateKey::unpack(key).context).tried;
  if (leaves_out_tried(settings)) {
    return (drawn_from & ~tried) != 0 ? drawn_from & ~tried : drawn_from;
  }
  return leaves_out_tried(in_force) && (drawn_from & tried) == 0 ? drawn_from | tried : drawn_from;
}

}  // namespace remora::engine
