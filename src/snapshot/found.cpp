#include "snapshot/found.hpp"

#include <new>

#include "base/file_lock.hpp"
#include "snapshot/locate.hpp"
#include "snapshot/new_generation.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/verifier.hpp"
#include "store/file_names.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;
using store::History;

std::string_view view(const flatbuffers::String& text) { return {text.c_str(), text.size()}; }

Code add_agent(const History& history, const remora_snapshot::Agent& agent, std::string_view category_name,
               Problem& problem) {
  uint32_t category = 0;
  if (!store::find_name(history, store::Kind::kCategory, category_name, &category)) {
    const Code code = store::add_name(history, store::Kind::kCategory, category_name, &category, problem);
    if (!ok(code)) {
      return code;
    }
  }
  uint32_t index = 0;
  if (const Code code = store::register_agent(history, view(*agent.name()), category, &index, problem);
      !ok(code)) {
    return code;
  }
  for (const flatbuffers::String* name : *agent.variants()) {
    store::VariantProperties retired;
    retired.retired = true;
    uint32_t variant = 0;
    if (store::find_variant(history, index, view(*name))) {
      continue;
    }
    const Code code = store::register_variant(history, index, view(*name), retired, &variant, problem);
    if (!ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

Code add_agents(store::State& state, const remora_snapshot::Header& header, Problem& problem) {
  base::ByteLock structure;
  Code code = lock_structure(state, &structure, problem);
  for (const remora_snapshot::Agent* agent : *header.agents()) {
    if (ok(code) && agent->variants()->size() != 0 && agent->category() < header.categories()->size()) {
      code = add_agent(state.history(), *agent, view(*header.categories()->Get(agent->category())), problem);
    }
  }
  return code;
}

}  // namespace

Code found_state(store::State& state, std::string_view path, int64_t now_ns, Info* restored,
                 Problem& problem) try {
  base::FileBuffer bytes;
  Code code = read_snapshot_file(state, path, &bytes, problem);
  Contents contents;
  if (ok(code)) {
    code = check_bytes(state, bytes.bytes(), Roster::kMayBeNew, &contents, problem);
  }
  if (ok(code)) {
    code = add_agents(state, *contents.header, problem);
  }
  if (ok(code)) {
    const RestoreRules rules{.keep_replaced = false};
    code = restore_bytes(state, bytes.bytes(), now_ns, rules, restored, problem);
  }
  return code;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for a snapshot");
}

}  // namespace remora::snapshot
