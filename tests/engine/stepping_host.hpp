// A host of tasks that take several decisions: it tries again, and says what follows.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/host.hpp"

namespace remora::test {

class Steps : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    learn(R"({"epsilon": 0})");
  }
  // A configuration of learning alone. Failing variants are not blocked.
  void learn(const std::string& learning, const std::string& agents = "[]") {
    configure(R"({"safety": {"enabled": false}, "learning": )" + learning + R"(, "agents": )" + agents + "}");
  }
  // The following state counts half, and by its own outcomes alone.
  void look_ahead(const std::string& target) {
    learn(
        R"({"epsilon": 0, "discount": 0.5, "pooling": {"enabled": false, "prior_weight": 1e-6}, "target": ")" +
        target + "\"}");
  }
  remora_decision route_again(uint64_t previous, uint64_t allowed = 0) {
    remora_task t = task();
    t.previous_decision = previous;
    t.allowed_variants = allowed;
    return route(t);
  }
  int32_t record_next(uint64_t decision_id, uint64_t next_decision, remora_reward* reward) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = decision_id;
    outcome.flags = REMORA_OUTCOME_HAS_NEXT;
    outcome.next_decision = next_decision;
    return record(outcome, reward);
  }
  double metric(const std::string& name) {
    std::string text(64 * 1024, '\0');
    uint64_t needed = 0;
    EXPECT_EQ(plugin().metrics_text(handle, text.data(), text.size(), &needed, &error), REMORA_OK)
        << error.text;
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
};

}  // namespace remora::test
