// An open state directory in C++: every function that takes a handle. Part of the wrapper remora.hpp.
// Each member is the C function of the same name; its C header says what it does and which errors it has.
#pragma once

#include <remora/remora_loader.h>
#include <remora/result.hpp>
#include <remora/values.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace remora {

// An open state directory. Movable; closes itself. Any number of threads may call one State at once, but none
// while another moves from it, closes or destroys it.
class State {
 public:
  State() noexcept = default;
  State(std::shared_ptr<const remora_api> api, uint64_t handle) noexcept : api_(std::move(api)), handle_(handle) {}
  State(State&& other) noexcept : api_(std::move(other.api_)), handle_(std::exchange(other.handle_, 0)) {}
  State& operator=(State&& other) noexcept {
    if (this != &other) {
      (void)close();
      api_ = std::move(other.api_);
      handle_ = std::exchange(other.handle_, 0);
    }
    return *this;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { (void)close(); }

  bool is_open() const noexcept { return handle_ != 0; }
  uint64_t handle() const noexcept { return handle_; }           // for the C functions
  const remora_api* api() const noexcept { return api_.get(); }  // those functions; null when never opened

  // open.h. Closing twice does nothing; inside a log callback it is refused, and the state stays open.
  Status close() {
    if (handle_ == 0) {
      return {};
    }
    const uint64_t closing = std::exchange(handle_, 0);
    Status closed = ask<Nothing>([&](Nothing&, remora_error* error) { return api_->close(closing, error); });
    handle_ = closed.code() == REMORA_E_STATE ? closing : 0;
    return closed;
  }

  // names.h. IdType is one of the ids above: state.intern<remora::TaskTypeId>("api-design").
  template <class IdType>
  Result<IdType> intern(std::string_view name) const {
    return id<IdType>([&](remora_id* id, remora_error* error) {
      return api_->intern(handle_, IdType::kKind, name.data(), name.size(), id, error);
    });
  }
  template <class IdType>
  Result<IdType> find(std::string_view name) const {
    return id<IdType>([&](remora_id* id, remora_error* error) {
      return api_->find(handle_, IdType::kKind, name.data(), name.size(), id, error);
    });
  }
  Result<std::string> name_of(remora_id id) const {
    return text([&](char* buffer, uint64_t capacity, uint64_t* needed, remora_error* error) {
      return api_->name_of(handle_, id, buffer, capacity, needed, error);
    });
  }
  Result<AgentId> agent_register(std::string_view name, CategoryId category = {}) const {
    return id<AgentId>([&](remora_id* id, remora_error* error) {
      return api_->agent_register(handle_, name.data(), name.size(), category, id, error);
    });
  }
  // variant.agent names the agent; the result has the variant's index too.
  Result<Variant> variant_register(std::string_view name, const Variant& variant) const {
    return ask<Variant>([&](Variant& filled, remora_error* error) {
      filled = variant;
      return api_->variant_register(handle_, name.data(), name.size(), &filled, error);
    });
  }
  // Both texts end in NUL.
  Result<AgentId> agent_define(const char* agent, const char* variants) const {
    return id<AgentId>(
        [&](remora_id* id, remora_error* error) { return api_->agent_define(handle_, agent, variants, id, error); });
  }
  Result<std::string> variant_name(AgentId agent, uint32_t variant) const {
    return detail::plain_answer<std::string>(api_.get(), [&](std::string& text) {
      return detail::text_into(text, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
        return api_->variant_name(handle_, agent, variant, buffer, capacity, needed);
      });
    });
  }
  Result<Agent> agent_info(AgentId agent) const {
    return ask<Agent>([&](Agent& info, remora_error* error) {
      info.agent = agent;
      return api_->agent_info(handle_, &info, error);
    });
  }
  Result<Variant> variant_info(AgentId agent, uint32_t variant) const {
    return ask<Variant>([&](Variant& info, remora_error* error) {
      info.agent = agent;
      info.variant = variant;
      return api_->variant_info(handle_, &info, error);
    });
  }
  // What route would go by for a variant in a state, and which level of what was learned gives how much of it.
  Result<Belief> explain(const Belief& asked) const {
    return ask<Belief>([&](Belief& belief, remora_error* error) {
      static_cast<remora_belief&>(belief) = asked;
      return api_->explain(handle_, &belief, error);
    });
  }
  // Learns once more from the outcomes that the history still holds.
  Result<ReplayReport> replay(const ReplayRequest& request) const {
    return ask<ReplayReport>(
        [&](ReplayReport& report, remora_error* error) { return api_->replay(handle_, &request, &report, error); });
  }
  // How far learning is: of the fleet, of an agent (variant REMORA_NONE), or of one variant in one state.
  Result<Convergence> convergence(const Convergence& asked) const {
    return ask<Convergence>([&](Convergence& convergence, remora_error* error) {
      static_cast<remora_convergence&>(convergence) = asked;
      return api_->convergence_get(handle_, &convergence, error);
    });
  }
  // What another configuration (empty: the one in force) would have brought, by the recorded outcomes. A refusal
  // (REMORA_E_STATE) has its figures in the value all the same.
  Result<Evaluation> evaluate(std::string_view configuration, const Evaluation& asked = {}) const {
    return ask<Evaluation>([&](Evaluation& evaluation, remora_error* error) {
      static_cast<remora_evaluation&>(evaluation) = asked;
      return api_->evaluate(handle_, configuration.data(), configuration.size(), &evaluation, error);
    });
  }
  // Lists write into the caller's span and give the part that they filled; an empty part is the end.
  Result<std::span<remora_id>> list_names(remora_kind kind, uint64_t& cursor, std::span<remora_id> ids) const {
    return list(ids, [&](uint32_t capacity, uint32_t* count) {
      return api_->list_names(handle_, kind, &cursor, ids.data(), capacity, count);
    });
  }

