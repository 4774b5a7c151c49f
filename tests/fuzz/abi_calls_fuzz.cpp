// Calls of exported functions in any order with arguments of any value, as a host in error or in bad faith
// makes them: each answers with a code that there is, counts each outcome once, and leaves decisions safe.
#include <array>
#include <vector>

#include "fuzz/host.hpp"
#include "fuzz/input.hpp"

namespace {

using remora::fuzz::Host;
using remora::fuzz::Input;
using remora::fuzz::require_code;
using remora::fuzz::sized;

constexpr size_t kMostCalls = 64;

// A struct as a caller might hand it over: any content, and now and then a size of its own. The zeros behind
// it are what a longer struct of a newer host looks like.
template <class Struct>
class Given {
 public:
  explicit Given(Input& input) {
    const auto kind = input.take<uint8_t>();
    if (kind % 8 != 0) {
      Struct value{};
      const size_t bytes = input.take<uint8_t>();
      input.take_bytes(&value, std::min(bytes, sizeof value));
      std::memcpy(room_.data(), &value, sizeof value);
    }
    const uint32_t size =
        kind < 240 ? static_cast<uint32_t>(sizeof(Struct)) : input.take_below(sizeof(Struct) + 64);
    std::memcpy(room_.data(), &size, sizeof size);
  }
  Struct* get() { return reinterpret_cast<Struct*>(room_.data()); }
  Struct* operator->() { return get(); }

 private:
  alignas(Struct) std::array<unsigned char, sizeof(Struct) + 64> room_{};
};

class Session {
 public:
  Session() {
    host_.begin();
    REMORA_REQUIRE(host_.open() == REMORA_OK);
    REMORA_REQUIRE(remora_agent_define(host_.handle, "first", "one,two", &agents_[0], nullptr) == REMORA_OK);
    REMORA_REQUIRE(remora_agent_define(host_.handle, "second", "a,b,c,d,e,f,g,h", &agents_[1], nullptr) ==
                   REMORA_OK);
    REMORA_REQUIRE(remora_intern(host_.handle, REMORA_KIND_LABEL, "label", 5, &label_, nullptr) == REMORA_OK);
  }

  void call(Input& input) {
    switch (input.take_below(22)) {
      case 0:
      case 1:
      case 2:
        route(input);
        break;
      case 3:
      case 4:
        record(input);
        break;
      case 5:
        record_known(input);
        break;
      default:
        call_rarer(input);
    }
  }

  // What must hold at the end.
  void check() {
    remora_stats stats = sized<remora_stats>();
    REMORA_REQUIRE(remora_stats_get(host_.handle, &stats, nullptr) == REMORA_OK);
    REMORA_REQUIRE(stats.outcomes == recorded_);
    uint64_t cursor = 0;
    uint32_t count = 1;
    while (count != 0) {
      remora_q_cell cell = sized<remora_q_cell>();
      REMORA_REQUIRE(remora_q_cells(host_.handle, &cursor, &cell, 0, 1, &count) == REMORA_OK);
      REMORA_REQUIRE(count == 0 || (std::fabs(cell.q_value) <= 1e6 && cell.variant < REMORA_MAX_VARIANTS));
    }
    host_.close();
  }

 private:
  uint64_t handle(Input& input) { return input.take_below(16) != 0 ? host_.handle : input.take<uint64_t>(); }
  remora_id agent(Input& input) {
    const uint32_t which = input.take_below(8);
    return which < 6 ? agents_[which % 2] : which == 6 ? 0 : input.take<uint32_t>();
  }
  uint64_t known_decision(Input& input) {
    return decisions_.empty() ? 0 : decisions_[input.take_below(static_cast<uint32_t>(decisions_.size()))];
  }

