// A host that reports several times of one decision.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/host.hpp"

namespace remora::test {

class Join : public Host {
 protected:
  // Rewards are success x 1 + quality x 0.5.
  void join(const std::string& rule, const std::string& more = "", const std::string& safety = "false") {
    configure(R"({"safety": {"enabled": )" + safety + R"(}, "learning": {"epsilon": 0, "join": ")" + rule +
              "\"" + more + "}}");
  }
  static remora_outcome report(uint64_t decision_id, bool success, double quality = -1, uint32_t number = 0) {
    remora_outcome o = sized<remora_outcome>();
    o.decision_id = decision_id;
    o.success = success ? 1 : 0;
    o.flags = number * REMORA_OUTCOME_REPORT;
    if (quality >= 0) {
      o.flags |= REMORA_OUTCOME_HAS_QUALITY;
      o.quality = quality;
    }
    return o;
  }
  int32_t tell(const remora_outcome& outcome) { return record(outcome); }

  remora_belief belief(uint32_t variant) {
    remora_belief b = sized<remora_belief>();
    b.agent = agent;
    b.task_type = type;
    b.variant = variant;
    EXPECT_EQ(plugin().explain(handle, &b, &error), REMORA_OK) << error.text;
    return b;
  }
  uint64_t decide(uint32_t variant, int64_t now_ns = 0) {
    remora_task t = task();
    t.allowed_variants = 1ULL << variant;
    t.now_ns = now_ns;
    return route(t).decision_id;
  }
  remora_safety_verdict verdict(uint32_t variant) {
    auto query = sized<remora_safety_query>();
    auto v = sized<remora_safety_verdict>();
    query.agent = agent;
    query.variant = variant;
    EXPECT_EQ(plugin().safety_check(handle, &query, &v, &error), REMORA_OK) << error.text;
    return v;
  }
  double metric(const std::string& name) {
    std::string text(64 * 1024, '\0');
    uint64_t needed = 0;
    EXPECT_EQ(plugin().metrics_text(handle, text.data(), text.size(), &needed, &error), REMORA_OK)
        << error.text;
    const size_t at = text.find("\n" + name);
    return at == std::string::npos ? -1 : std::stod(text.substr(text.find(' ', at + 1) + 1));
  }
};

}  // namespace remora::test