  // route.h
  Result<Decision> route(const remora_task& task) const {
    return ask<Decision>(
        [&](Decision& decision, remora_error* error) { return api_->route(handle_, &task, &decision, error); });
  }
  // decisions has room for as many as there are tasks.
  Result<Batch> route_batch(std::span<const Task> tasks, std::span<Decision> decisions) const {
    return batch(tasks.size(), decisions.size(), sizeof(Task), sizeof(Decision),
                 [&](Batch& batch, remora_error* error) {
                   return api_->route_batch(handle_, tasks.data(), decisions.data(), &batch, error);
                 });
  }
  // Both names end in NUL.
  Result<Decision> route_named(const char* agent, const char* task_type, uint64_t unit_key = 0) const {
    return ask<Decision>([&](Decision& decision, remora_error* error) {
      return api_->route_named(handle_, agent, task_type, unit_key, &decision, error);
    });
  }
  // files: file names separated by line feeds.
  Result<Classification> classify(std::string_view text, std::string_view files = {}) const {
    Text sizes;
    sizes.text_size = text.size();
    sizes.files_size = files.size();
    const std::string arena = join({text, files});
    return ask<Classification>([&](Classification& found, remora_error* error) {
      return api_->classify(handle_, arena.data(), arena.size(), &sizes, &found, error);
    });
  }
  // keywords, patterns: separated by line feeds. weight 0 = 1.
  Result<TaskTypeId> task_rule_add(std::string_view name, std::string_view keywords, std::string_view patterns = {},
                                   double weight = 0) const {
    TaskRule rule;
    rule.name_size = static_cast<uint32_t>(name.size());
    rule.keywords_size = static_cast<uint32_t>(keywords.size());
    rule.patterns_size = static_cast<uint32_t>(patterns.size());
    rule.weight = weight;
    const std::string arena = join({name, keywords, patterns});
    return id<TaskTypeId>([&](remora_id* id, remora_error* error) {
      return api_->task_rule_add(handle_, arena.data(), arena.size(), &rule, id, error);
    });
  }

  // outcome.h
  Result<Reward> record_outcome(const remora_outcome& outcome) const {
    return ask<Reward>(
        [&](Reward& reward, remora_error* error) { return api_->record_outcome(handle_, &outcome, &reward, error); });
  }
  // rewards may be empty, or has room for as many as there are outcomes.
  Result<Batch> record_outcome_batch(std::span<const Outcome> outcomes, std::span<Reward> rewards = {}) const {
    const size_t room = rewards.empty() ? outcomes.size() : rewards.size();
    return batch(outcomes.size(), room, sizeof(Outcome), sizeof(Reward), [&](Batch& batch, remora_error* error) {
      return api_->record_outcome_batch(handle_, outcomes.data(), rewards.empty() ? nullptr : rewards.data(), &batch,
                                        error);
    });
  }
  Status record_result(uint64_t decision_id, bool success, int64_t duration_ns = 0) const {
    return ask<Nothing>([&](Nothing&, remora_error* error) {
      return api_->record_result(handle_, decision_id, success ? 1 : 0, duration_ns, error);
    });
  }

