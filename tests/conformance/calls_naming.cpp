#include "conformance/calls.hpp"

namespace remora::conformance {
namespace {

Answer abi_version(Session& s, const Question& q) {
  only(q.with, {});
  return unexplained([&](Json& value) {
    value["version"] = s.api.abi_version();
    return REMORA_OK;
  });
}

Answer version_text(Session& s, const Question& q) {
  only(q.with, {});
  return unexplained([&](Json& value) { return fill_text(q.step, value, s.api.version_text); });
}

Answer status_text(Session& s, const Question& q) {
  only(q.with, {"code"});
  return unexplained([&](Json& value) {
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.status_text(q.with.at("code").get<int32_t>(), buffer, capacity, needed);
    });
  });
}

Answer struct_size(Session& s, const Question& q) {
  only(q.with, {"name"});
  return unexplained([&](Json& value) {
    uint32_t size = 0;
    const int32_t code = s.api.struct_size(text_of(q.with, "name").c_str(), &size);
    value["size"] = size;
    return code;
  });
}

Answer open(Session& s, const Question& q) {
  Json fields = q.with;
  const std::string directory = s.folder.file(text_of(q.with, "directory"));
  const std::string as = q.with.contains("as") ? text_of(q.with, "as") : "state";
  fields.erase("directory");
  fields.erase("as");
  if (!fields.contains("abi_version")) {
    fields["abi_version"] = REMORA_ABI_VERSION;
  }
  const std::string key = fields.contains("snapshot_key") ? text_of(fields, "snapshot_key") : "";
  fields.erase("snapshot_key");
  auto options = s.structs.filled<remora_options>("remora_options", fields);
  if (!key.empty()) {
    options.flags |= REMORA_OPEN_SNAPSHOT_KEY;
    auto* bytes = reinterpret_cast<unsigned char*>(options.snapshot_key);
    for (size_t i = 0; i < sizeof options.snapshot_key; ++i) {
      bytes[i] = static_cast<unsigned char>(std::stoul(key.substr(2 * i, 2), nullptr, 16));
    }
  }
  return explained([&](Json&, remora_error* error) {
    uint64_t handle = 0;
    const int32_t code = s.api.open(directory.data(), directory.size(), &options, &handle, error);
    if (code == REMORA_OK) {
      s.states[as] = handle;
    }
    return code;
  });
}

Answer close(Session& s, const Question& q) {
  only(q.with, {});
  return explained([&](Json&, remora_error* error) { return s.api.close(q.handle, error); });
}

template <class Find>
Answer named_id(const Question& q, Find&& find) {
  return explained([&](Json& value, remora_error* error) {
    const std::string name = text_of(q.with, "name");
    remora_id id = 0;
    const int32_t code = find(name, &id, error);
    value["id"] = id;
    return code;
  });
}

Answer intern(Session& s, const Question& q) {
  only(q.with, {"kind", "name"});
  return named_id(q, [&](const std::string& name, remora_id* id, remora_error* error) {
    return s.api.intern(q.handle, number_of(q.with, "kind"), name.data(), name.size(), id, error);
  });
}

Answer find(Session& s, const Question& q) {
  only(q.with, {"kind", "name"});
  return named_id(q, [&](const std::string& name, remora_id* id, remora_error* error) {
    return s.api.find(q.handle, number_of(q.with, "kind"), name.data(), name.size(), id, error);
  });
}

Answer agent_register(Session& s, const Question& q) {
  only(q.with, {"name", "category"});
  return named_id(q, [&](const std::string& name, remora_id* id, remora_error* error) {
    return s.api.agent_register(q.handle, name.data(), name.size(), number_of(q.with, "category"), id, error);
  });
}

Answer name_of(Session& s, const Question& q) {
  only(q.with, {"id"});
  return explained([&](Json& value, remora_error* error) {
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.name_of(q.handle, number_of(q.with, "id"), buffer, capacity, needed, error);
    });
  });
}

Answer variant_register(Session& s, const Question& q) {
  Json fields = q.with;
  fields.erase("name");
  return explained([&](Json& value, remora_error* error) {
    const std::string name = text_of(q.with, "name");
    auto variant = s.structs.filled<remora_variant>("remora_variant", fields);
    const int32_t code = s.api.variant_register(q.handle, name.data(), name.size(), &variant, error);
    value = s.structs.read("remora_variant", &variant);
    return code;
  });
}

Answer agent_define(Session& s, const Question& q) {
  only(q.with, {"agent", "variants"});
  return explained([&](Json& value, remora_error* error) {
    std::string variants;
    for (const Json& name : q.with.at("variants")) {
      variants += (variants.empty() ? "" : ",") + name.get<std::string>();
    }
    remora_id id = 0;
    const int32_t code =
        s.api.agent_define(q.handle, text_of(q.with, "agent").c_str(), variants.c_str(), &id, error);
    value["id"] = id;
    return code;
  });
}

Answer variant_name(Session& s, const Question& q) {
  only(q.with, {"agent", "variant"});
  return unexplained([&](Json& value) {
    return fill_text(q.step, value, [&](char* buffer, uint64_t capacity, uint64_t* needed) {
      return s.api.variant_name(q.handle, number_of(q.with, "agent"), number_of(q.with, "variant"), buffer,
                                capacity, needed);
    });
  });
}

Answer agent_info(Session& s, const Question& q) {
  only(q.with, {"agent"});
  return explained([&](Json& value, remora_error* error) {
    auto agent = s.structs.filled<remora_agent>("remora_agent", q.with);
    const int32_t code = s.api.agent_info(q.handle, &agent, error);
    value = s.structs.read("remora_agent", &agent);
    return code;
  });
}

Answer variant_info(Session& s, const Question& q) {
  only(q.with, {"agent", "variant"});
  return explained([&](Json& value, remora_error* error) {
    auto variant = s.structs.filled<remora_variant>("remora_variant", q.with);
    const int32_t code = s.api.variant_info(q.handle, &variant, error);
    value = s.structs.read("remora_variant", &variant);
    return code;
  });
}

Answer list_names(Session& s, const Question& q) {
  only(q.with, {"kind", "cursor", "capacity"});
  return unexplained([&](Json& value) {
    uint64_t cursor = q.with.value("cursor", uint64_t{0});
    std::vector<remora_id> ids(number_of(q.with, "capacity", 10));
    uint32_t count = 0;
    const int32_t code = s.api.list_names(q.handle, number_of(q.with, "kind"), &cursor, ids.data(),
                                          static_cast<uint32_t>(ids.size()), &count);
    ids.resize(count);
    value = {{"count", count}, {"cursor", cursor}, {"ids", ids}};
    return code;
  });
}

}  // namespace

const Calls& naming_calls() {
  static const Calls calls = {
      {"abi_version", abi_version},
      {"version_text", version_text},
      {"status_text", status_text},
      {"struct_size", struct_size},
      {"open", open},
      {"close", close},
      {"intern", intern},
      {"find", find},
      {"name_of", name_of},
      {"agent_register", agent_register},
      {"variant_register", variant_register},
      {"agent_define", agent_define},
      {"variant_name", variant_name},
      {"agent_info", agent_info},
      {"variant_info", variant_info},
      {"list_names", list_names},
  };
  return calls;
}

}  // namespace remora::conformance
