// remora.json of any content: it is refused with a reason, or what it sets leaves every answer safe.
#include <sys/resource.h>

#include <vector>

#include "fuzz/host.hpp"

namespace {

using remora::fuzz::Host;
using remora::fuzz::kNow;
using remora::fuzz::require_code;
using remora::fuzz::sized;

struct Base {
  Host host;
  bool changed = true;

  void prepare() {
    if (changed) {
      host.begin();
      REMORA_REQUIRE(host.open() == REMORA_OK);
      REMORA_REQUIRE(remora_agent_define(host.handle, "agent", "one,two", nullptr, nullptr) == REMORA_OK);
      changed = false;
    }
  }
};

Base& base() {
  static Base made;
  return made;
}

// A state as large as a configuration may ask for would take minutes to make.
class LargestFile {
 public:
  LargestFile() {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = 16U << 20;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  LargestFile(const LargestFile&) = delete;
  LargestFile& operator=(const LargestFile&) = delete;
  ~LargestFile() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// Every agent is routed and reported on, and everything due is done.
void use(uint64_t handle) {
  uint64_t cursor = 0;
  uint32_t count = 1;
  while (true) {
    remora_id agent = 0;
    REMORA_REQUIRE(remora_list_names(handle, REMORA_KIND_AGENT, &cursor, &agent, 1, &count) == REMORA_OK);
    if (count == 0) {
      break;
    }
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = REMORA_TREATMENT_LEARNED;
    plan.now_ns = kNow;
    const std::string name = "rollout-" + std::to_string(agent);
    remora_id rollout = 0;
    require_code(remora_rollout_start(handle, name.data(), name.size(), &plan, &rollout, nullptr));
    for (uint64_t i = 1; i <= 8; ++i) {
      remora_task task = sized<remora_task>();
      task.agent = i % 4 == 0 ? 0 : agent;
      task.draw = i * 0x9E3779B97F4A7C15ULL;
      task.now_ns = kNow;
      remora_decision decision = sized<remora_decision>();
      require_code(remora_route(handle, &task, &decision, nullptr));
      remora::fuzz::require_safe(decision);
      require_code(
          remora_record_result(handle, decision.decision_id, i % 3 == 0 ? 0 : 1, 1'000'000, nullptr));
    }
  }
  require_code(remora_tick(handle, kNow, 0, nullptr, nullptr));
  remora_text text = sized<remora_text>();
  const std::string_view arena = "add an endpoint and its migration\nsrc/db/migrations/1.sql";
  text.text_size = 33;
  text.files_size = arena.size() - 33;
  remora_classification result = sized<remora_classification>();
  require_code(remora_classify(handle, arena.data(), arena.size(), &text, &result, nullptr));
  std::vector<char> metrics(1U << 20);
  uint64_t needed = 0;
  require_code(remora_metrics_text(handle, metrics.data(), metrics.size(), &needed, nullptr));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Base& b = base();
  b.prepare();
  remora_error error = REMORA_ERROR_INIT;
  const int32_t code = remora_configure(b.host.handle, text.data(), text.size(), &error);
  require_code(code);
  REMORA_REQUIRE(code == REMORA_OK || error.text[0] != '\0');
  if (text.empty() || code == REMORA_E_CONFIG) {
    return 0;
  }
  // Accepted, or too much for this small state: then a new one may be made by it.
  b.changed = true;
  if (code == REMORA_OK) {
    use(b.host.handle);
  }
  b.host.begin(text);
  const LargestFile limit;
  if (b.host.open() == REMORA_OK) {
    use(b.host.handle);
    b.host.close();
  }
  return 0;
}
