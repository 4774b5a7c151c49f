#include <remora/snapshot.h>

#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/retention.hpp"
#include "snapshot/writer.hpp"

using remora::base::Code;
using remora::base::Problem;
using remora::snapshot::Info;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

void fill(const Info& info, remora_snapshot_info* out) {
  out->kind = static_cast<uint32_t>(info.kind);
  out->sequence = info.sequence;
  out->taken_ns = info.taken_ns;
  out->rows = info.rows;
  out->visits = info.visits;
  out->bytes = info.bytes;
  out->generation = info.generation;
  out->checksum = info.checksum;
  out->key_id = info.key_id;
}

// Runs `body(engine, &info, problem)` and hands its info to the caller, who may have passed NULL.
template <typename Body>
int32_t with_info(uint64_t handle, remora_snapshot_info* info, remora_error* error, const Body& body) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Output<remora_snapshot_info> output;
    if (info != nullptr) {
      if (const Code code = output.begin(info, "remora_snapshot_info", problem); !ok(code)) {
        return code;
      }
    }
    Info found;
    const Code code = body(call.engine(), &found, problem);
    if (ok(code) && info != nullptr) {
      fill(found, output.value);
      output.finish();
    }
    return code;
  });
}

}  // namespace

extern "C" {

int32_t remora_snapshot(uint64_t handle, remora_snapshot_info* info, remora_error* error) {
  return with_info(handle, info, error, [](remora::engine::Engine& engine, Info* found, Problem& problem) {
    return remora::snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                            remora::snapshot::Kind::kManual, engine.present_ns(), found,
                                            problem);
  });
}

int32_t remora_snapshot_verify(uint64_t handle, const char* path, uint64_t path_size,
                               remora_snapshot_info* info, remora_error* error) {
  return with_info(handle, info, error, [&](remora::engine::Engine& engine, Info* found, Problem& problem) {
    std::string_view text;
    const Code code = read_text(path, path_size, kMostPathBytes, "path", &text, problem);
    return ok(code) ? remora::snapshot::verify_file(engine.state(), text, found, problem) : code;
  });
}

int32_t remora_restore(uint64_t handle, const char* path, uint64_t path_size, remora_snapshot_info* info,
                       remora_error* error) {
  return with_info(handle, info, error, [&](remora::engine::Engine& engine, Info* found, Problem& problem) {
    std::string_view text;
    const Code code = read_text(path, path_size, kMostPathBytes, "path", &text, problem);
    return ok(code) ? remora::snapshot::restore(engine.state(), text, engine.present_ns(), found, problem)
                    : code;
  });
}

int32_t remora_snapshot_list(uint64_t handle, remora_snapshot_info* infos, uint64_t stride, uint32_t capacity,
                             uint32_t* count, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (count == nullptr) {
      return problem.set(Code::kInvalid, "count is NULL");
    }
    if (capacity != 0) {
      if (const Code code = check_stride(infos, stride, "remora_snapshot_info", problem); !ok(code)) {
        return code;
      }
    }
    remora::base::Vector<Info> found;
    if (const Code code = remora::snapshot::list_snapshots(call.engine().state(), &found, problem);
        !ok(code)) {
      return code;
    }
    for (uint32_t i = 0; i < capacity && i < found.size(); ++i) {
      Output<remora_snapshot_info> output;
      if (const Code code = output.begin(element(infos, stride, i), "remora_snapshot_info", problem);
          !ok(code)) {
        return code;
      }
      fill(found[i], output.value);
      output.finish();
    }
    *count = static_cast<uint32_t>(found.size());
    return Code::kOk;
  });
}

int32_t remora_snapshot_path(uint64_t handle, uint64_t sequence, char* buffer, uint64_t capacity,
                             uint64_t* needed, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    remora::snapshot::SnapshotPath path;
    const Code code = remora::snapshot::path_of(call.engine().state(), sequence, &path, problem);
    return ok(code) ? write_text(path.text, buffer, capacity, needed, problem) : code;
  });
}

}  // extern "C"
