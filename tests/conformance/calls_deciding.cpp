#include "conformance/calls.hpp"

namespace remora::conformance {
namespace {

remora_task task_of(const Session& s, const Json& with) {
  return s.structs.filled<remora_task>("remora_task", with_counts(with));
}

// A decision as a host has it before its call: what the library leaves unset would show.
remora_decision unset_decision() {
  remora_decision decision{};
  decision.struct_size = sizeof decision;
  return decision;
}

Answer route(Session& s, const Question& q) {
  return explained([&](Json& value, remora_error* error) {
    const remora_task task = task_of(s, q.with);
    remora_decision decision = unset_decision();
    const int32_t code = s.api.route(q.handle, &task, &decision, error);
    value = s.structs.read("remora_decision", &decision);
    return code;
  });
}

Answer route_batch(Session& s, const Question& q) {
  only(q.with, {"tasks"});
  return explained([&](Json& value, remora_error* error) {
    std::vector<remora_task> tasks;
    for (const Json& with : q.with.at("tasks")) {
      tasks.push_back(task_of(s, with));
    }
    std::vector<remora_decision> decisions(tasks.size(), unset_decision());
    remora_batch batch{};
    batch.struct_size = sizeof batch;
    batch.count = tasks.size();
    const int32_t code = s.api.route_batch(q.handle, tasks.data(), decisions.data(), &batch, error);
    value["done"] = batch.done;
    value["first_failed"] = batch.first_failed;
    value["decisions"] = s.structs.read_all("remora_decision", decisions, decisions.size());
    return code;
  });
}

Answer route_named(Session& s, const Question& q) {
  only(q.with, {"agent", "task_type", "unit_key"});
  return explained([&](Json& value, remora_error* error) {
    remora_decision decision = unset_decision();
    const std::string type = q.with.contains("task_type") ? text_of(q.with, "task_type") : "";
    const int32_t code = s.api.route_named(q.handle, text_of(q.with, "agent").c_str(), type.c_str(),
                                           q.with.value("unit_key", uint64_t{0}), &decision, error);
    value = s.structs.read("remora_decision", &decision);
    return code;
  });
}

Answer classify(Session& s, const Question& q) {
  only(q.with, {"text", "files"});
  return explained([&](Json& value, remora_error* error) {
    const std::string text = q.with.contains("text") ? text_of(q.with, "text") : "";
    const std::string files = lines_of(q.with, "files");
    remora_text sizes{sizeof(remora_text), 0, text.size(), files.size()};
    remora_classification result{};
    result.struct_size = sizeof result;
    const std::string arena = text + files;
    const int32_t code = s.api.classify(q.handle, arena.data(), arena.size(), &sizes, &result, error);
    value = s.structs.read("remora_classification", &result);
    return code;
  });
}

Answer task_rule_add(Session& s, const Question& q) {
  only(q.with, {"name", "keywords", "patterns", "weight"});
  return explained([&](Json& value, remora_error* error) {
    const std::string name = text_of(q.with, "name");
    const std::string keywords = lines_of(q.with, "keywords");
    const std::string patterns = lines_of(q.with, "patterns");
    remora_task_rule rule{};
    rule.struct_size = sizeof rule;
    rule.name_size = static_cast<uint32_t>(name.size());
    rule.keywords_size = static_cast<uint32_t>(keywords.size());
    rule.patterns_size = static_cast<uint32_t>(patterns.size());
    rule.weight = q.with.value("weight", 0.0);
    const std::string arena = name + keywords + patterns;
    remora_id id = 0;
    const int32_t code = s.api.task_rule_add(q.handle, arena.data(), arena.size(), &rule, &id, error);
    value["id"] = id;
    return code;
  });
}

remora_outcome outcome_of(const Session& s, Json with) {
  uint32_t flags = number_of(with, "flags");
  if (with.contains("quality")) {
    flags |= REMORA_OUTCOME_HAS_QUALITY;
  }
  if (with.contains("user_rating")) {
    flags |= REMORA_OUTCOME_HAS_RATING;
  }
  if (with.contains("next_agent") || with.contains("next_task_type") || with.contains("next_labels") ||
      with.contains("next_decision")) {
    flags |= REMORA_OUTCOME_HAS_NEXT;
  }
  if (with.value("abandoned", false)) {
    flags |= REMORA_OUTCOME_ABANDONED;
  }
  flags |= number_of(with, "report") * REMORA_OUTCOME_REPORT;
  with.erase("report");
  with.erase("abandoned");
  with["flags"] = flags;
  return s.structs.filled<remora_outcome>("remora_outcome", with_counts(with));
}

Answer record_outcome(Session& s, const Question& q) {
  return explained([&](Json& value, remora_error* error) {
    const remora_outcome outcome = outcome_of(s, q.with);
    remora_reward reward{};
    reward.struct_size = sizeof reward;
    const int32_t code = s.api.record_outcome(q.handle, &outcome, &reward, error);
    value = s.structs.read("remora_reward", &reward);
    return code;
  });
}

Answer record_outcome_batch(Session& s, const Question& q) {
  only(q.with, {"outcomes", "rewards"});
  return explained([&](Json& value, remora_error* error) {
    std::vector<remora_outcome> outcomes;
    for (const Json& with : q.with.at("outcomes")) {
      outcomes.push_back(outcome_of(s, with));
    }
    remora_reward empty{};
    empty.struct_size = sizeof empty;
    std::vector<remora_reward> rewards(q.with.value("rewards", true) ? outcomes.size() : 0, empty);
    remora_batch batch{};
    batch.struct_size = sizeof batch;
    batch.count = outcomes.size();
    const int32_t code = s.api.record_outcome_batch(
        q.handle, outcomes.data(), rewards.empty() ? nullptr : rewards.data(), &batch, error);
    value["done"] = batch.done;
    value["first_failed"] = batch.first_failed;
    value["rewards"] = s.structs.read_all("remora_reward", rewards, rewards.size());
    return code;
  });
}

Answer record_result(Session& s, const Question& q) {
  only(q.with, {"decision_id", "success", "duration_ns"});
  return explained([&](Json&, remora_error* error) {
    return s.api.record_result(q.handle, q.with.at("decision_id").get<uint64_t>(),
                               number_of(q.with, "success"), q.with.value("duration_ns", int64_t{0}), error);
  });
}

Answer explain(Session& s, const Question& q) {
  only(q.with, {"agent", "task_type", "variant", "label_count", "labels", "attempts", "tried_variants"});
  return explained([&](Json& value, remora_error* error) {
    auto belief = s.structs.filled<remora_belief>("remora_belief", q.with);
    const int32_t code = s.api.explain(q.handle, &belief, error);
    value = s.structs.read("remora_belief", &belief);
    return code;
  });
}

Answer evaluate(Session& s, const Question& q) {
  only(q.with, {"configuration", "agent", "resamples", "seed", "least_effective", "warm_up"});
  Json fields = q.with;
  fields.erase("configuration");
  return explained([&](Json& value, remora_error* error) {
    const std::string text = q.with.contains("configuration") ? text_of(q.with, "configuration") : "";
    auto evaluation = s.structs.filled<remora_evaluation>("remora_evaluation", fields);
    const int32_t code = s.api.evaluate(q.handle, text.data(), text.size(), &evaluation, error);
    value = s.structs.read("remora_evaluation", &evaluation);
    return code;
  });
}

Answer replay(Session& s, const Question& q) {
  only(q.with, {"mode", "agent", "batches", "batch_size", "pool", "seed", "alpha", "beta"});
  return explained([&](Json& value, remora_error* error) {
    const auto request = s.structs.filled<remora_replay_request>("remora_replay_request", q.with);
    auto report = s.structs.filled<remora_replay_report>("remora_replay_report", Json::object());
    const int32_t code = s.api.replay(q.handle, &request, &report, error);
    value = s.structs.read("remora_replay_report", &report);
    return code;
  });
}

Answer convergence_get(Session& s, const Question& q) {
  only(q.with, {"agent", "task_type", "variant", "label_count", "labels"});
  return explained([&](Json& value, remora_error* error) {
    auto convergence = s.structs.filled<remora_convergence>("remora_convergence", q.with);
    const int32_t code = s.api.convergence_get(q.handle, &convergence, error);
    value = s.structs.read("remora_convergence", &convergence);
    return code;
  });
}

Answer safety_check(Session& s, const Question& q) {
  return explained([&](Json& value, remora_error* error) {
    const auto query = s.structs.filled<remora_safety_query>("remora_safety_query", q.with);
    remora_safety_verdict verdict{};
    verdict.struct_size = sizeof verdict;
    const int32_t code = s.api.safety_check(q.handle, &query, &verdict, error);
    value = s.structs.read("remora_safety_verdict", &verdict);
    return code;
  });
}

Answer variant_block(Session& s, const Question& q) {
  only(q.with, {"agent", "variant"});
  return explained([&](Json&, remora_error* error) {
    return s.api.variant_block(q.handle, number_of(q.with, "agent"), number_of(q.with, "variant"), error);
  });
}

Answer variant_unblock(Session& s, const Question& q) {
  only(q.with, {"agent", "variant"});
  return explained([&](Json&, remora_error* error) {
    return s.api.variant_unblock(q.handle, number_of(q.with, "agent"), number_of(q.with, "variant"), error);
  });
}

Answer rollout_start(Session& s, const Question& q) {
  Json fields = q.with;
  fields.erase("name");
  if (fields.contains("stages")) {
    fields["stage_count"] = fields["stages"].size();
  }
  return explained([&](Json& value, remora_error* error) {
    const std::string name = text_of(q.with, "name");
    const auto plan = s.structs.filled<remora_rollout_plan>("remora_rollout_plan", fields);
    remora_id id = 0;
    const int32_t code = s.api.rollout_start(q.handle, name.data(), name.size(), &plan, &id, error);
    value["id"] = id;
    return code;
  });
}

Answer rollout_gate(Session& s, const Question& q) {
  return explained([&](Json& value, remora_error* error) {
    const auto query = s.structs.filled<remora_gate_query>("remora_gate_query", q.with);
    remora_gate gate{};
    gate.struct_size = sizeof gate;
    const int32_t code = s.api.rollout_gate(q.handle, &query, &gate, error);
    value = s.structs.read("remora_gate", &gate);
    return code;
  });
}

Answer rollout_command(Session& s, const Question& q) {
  only(q.with, {"rollout", "command", "now_ns"});
  return explained([&](Json&, remora_error* error) {
    return s.api.rollout_command(q.handle, number_of(q.with, "rollout"), number_of(q.with, "command"),
                                 q.with.value("now_ns", int64_t{0}), error);
  });
}

Answer rollout_status(Session& s, const Question& q) {
  only(q.with, {"rollout"});
  return explained([&](Json& value, remora_error* error) {
    remora_rollout status{};
    status.struct_size = sizeof status;
    const int32_t code = s.api.rollout_status(q.handle, number_of(q.with, "rollout"), &status, error);
    value = s.structs.read("remora_rollout", &status);
    return code;
  });
}

}  // namespace

const Calls& deciding_calls() {
  static const Calls calls = {
      {"route", route},
      {"route_batch", route_batch},
      {"route_named", route_named},
      {"classify", classify},
      {"task_rule_add", task_rule_add},
      {"record_outcome", record_outcome},
      {"record_outcome_batch", record_outcome_batch},
      {"record_result", record_result},
      {"explain", explain},
      {"replay", replay},
      {"convergence_get", convergence_get},
      {"evaluate", evaluate},
      {"safety_check", safety_check},
      {"variant_block", variant_block},
      {"variant_unblock", variant_unblock},
      {"rollout_start", rollout_start},
      {"rollout_gate", rollout_gate},
      {"rollout_command", rollout_command},
      {"rollout_status", rollout_status},
  };
  return calls;
}

}  // namespace remora::conformance
