#include "abi/struct_cases.hpp"

namespace remora::abi_test {

void StructSizes::add_inputs() {
  const remora_api& api = plugin();
  input<remora_options>("options of open", small_options(), [&](const remora_options* options) {
    uint64_t opened = 0;
    const std::string path = folder.path() + "/other";
    const int32_t code = api.open(path.data(), path.size(), options, &opened, nullptr);
    return code == REMORA_OK ? api.close(opened, nullptr) : code;
  });
  remora_task task = sized<remora_task>();
  task.agent = agent;
  input<remora_task>("task of route", task, [&](const remora_task* given) {
    remora_decision decision = sized<remora_decision>();
    return api.route(handle, given, &decision, nullptr);
  });
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.success = 1;
  input<remora_outcome>("outcome of record_outcome", outcome, [&](const remora_outcome* given) {
    return api.record_outcome(handle, given, nullptr, nullptr);
  });
  remora_text text = sized<remora_text>();
  text.text_size = 4;
  input<remora_text>("text of classify", text, [&](const remora_text* given) {
    remora_classification found = sized<remora_classification>();
    return api.classify(handle, "test", 4, given, &found, nullptr);
  });
  remora_task_rule rule = sized<remora_task_rule>();
  rule.name_size = 4;
  rule.keywords_size = 5;
  input<remora_task_rule>("rule of task_rule_add", rule, [&](const remora_task_rule* given) {
    remora_id id = 0;
    return api.task_rule_add(handle, "rulewords", 9, given, &id, nullptr);
  });
  remora_safety_query query = sized<remora_safety_query>();
  query.agent = agent;
  input<remora_safety_query>("query of safety_check", query, [&](const remora_safety_query* given) {
    remora_safety_verdict verdict = sized<remora_safety_verdict>();
    return api.safety_check(handle, given, &verdict, nullptr);
  });
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = 1;
  input<remora_rollout_plan>("plan of rollout_start", plan, [&](const remora_rollout_plan* given) {
    remora_id started = 0;  // the agent has a rollout: a plan that is read answers REMORA_E_STATE
    return api.rollout_start(handle, "second", 6, given, &started, nullptr);
  });
  remora_gate_query gate_query = sized<remora_gate_query>();
  gate_query.agent = agent;
  input<remora_gate_query>("query of rollout_gate", gate_query, [&](const remora_gate_query* given) {
    remora_gate gate = sized<remora_gate>();
    return api.rollout_gate(handle, given, &gate, nullptr);
  });
  remora_control control = sized<remora_control>();
  control.enabled = control.learning = 1;
  control.mode = REMORA_MODE_FULL;
  input<remora_control>("control of control_set", control,
                        [&](const remora_control* given) { return api.control_set(handle, given, nullptr); });
  input<remora_event>("event of event_text", event, [&](const remora_event* given) {
    char line[1024];
    return api.event_text(handle, given, line, sizeof line, nullptr, nullptr);
  });
  remora_variant variant = sized<remora_variant>();
  variant.agent = agent;
  question<remora_variant>("variant of variant_register", variant, [&](remora_variant* asked) {
    return api.variant_register(handle, "shaky", 5, asked, nullptr);
  });
  question<remora_variant>("variant of variant_info", variant,
                           [&](remora_variant* asked) { return api.variant_info(handle, asked, nullptr); });
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  question<remora_belief>("belief of explain", belief,
                          [&](remora_belief* asked) { return api.explain(handle, asked, nullptr); });
  remora_decision drawn = sized<remora_decision>();
  ASSERT_EQ(api.route(handle, &task, &drawn, nullptr), REMORA_OK);
  ASSERT_EQ(api.record_result(handle, drawn.decision_id, 1, 0, nullptr), REMORA_OK);
  remora_evaluation evaluation = sized<remora_evaluation>();
  evaluation.agent = agent;
  evaluation.least_effective = 0.5;
  question<remora_evaluation>("evaluation of evaluate", evaluation, [&](remora_evaluation* asked) {
    return api.evaluate(handle, nullptr, 0, asked, nullptr);
  });
  input<remora_replay_request>(
      "request of replay", sized<remora_replay_request>(),
      [&](const remora_replay_request* given) { return api.replay(handle, given, nullptr, nullptr); });
  remora_convergence convergence = sized<remora_convergence>();
  convergence.agent = agent;
  convergence.variant = REMORA_NONE;
  question<remora_convergence>("convergence of convergence_get", convergence, [&](remora_convergence* asked) {
    return api.convergence_get(handle, asked, nullptr);
  });
  remora_agent info = sized<remora_agent>();
  info.agent = agent;
  question<remora_agent>("agent of agent_info", info,
                         [&](remora_agent* asked) { return api.agent_info(handle, asked, nullptr); });
  remora_batch batch = sized<remora_batch>();
  batch.count = 1;
  question<remora_batch>("batch of route_batch", batch, [&, task](remora_batch* asked) {
    remora_decision decision = sized<remora_decision>();
    return api.route_batch(handle, &task, &decision, asked, nullptr);
  });
}

void StructSizes::add_outputs() {
  const remora_api& api = plugin();
  remora_task task = sized<remora_task>();
  task.agent = agent;
  output<remora_decision>("decision of route", [&, task](remora_decision* decision) {
    return api.route(handle, &task, decision, nullptr);
  });
  output<remora_decision>("decision of route_named", [&](remora_decision* decision) {
    return api.route_named(handle, "guest-agent", "testing", 0, decision, nullptr);
  });
  output<remora_classification>("result of classify", [&](remora_classification* result) {
    remora_text text = sized<remora_text>();
    text.text_size = 4;
    return api.classify(handle, "test", 4, &text, result, nullptr);
  });
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.success = 1;
  output<remora_reward>("reward of record_outcome", [&, outcome](remora_reward* reward) {
    return api.record_outcome(handle, &outcome, reward, nullptr);
  });
  output<remora_replay_report>("report of replay", [&](remora_replay_report* report) {
    const remora_replay_request request = sized<remora_replay_request>();
    return api.replay(handle, &request, report, nullptr);
  });
  output<remora_safety_verdict>("verdict of safety_check", [&](remora_safety_verdict* verdict) {
    remora_safety_query query = sized<remora_safety_query>();
    query.agent = agent;
    return api.safety_check(handle, &query, verdict, nullptr);
  });
  output<remora_gate>("gate of rollout_gate", [&](remora_gate* gate) {
    remora_gate_query query = sized<remora_gate_query>();
    query.agent = agent;
    return api.rollout_gate(handle, &query, gate, nullptr);
  });
  output<remora_rollout>("status of rollout_status", [&](remora_rollout* status) {
    return api.rollout_status(handle, rollout, status, nullptr);
  });
  output<remora_snapshot_info>("info of snapshot_list", [&](remora_snapshot_info* info) {
    uint32_t count = 0;
    return api.snapshot_list(handle, info, stride_of(*info), 1, &count, nullptr);
  });
  output<remora_control>("control of control_get",
                         [&](remora_control* control) { return api.control_get(handle, control, nullptr); });
  output<remora_tick_report>(
      "report of tick", [&](remora_tick_report* report) { return api.tick(handle, 0, 0, report, nullptr); });
  output<remora_q_cell>("cell of q_cells", [&](remora_q_cell* cell) {
    uint64_t cursor = 0;
    uint32_t count = 0;
    return api.q_cells(handle, &cursor, cell, stride_of(*cell), 1, &count);
  });
  output<remora_event>("event of events", [&](remora_event* filled) {
    uint64_t cursor = 0;
    uint32_t count = 0;
    return api.events(handle, &cursor, filled, stride_of(*filled), 1, &count);
  });
  output<remora_stats>("stats of stats_get",
                       [&](remora_stats* stats) { return api.stats_get(handle, stats, nullptr); });
}

}  // namespace remora::abi_test
