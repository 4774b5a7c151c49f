// Task text and file names of any kind: the classifier answers with a type it has, within its ranges, and
// always alike.
#include "fuzz/host.hpp"
#include "fuzz/input.hpp"

namespace {

// One state for all inputs: classifying changes nothing. With the default rules.
uint64_t handle() {
  static remora::fuzz::Host host;
  if (host.handle == 0) {
    host.begin(R"({"state": {"states": 64, "ledger_slots": 1024, "names": 128}})");
    REMORA_REQUIRE(host.open() == REMORA_OK);
  }
  return host.handle;
}

remora_classification classify(std::string_view arena, uint64_t text_size, uint64_t files_size,
                               int32_t* code) {
  remora_text text = remora::fuzz::sized<remora_text>();
  text.text_size = text_size;
  text.files_size = files_size;
  remora_classification result = remora::fuzz::sized<remora_classification>();
  *code = remora_classify(handle(), arena.data(), arena.size(), &text, &result, nullptr);
  remora::fuzz::require_code(*code);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  remora::fuzz::Input input(data, size);
  // Mostly sizes that fit, so that there is something to classify.
  const auto share = input.take<uint8_t>();
  const bool hostile_sizes = share == 255;
  const auto first = hostile_sizes ? input.take<uint64_t>() : input.size() * share / 254;
  const auto second = hostile_sizes ? input.take<uint64_t>() : input.size() - first;
  const std::string_view arena = input.take_rest();
  int32_t code = REMORA_OK;
  const remora_classification result = classify(arena, first, second, &code);
  const bool fits = first <= arena.size() && second <= arena.size() - first;
  REMORA_REQUIRE((code == REMORA_OK) == fits);
  if (!fits) {
    return 0;
  }
  REMORA_REQUIRE(result.confidence >= 0 && result.confidence <= 1);
  REMORA_REQUIRE(result.score >= 0 && result.score < 1e6);
  REMORA_REQUIRE(result.runner_up == 0 || result.runner_up_score <= result.score);
  char name[128];
  uint64_t needed = 0;
  REMORA_REQUIRE(remora_name_of(handle(), result.task_type, name, sizeof name, &needed, nullptr) ==
                 REMORA_OK);
  const remora_classification again = classify(arena, first, second, &code);
  REMORA_REQUIRE(again.task_type == result.task_type && again.runner_up == result.runner_up);
  return 0;
}