  // safety.h
  Result<SafetyVerdict> safety_check(AgentId agent, uint32_t variant, int64_t now_ns = 0) const {
    SafetyQuery query;
    query.agent = agent;
    query.variant = variant;
    query.now_ns = now_ns;
    return ask<SafetyVerdict>([&](SafetyVerdict& verdict, remora_error* error) {
      return api_->safety_check(handle_, &query, &verdict, error);
    });
  }
  Status variant_block(AgentId agent, uint32_t variant) const {
    return ask<Nothing>(
        [&](Nothing&, remora_error* error) { return api_->variant_block(handle_, agent, variant, error); });
  }
  Status variant_unblock(AgentId agent, uint32_t variant) const {
    return ask<Nothing>(
        [&](Nothing&, remora_error* error) { return api_->variant_unblock(handle_, agent, variant, error); });
  }

  // rollout.h
  Result<RolloutId> rollout_start(std::string_view name, const remora_rollout_plan& plan) const {
    return id<RolloutId>([&](remora_id* id, remora_error* error) {
      return api_->rollout_start(handle_, name.data(), name.size(), &plan, id, error);
    });
  }
  Result<Gate> rollout_gate(AgentId agent, uint64_t unit_key) const {
    GateQuery query;
    query.agent = agent;
    query.unit_key = unit_key;
    return ask<Gate>(
        [&](Gate& gate, remora_error* error) { return api_->rollout_gate(handle_, &query, &gate, error); });
  }
  Status rollout_command(RolloutId rollout, remora_rollout_command_code command, int64_t now_ns = 0) const {
    return ask<Nothing>(
        [&](Nothing&, remora_error* error) { return api_->rollout_command(handle_, rollout, command, now_ns, error); });
  }
  Result<Rollout> rollout_status(RolloutId rollout) const {
    return ask<Rollout>(
        [&](Rollout& status, remora_error* error) { return api_->rollout_status(handle_, rollout, &status, error); });
  }

  // snapshot.h
  Result<SnapshotInfo> snapshot() const {
    return ask<SnapshotInfo>(
        [&](SnapshotInfo& info, remora_error* error) { return api_->snapshot(handle_, &info, error); });
  }
  Result<SnapshotInfo> snapshot_verify(std::string_view path) const {
    return ask<SnapshotInfo>([&](SnapshotInfo& info, remora_error* error) {
      return api_->snapshot_verify(handle_, path.data(), path.size(), &info, error);
    });
  }
  Result<std::span<SnapshotInfo>> snapshot_list(std::span<SnapshotInfo> infos) const {
    return ask<std::span<SnapshotInfo>>([&](std::span<SnapshotInfo>& filled, remora_error* error) {
      uint32_t count = 0;
      const int32_t code =
          api_->snapshot_list(handle_, infos.data(), sizeof(SnapshotInfo), room_in(infos), &count, error);
      filled = infos.first(std::min<size_t>(count, infos.size()));
      return code;
    });
  }
  Result<std::string> snapshot_path(uint64_t sequence) const {
    return text([&](char* buffer, uint64_t capacity, uint64_t* needed, remora_error* error) {
      return api_->snapshot_path(handle_, sequence, buffer, capacity, needed, error);
    });
  }
  Result<SnapshotInfo> restore(std::string_view path) const {
    return ask<SnapshotInfo>([&](SnapshotInfo& info, remora_error* error) {
      return api_->restore(handle_, path.data(), path.size(), &info, error);
    });
  }

  // operate.h
  Result<TickReport> tick(int64_t now_ns = 0, int64_t budget_ns = 0) const {
    return ask<TickReport>([&](TickReport& report, remora_error* error) {
      return api_->tick(handle_, now_ns, budget_ns, &report, error);
    });
  }
  Status control_set(const remora_control& control) const {
    return ask<Nothing>([&](Nothing&, remora_error* error) { return api_->control_set(handle_, &control, error); });
  }
  Result<Control> control_get() const {
    return ask<Control>(
        [&](Control& control, remora_error* error) { return api_->control_get(handle_, &control, error); });
  }
  Status configure(std::string_view text) const {
    return ask<Nothing>(
        [&](Nothing&, remora_error* error) { return api_->configure(handle_, text.data(), text.size(), error); });
  }

