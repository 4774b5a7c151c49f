#include "ops/event_text.hpp"

#include <string_view>

#include "ops/event_message.hpp"
#include "ops/event_names.hpp"

namespace remora::ops {
namespace {

void append_member(base::Text* text, std::string_view key, std::string_view value) {
  text->append(",\"");
  text->append(key);
  text->append("\":");
  if (value.empty()) {
    text->append("null");
  } else {
    text->append_json_string(value);
  }
}

}  // namespace

void append_event_text(const store::History& history, const store::Event& event, base::Text* text) {
  const EventNames names = resolve_names(history, event);
  text->append("{\"sequence\":");
  text->append_unsigned(event.sequence);
  text->append(",\"time\":\"");
  text->append_time(event.when_ns);
  text->append("\",\"kind\":");
  text->append_json_string(event_kind_name(event.kind));
  text->append(",\"severity\":");
  text->append_json_string(severity_name(event.severity));
  if (event.agent != 0) {
    append_member(text, "agent", names.agent);
  }
  if (event.variant != kNoEventVariant) {
    append_member(text, "variant", names.variant);
  }
  if (event.rollout != 0) {
    append_member(text, "rollout", names.rollout);
    text->append(",\"stage\":");
    text->append_unsigned(event.stage);
  }
  if (const std::string_view reason = event_reason_name(event.kind, event.reason); !reason.empty()) {
    append_member(text, "reason", reason);
  }
  text->append(",\"value\":");
  text->append_json_number(event.value);
  text->append(",\"threshold\":");
  text->append_json_number(event.threshold);
  text->append(",\"detail\":[");
  text->append_unsigned(event.detail[0]);
  text->append(',');
  text->append_unsigned(event.detail[1]);
  text->append("],\"message\":");
  char message[kLongestMessage];
  base::Text sentence(message, sizeof message);
  append_message(event, names, &sentence);
  text->append_json_string(sentence.view());
  text->append('}');
}

}  // namespace remora::ops