  void route(Input& input) {
    const uint64_t to = handle(input);
    Given<remora_task> task(input);
    task->agent = agent(input);
    if (input.take_below(4) != 0) {
      task->flags = 0;
      task->task_type = 0;
      task->category = 0;
      task->label_count = input.take_below(2);
      task->labels[0] = label_;
    }
    Given<remora_decision> given(input);
    require_code(remora_route(to, task.get(), given.get(), nullptr));
    // Only the fields that this size has were filled.
    if (given->struct_size >= sizeof(remora_decision) && to == host_.handle) {
      const remora_decision decision = *given.get();
      remora::fuzz::require_safe(decision);
      if (decision.decision_id != 0) {
        decisions_.push_back(decision.decision_id);
        require_registered(decision);
      }
      if (decision.shadow_decision_id != 0) {
        decisions_.push_back(decision.shadow_decision_id);
      }
    }
  }

  void require_registered(const remora_decision& decision) {
    remora_variant variant = sized<remora_variant>();
    variant.agent = decision.agent;
    variant.variant = decision.variant;
    REMORA_REQUIRE(remora_variant_info(host_.handle, &variant, nullptr) == REMORA_OK);
  }

  void count(int32_t code, uint32_t flags) {
    require_code(code);
    recorded_ += code == REMORA_OK && (flags & REMORA_OUTCOME_ABANDONED) == 0 ? 1U : 0U;
  }

  void record(Input& input) {
    Given<remora_outcome> outcome(input);
    const uint32_t form = input.take_below(4);
    if (form != 0) {
      outcome->decision_id = form == 1 ? 0 : known_decision(input);
      outcome->agent = agent(input);
      outcome->variant = input.take_below(9);
      outcome->flags &= 0xF;
    }
    Given<remora_reward> reward(input);
    const uint64_t to = handle(input);
    // A struct that ends before its flags has none.
    const uint32_t flags =
        outcome->struct_size >= offsetof(remora_outcome, flags) + sizeof(uint32_t) ? outcome->flags : 0;
    const int32_t code = remora_record_outcome(to, outcome.get(), reward.get(), nullptr);
    count(code, flags);
    if (code == REMORA_OK && reward->struct_size >= sizeof(remora_reward)) {
      REMORA_REQUIRE(std::isfinite(reward->q_after) && std::isfinite(reward->reward));
    }
  }

  // Each decision is good for one outcome.
  void record_known(Input& input) {
    const uint64_t decision = known_decision(input);
    const int32_t code =
        remora_record_result(host_.handle, decision, input.take_below(2), input.take<int32_t>(), nullptr);
    count(code, 0);
    if (code == REMORA_OK) {
      REMORA_REQUIRE(remora_record_result(host_.handle, decision, 1, 0, nullptr) ==
                     REMORA_E_ALREADY_RECORDED);
    }
  }