  // observe.h
  Result<std::span<QCell>> q_cells(uint64_t& cursor, std::span<QCell> cells) const {
    return list(cells, [&](uint32_t capacity, uint32_t* count) {
      return api_->q_cells(handle_, &cursor, cells.data(), sizeof(QCell), capacity, count);
    });
  }
  Result<std::span<Event>> events(uint64_t& cursor, std::span<Event> events) const {
    return list(events, [&](uint32_t capacity, uint32_t* count) {
      return api_->events(handle_, &cursor, events.data(), sizeof(Event), capacity, count);
    });
  }
  Result<std::string> event_text(const remora_event& event) const {
    return text([&](char* buffer, uint64_t capacity, uint64_t* needed, remora_error* error) {
      return api_->event_text(handle_, &event, buffer, capacity, needed, error);
    });
  }
  Result<Stats> stats_get() const {
    return ask<Stats>([&](Stats& stats, remora_error* error) { return api_->stats_get(handle_, &stats, error); });
  }
  Result<std::string> metrics_text() const {
    return text([&](char* buffer, uint64_t capacity, uint64_t* needed, remora_error* error) {
      return api_->metrics_text(handle_, buffer, capacity, needed, error);
    });
  }
  // At most `capacity` bytes of whole lines; empty when there are none.
  Result<std::string> log_drain(size_t capacity = 16384) const {
    return ask<std::string>([&](std::string& lines, remora_error* error) {
      uint64_t written = 0;
      lines.resize(capacity);
      const int32_t code = api_->log_drain(handle_, lines.data(), lines.size(), &written, error);
      lines.resize(code == REMORA_OK ? std::min<size_t>(written, capacity) : 0);
      return code;
    });
  }
  Status log_callback(remora_log_function function, void* user, int32_t level) const {
    return ask<Nothing>(
        [&](Nothing&, remora_error* error) { return api_->log_callback(handle_, function, user, level, error); });
  }

 private:
  template <class Value, class Call>
  Result<Value> ask(Call&& call) const {
    return detail::answer<Value>(api_.get(), std::forward<Call>(call));
  }
  template <class IdType, class Call>
  Result<IdType> id(Call&& call) const {
    return ask<IdType>([&](IdType& id, remora_error* error) {
      remora_id raw = 0;
      const int32_t code = call(&raw, error);
      id = IdType(raw);
      return code;
    });
  }
  template <class Fill>
  Result<std::string> text(Fill&& fill) const {
    return ask<std::string>([&](std::string& text, remora_error* error) {
      return detail::text_into(text, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
        return fill(buffer, capacity, needed, error);
      });
    });
  }
  template <class Item, class Call>
  Result<std::span<Item>> list(std::span<Item> items, Call&& call) const {
    return detail::plain_answer<std::span<Item>>(api_.get(), [&](std::span<Item>& filled) {
      uint32_t count = 0;
      const int32_t code = call(room_in(items), &count);
      filled = items.first(std::min<size_t>(count, items.size()));
      return code;
    });
  }
  template <class Call>
  Result<Batch> batch(size_t count, size_t room, size_t in_stride, size_t out_stride, Call&& call) const {
    if (room < count) {
      Result<Batch> refused;
      refused.error().set(REMORA_E_INVALID, "there is room for " + std::to_string(room) + " results of " +
                                                std::to_string(count) + " items; give the results as many places");
      return refused;
    }
    return ask<Batch>([&](Batch& batch, remora_error* error) {
      batch.count = count;
      batch.in_stride = in_stride;
      batch.out_stride = out_stride;
      return call(batch, error);
    });
  }
  template <class Item>
  static uint32_t room_in(std::span<Item> items) {
    return static_cast<uint32_t>(std::min<size_t>(items.size(), UINT32_MAX));
  }
  static std::string join(std::initializer_list<std::string_view> parts) {
    std::string joined;
    for (const std::string_view part : parts) {
      joined += part;
    }
    return joined;
  }

  std::shared_ptr<const remora_api> api_;
  uint64_t handle_ = 0;
};

}  // namespace remora
