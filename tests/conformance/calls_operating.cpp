#include "conformance/calls.hpp"

namespace remora::conformance {
namespace {

// A struct that the function only fills.
template <class Struct, class Fill>
Answer filled(Session& s, const char* name, Fill&& fill) {
  return explained([&](Json& value, remora_error* error) {
    Struct made{};
    made.struct_size = sizeof made;
    const int32_t code = fill(&made, error);
    value = s.structs.read(name, &made);
    return code;
  });
}

Answer snapshot(Session& s, const Question& q) {
  only(q.with, {});
  return filled<remora_snapshot_info>(
      s, "remora_snapshot_info",
      [&](remora_snapshot_info* info, remora_error* error) { return s.api.snapshot(q.handle, info, error); });
}

Answer snapshot_verify(Session& s, const Question& q) {
  only(q.with, {"path"});
  const std::string path = text_of(q.with, "path");
  return filled<remora_snapshot_info>(
      s, "remora_snapshot_info", [&](remora_snapshot_info* info, remora_error* error) {
        return s.api.snapshot_verify(q.handle, path.data(), path.size(), info, error);
      });
}

Answer restore(Session& s, const Question& q) {
  only(q.with, {"path"});
  const std::string path = text_of(q.with, "path");
  return filled<remora_snapshot_info>(s, "remora_snapshot_info",
                                      [&](remora_snapshot_info* info, remora_error* error) {
                                        return s.api.restore(q.handle, path.data(), path.size(), info, error);
                                      });
}

Answer snapshot_list(Session& s, const Question& q) {
  only(q.with, {"capacity"});
  return explained([&](Json& value, remora_error* error) {
    remora_snapshot_info empty{};
    empty.struct_size = sizeof empty;
    std::vector<remora_snapshot_info> infos(number_of(q.with, "capacity", 10), empty);
    uint32_t count = 0;
    const int32_t code = s.api.snapshot_list(q.handle, infos.data(), sizeof empty,
                                             static_cast<uint32_t>(infos.size()), &count, error);
    value = {{"count", count}, {"infos", s.structs.read_all("remora_snapshot_info", infos, count)}};
    return code;
  });
}

Answer snapshot_path(Session& s, const Question& q) {
  only(q.with, {"sequence"});
  return explained([&](Json& value, remora_error* error) {
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.snapshot_path(q.handle, q.with.at("sequence").get<uint64_t>(), buffer, capacity, needed,
                                 error);
    });
  });
}

Answer tick(Session& s, const Question& q) {
  only(q.with, {"now_ns", "budget_ns"});
  return filled<remora_tick_report>(s, "remora_tick_report",
                                    [&](remora_tick_report* report, remora_error* error) {
                                      return s.api.tick(q.handle, q.with.value("now_ns", int64_t{0}),
                                                        q.with.value("budget_ns", int64_t{0}), report, error);
                                    });
}

Answer control_set(Session& s, const Question& q) {
  only(q.with, {"enabled", "learning", "mode"});
  return explained([&](Json&, remora_error* error) {
    const auto control = s.structs.filled<remora_control>("remora_control", q.with);
    return s.api.control_set(q.handle, &control, error);
  });
}

Answer control_get(Session& s, const Question& q) {
  only(q.with, {});
  return filled<remora_control>(s, "remora_control", [&](remora_control* control, remora_error* error) {
    return s.api.control_get(q.handle, control, error);
  });
}

Answer configure(Session& s, const Question& q) {
  only(q.with, {"text"});
  return explained([&](Json&, remora_error* error) {
    const std::string text = q.with.contains("text") ? text_of(q.with, "text") : "";
    return s.api.configure(q.handle, text.data(), text.size(), error);
  });
}

// The lists of observe.h: places with their struct_size set, a cursor, a count.
template <class Item, class List>
Answer listed(Session& s, const Question& q, const char* type, const char* key, List&& list) {
  only(q.with, {"cursor", "capacity"});
  return unexplained([&](Json& value) {
    Item empty{};
    empty.struct_size = sizeof empty;
    std::vector<Item> items(number_of(q.with, "capacity", 10), empty);
    uint64_t cursor = q.with.value("cursor", uint64_t{0});
    uint32_t count = 0;
    const int32_t code =
        list(q.handle, &cursor, items.data(), sizeof empty, static_cast<uint32_t>(items.size()), &count);
    value = {{"count", count}, {"cursor", cursor}, {key, s.structs.read_all(type, items, count)}};
    return code;
  });
}

Answer q_cells(Session& s, const Question& q) {
  return listed<remora_q_cell>(s, q, "remora_q_cell", "cells", s.api.q_cells);
}

Answer events(Session& s, const Question& q) {
  return listed<remora_event>(s, q, "remora_event", "events", s.api.events);
}

Answer event_text(Session& s, const Question& q) {
  only(q.with, {"event"});
  return explained([&](Json& value, remora_error* error) {
    const auto event = s.structs.filled<remora_event>("remora_event", q.with.at("event"));
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.event_text(q.handle, &event, buffer, capacity, needed, error);
    });
  });
}

Answer stats_get(Session& s, const Question& q) {
  only(q.with, {});
  return filled<remora_stats>(s, "remora_stats", [&](remora_stats* stats, remora_error* error) {
    return s.api.stats_get(q.handle, stats, error);
  });
}

Answer metrics_text(Session& s, const Question& q) {
  only(q.with, {});
  return explained([&](Json& value, remora_error* error) {
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.metrics_text(q.handle, buffer, capacity, needed, error);
    });
  });
}

Answer log_drain(Session& s, const Question& q) {
  only(q.with, {"capacity"});
  return explained([&](Json& value, remora_error* error) {
    std::string lines(number_of(q.with, "capacity", 16384), '\0');
    uint64_t written = 0;
    const int32_t code = s.api.log_drain(q.handle, lines.data(), lines.size(), &written, error);
    lines.resize(code == REMORA_OK ? written : 0);
    value["text"] = lines;
    return code;
  });
}

void gather(void* user, int32_t, const char* text, uint64_t size) {
  static_cast<std::vector<std::string>*>(user)->emplace_back(text, size);
}

Answer log_callback(Session& s, const Question& q) {
  only(q.with, {"level", "off"});
  return explained([&](Json&, remora_error* error) {
    return s.api.log_callback(q.handle, q.with.value("off", false) ? nullptr : gather, &s.log,
                              static_cast<int32_t>(number_of(q.with, "level")), error);
  });
}

}  // namespace

const Calls& operating_calls() {
  static const Calls calls = {
      {"snapshot", snapshot},
      {"snapshot_verify", snapshot_verify},
      {"snapshot_list", snapshot_list},
      {"snapshot_path", snapshot_path},
      {"restore", restore},
      {"tick", tick},
      {"control_set", control_set},
      {"control_get", control_get},
      {"configure", configure},
      {"q_cells", q_cells},
      {"events", events},
      {"event_text", event_text},
      {"stats_get", stats_get},
      {"metrics_text", metrics_text},
      {"log_drain", log_drain},
      {"log_callback", log_callback},
  };
  return calls;
}

}  // namespace remora::conformance