  void call_rarer(Input& input) {
    const uint64_t to = handle(input);
    char text[300];
    uint64_t needed = 0;
    const uint64_t capacity = input.take_below(sizeof text + 1);
    const std::string name(input.take_text(input.take_below(110)));
    remora_id id = 0;
    switch (input.take_below(20)) {
      case 0: {
        Given<remora_safety_query> query(input);
        query->agent = agent(input);
        Given<remora_safety_verdict> verdict(input);
        require_code(remora_safety_check(to, query.get(), verdict.get(), nullptr));
        break;
      }
      case 1: {
        Given<remora_gate_query> query(input);
        query->agent = agent(input);
        Given<remora_gate> gate(input);
        require_code(remora_rollout_gate(to, query.get(), gate.get(), nullptr));
        break;
      }
      case 2: {
        Given<remora_rollout_plan> plan(input);
        plan->agent = agent(input);
        plan->stage_count %= REMORA_MAX_STAGES + 2;
        require_code(remora_rollout_start(to, name.data(), name.size(), plan.get(), &id, nullptr));
        rollouts_.push_back(id);
        break;
      }
      case 3:
        require_code(
            remora_rollout_command(to, rollout(input), input.take_below(6), input.take<int64_t>(), nullptr));
        break;
      case 4: {
        Given<remora_rollout> status(input);
        require_code(remora_rollout_status(to, rollout(input), status.get(), nullptr));
        break;
      }
      case 5:
        require_code(remora_intern(to, input.take_below(9), name.data(), name.size(), &id, nullptr));
        break;
      case 6:
        require_code(remora_find(to, input.take_below(9), name.data(), name.size(), &id, nullptr));
        break;
      case 7:
        require_code(remora_name_of(to, input.take<uint32_t>(), text, capacity, &needed, nullptr));
        break;
      case 8: {
        Given<remora_variant> variant(input);
        variant->agent = agent(input);
        require_code(remora_variant_register(to, name.data(), name.size(), variant.get(), nullptr));
        break;
      }
      case 9:
        require_code(
            remora_agent_register(to, name.data(), name.size(), input.take<uint32_t>(), &id, nullptr));
        break;
      case 10: {
        Given<remora_control> control(input);
        require_code(remora_control_set(to, control.get(), nullptr));
        break;
      }
      case 11:
        // Times beyond 2262 do not fit; those before are as good as any.
        require_code(remora_tick(to, input.take<int64_t>(), input.take<int32_t>(), nullptr, nullptr));
        break;
      case 12: {
        const uint32_t variant = input.take<uint32_t>() % 70;
        require_code(input.take_below(2) == 0 ? remora_variant_block(to, agent(input), variant, nullptr)
                                              : remora_variant_unblock(to, agent(input), variant, nullptr));
        break;
      }
      case 13:
        require_code(remora_snapshot(to, nullptr, nullptr));
        break;
      case 14:
        require_code(remora_restore(to, name.data(), name.size(), nullptr, nullptr));
        break;
      case 15:
        require_code(remora_configure(to, name.data(), name.size(), nullptr));
        break;
      case 16: {
        Given<remora_event> event(input);
        require_code(remora_event_text(to, event.get(), text, capacity, &needed, nullptr));
        break;
      }
      case 17: {
        Given<remora_task_rule> rule(input);
        rule->name_size %= 100;
        rule->keywords_size %= 200;
        rule->patterns_size %= 200;
        require_code(remora_task_rule_add(to, name.data(), name.size(), rule.get(), &id, nullptr));
        break;
      }
      case 18:
        batch(to, input);
        break;
      default: {
        uint64_t cursor = input.take<uint64_t>();
        uint32_t listed = 0;
        require_code(remora_list_names(to, input.take_below(9), &cursor, &id, 1, &listed));
      }
    }
  }

  remora_id rollout(Input& input) {
    return rollouts_.empty() || input.take_below(4) == 0
               ? input.take<uint32_t>()
               : rollouts_[input.take_below(static_cast<uint32_t>(rollouts_.size()))];
  }

  void batch(uint64_t to, Input& input) {
    constexpr uint32_t kItems = 4;
    std::array<remora_task, kItems> tasks{};
    std::array<remora_decision, kItems> decisions{};
    for (uint32_t i = 0; i < kItems; ++i) {
      input.take_bytes(&tasks[i], input.take_below(64));
      tasks[i].struct_size = sizeof(remora_task);
      tasks[i].agent = agent(input);
      decisions[i].struct_size = sizeof(remora_decision);
    }
    remora_batch all = sized<remora_batch>();
    all.count = input.take_below(kItems + 1);
    require_code(remora_route_batch(to, tasks.data(), decisions.data(), &all, nullptr));
    for (uint32_t i = 0; i < all.count && to == host_.handle; ++i) {
      remora::fuzz::require_safe(decisions[i]);
    }
  }

  Host host_;
  remora_id agents_[2] = {};
  remora_id label_ = 0;
  std::vector<uint64_t> decisions_;
  std::vector<remora_id> rollouts_;
  uint64_t recorded_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Session session;
  Input input(data, size);
  for (size_t i = 0; i < kMostCalls && !input.empty(); ++i) {
    session.call(input);
  }
  session.check();
  return 0;
}
