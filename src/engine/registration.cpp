// Engine: names, agents and variants.
#include <remora/names.h>

#include "base/clock.hpp"
#include "base/utf8.hpp"
#include "engine/engine.hpp"
#include "engine/state_of_task.hpp"
#include "guard/fallback.hpp"
#include "store/roster.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;
using store::Kind;

namespace {

constexpr int64_t kStructureWait = 50 * base::kNanosPerMillisecond;
constexpr uint32_t kHighestTier = 1'000'000;

Code check_name(std::string_view name, Problem& problem) {
  if (!base::is_printable_name(name, store::kMaxNameBytes)) {
    return problem.set(
        Code::kInvalid,
        "a name of %zu bytes (\"%.*s\"): must be 1 to %u bytes of UTF-8 without control characters",
        name.size(), static_cast<int>(std::min<size_t>(name.size(), 40)), name.data(), store::kMaxNameBytes);
  }
  return Code::kOk;
}

Code refuse_read_only(Problem& problem) {
  return problem.set(Code::kPermission,
                     "the state was opened read-only: nothing can be changed through this handle");
}

// Whether a variant may be retired: routing needs one to choose and a baseline to come back to.
Code check_retirement(const store::History& history, uint32_t agent, std::string_view name,
                      Problem& problem) {
  const store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr) {
    return Code::kOk;  // said where it is registered
  }
  const auto choice = store::ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  uint32_t variant = choice.count;
  store::find_variant(history, agent, name, &variant);
  const uint64_t live = record->live.load(std::memory_order_acquire);
  const char* why = variant >= store::kMaxVariants     ? nullptr
                    : (live & ~(1ULL << variant)) == 0 ? "no other variant of its agent can be chosen"
                    : variant == choice.baseline       ? "it is its agent's baseline"
                                                       : nullptr;
  return why == nullptr
             ? Code::kOk
             : problem.set(
                   Code::kState,
                   "variant \"%.*s\" cannot be retired: %s; register another one first, as the baseline",
                   static_cast<int>(name.size()), name.data(), why);
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view{}
                                         : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

Code Engine::lock_structure(base::ByteLock* lock, Problem& problem) {
  if (read_only()) {
    return refuse_read_only(problem);
  }
  return lock->lock_for(state_->locks(), store::kStructureLock, kStructureWait, problem);
}

Code Engine::intern_locked(Kind kind, std::string_view name, uint32_t* index, Problem& problem) const {
  if (store::find_name(history(), kind, name, index)) {
    return Code::kOk;
  }
  if (const Code code = check_name(name, problem); !ok(code)) {
    return code;
  }
  return store::add_name(history(), kind, name, index, problem);
}

Code Engine::intern_new(Kind kind, std::string_view name, uint32_t* id, Problem& problem) {
  base::ByteLock lock;
  uint32_t index = 0;
  Code code = lock_structure(&lock, problem);
  code = ok(code) ? intern_locked(kind, name, &index, problem) : code;
  *id = ok(code) ? store::make_id(kind, index) : *id;
  return code;
}

Code Engine::intern(Kind kind, std::string_view name, uint32_t* id, Problem& problem) {
  uint32_t index = 0;
  if (!store::find_name(history(), kind, name, &index)) [[unlikely]] {
    return intern_new(kind, name, id, problem);
  }
  *id = store::make_id(kind, index);
  return Code::kOk;
}

Code Engine::register_agent(std::string_view name, uint32_t category, uint32_t* agent, Problem& problem) {
  uint32_t category_index = 0;
  if (category != 0) {
    if (const Code code =
            index_of(history(), category, Kind::kCategory, "category", &category_index, problem);
        !ok(code)) {
      return code;
    }
  }
  if (const Code code = check_name(name, problem); !ok(code)) {
    return code;
  }
  base::ByteLock lock;
  if (const Code code = lock_structure(&lock, problem); !ok(code)) {
    return code;
  }
  uint32_t index = 0;
  if (const Code code = store::register_agent(history(), name, category_index, &index, problem); !ok(code)) {
    return code;
  }
  lock.unlock();
  *agent = store::make_id(Kind::kAgent, index);
  return follow_roster(problem);
}

Code Engine::register_variant(std::string_view name, const remora_variant& given, uint32_t* variant,
                              Problem& problem) {
  constexpr uint32_t kKnown = REMORA_VARIANT_BASELINE | REMORA_VARIANT_RETIRED;
  uint32_t agent = 0;
  if (const Code code = index_of(history(), given.agent, Kind::kAgent, "variant.agent", &agent, problem);
      !ok(code)) {
    return code;
  }
  if (const Code code = check_name(name, problem); !ok(code)) {
    return code;
  }
  if ((given.flags & ~kKnown) != 0) {
    return problem.set(Code::kUnsupported, "variant.flags has unknown bits %#x", given.flags & ~kKnown);
  }
  if (given.flags == kKnown) {
    return problem.set(
        Code::kInvalid,
        "variant.flags: a baseline cannot be retired; make another variant the baseline first");
  }
  if (given.cost_micros < 0) {
    return problem.set(Code::kInvalid, "variant.cost_micros is %lld: must not be negative",
                       static_cast<long long>(given.cost_micros));
  }
  if (given.tier > kHighestTier) {
    return problem.set(Code::kInvalid, "variant.tier is %u: at most %u", given.tier, kHighestTier);
  }
  base::ByteLock lock;
  if (const Code code = lock_structure(&lock, problem); !ok(code)) {
    return code;
  }
  if ((given.flags & REMORA_VARIANT_RETIRED) != 0) {
    if (const Code code = check_retirement(history(), agent, name, problem); !ok(code)) {
      return code;
    }
  }
  const store::VariantProperties properties{given.tier, given.cost_micros,
                                            (given.flags & REMORA_VARIANT_BASELINE) != 0,
                                            (given.flags & REMORA_VARIANT_RETIRED) != 0};
  const Code code = store::register_variant(history(), agent, name, properties, variant, problem);
  if (ok(code)) {
    guard::refresh_safe_variant(history(), agent, active().profile(agent).safety);
  }
  return code;
}

Code Engine::define_agent(std::string_view agent, std::string_view variants, uint32_t* id, Problem& problem) {
  const uint32_t category = store::make_id(Kind::kCategory, store::category_of(history(), agent));
  if (const Code code = register_agent(agent, category, id, problem); !ok(code)) {
    return code;
  }
  const uint32_t agent_index = store::id_index(*id);
  for (size_t begin = 0; begin <= variants.size();) {
    const size_t end = std::min(variants.find(',', begin), variants.size());
    const std::string_view name = trimmed(variants.substr(begin, end - begin));
    if (const Code code = check_name(name, problem); !ok(code)) {
      problem.prefix("variants");
      return code;
    }
    base::ByteLock lock;
    if (const Code code = lock_structure(&lock, problem); !ok(code)) {
      return code;
    }
    if (!store::find_variant(history(), agent_index, name)) {
      uint32_t variant = 0;
      if (const Code code = store::register_variant(history(), agent_index, name, {}, &variant, problem);
          !ok(code)) {
        return code;
      }
    }
    begin = end + 1;
  }
  return Code::kOk;
}

}  // namespace remora::engine
