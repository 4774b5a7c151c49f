// Snapshots put together by hand, for what no writer writes.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "snapshot/header_check.hpp"
#include "snapshot/mutation.hpp"

namespace remora::test {

using base::Code;
using base::Problem;
using flatbuffers::FlatBufferBuilder;
using remora_snapshot::Attempt;
using remora_snapshot::Cell;
using remora_snapshot::LabelSet;
using remora_snapshot::Row;

// A snapshot put together by hand; what a test changes beforehand is what it forges.
struct Forgery {
  struct Agent {
    std::string name;
    std::vector<std::string> variants;
    uint32_t category = 0;
  };
  std::vector<std::string> categories = {"testing"};
  std::vector<Agent> agents = {{"alpha", {"fast", "careful", "cheap"}},
                               {"beta", {"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"}}};
  std::vector<std::string> task_types = {"code-review"};
  std::vector<std::string> labels = {"lang=python", "size=large"};
  std::vector<LabelSet> label_sets = {{2, 0, 1, 0, 0, 0, 0, 0, 0}};
  std::vector<Attempt> attempts = {};
  std::vector<Row> rows = {row(0, 0, 0, 0, {{0.5F, 1}}), row(1, 0, 1, 1, {{0.5F, 1}, {0.25F, 2}})};
  std::function<void(FlatBufferBuilder&, std::string&)> extra_part;  // between rows and footer
  uint64_t first = 0;
  bool footer = true;
  bool header = true;

  static Row row(uint16_t agent, uint16_t task, uint32_t set, uint8_t segment, std::vector<Cell> cells) {
    cells.resize(6);
    return {agent,    task,     set,      1'700'000'000, segment,  0,       0,
            cells[0], cells[1], cells[2], cells[3],      cells[4], cells[5]};
  }

  static flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> strings(
      FlatBufferBuilder& builder, const std::vector<std::string>& texts) {
    return builder.CreateVectorOfStrings(texts);
  }

  static void append(FlatBufferBuilder& builder, remora_snapshot::Body type, flatbuffers::Offset<void> body,
                     std::string& out) {
    remora_snapshot::FinishSizePrefixedPartBuffer(builder, remora_snapshot::CreatePart(builder, type, body));
    out.append(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
    out.resize(snapshot::padded(out.size()));
  }

  size_t append_header(std::string& out, const snapshot::Envelope& e) const {
    FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<remora_snapshot::Agent>> tables;
    for (const Agent& agent : agents) {
      tables.push_back(remora_snapshot::CreateAgent(builder, builder.CreateString(agent.name), agent.category,
                                                    strings(builder, agent.variants)));
    }
    const auto header_table = remora_snapshot::CreateHeader(
        builder, e.directory_id, e.sequence, e.taken_ns, static_cast<remora_snapshot::SnapshotKind>(e.kind),
        e.generation, 256, strings(builder, categories), builder.CreateVector(tables),
        strings(builder, task_types), strings(builder, labels), builder.CreateVectorOfStructs(label_sets),
        builder.CreateVectorOfStructs(attempts));
    append(builder, remora_snapshot::Body::Header, header_table.Union(), out);
    return builder.GetSize();
  }

  std::string build() const {
    snapshot::Envelope e;
    e.kind = 1;
    e.directory_id = 7;
    e.sequence = 3;
    e.taken_ns = kSomeTime;
    e.generation = 2;
    std::string out(sizeof e, '\0');
    e.header_bytes = static_cast<uint32_t>(header ? append_header(out, e) : 0);
    uint64_t visits = 0;
    if (!rows.empty()) {
      FlatBufferBuilder builder;
      const auto part = remora_snapshot::CreateRows(builder, first, builder.CreateVectorOfStructs(rows));
      append(builder, remora_snapshot::Body::Rows, part.Union(), out);
      e.header_bytes = e.header_bytes == 0 ? builder.GetSize() : e.header_bytes;
    }
    for (const Row& one : rows) {
      const Cell* cells[6];
      snapshot::cells_of(one, cells);
      for (const Cell* cell : cells) {
        visits += one.task_type() != 0xFFFF ? cell->visits() : 0;
      }
    }
    if (extra_part) {
      FlatBufferBuilder builder;
      extra_part(builder, out);
    }
    const uint64_t before = XXH3_64bits(out.data() + sizeof e, out.size() - sizeof e);
    if (footer) {
      FlatBufferBuilder builder;
      const auto part =
          remora_snapshot::CreateFooter(builder, rows.size(), visits, rows.empty() ? 0 : 1, before);
      append(builder, remora_snapshot::Body::Footer, part.Union(), out);
      e.footer_bytes = builder.GetSize();
    }
    e.rows = rows.size();
    e.visits = visits;
    e.chunks = rows.empty() ? 0 : 1;
    e.total_bytes = out.size();
    e.content_checksum = XXH3_64bits(out.data() + sizeof e, out.size() - sizeof e);
    snapshot::seal(&e);
    std::memcpy(out.data(), &e, sizeof e);
    return out;
  }
};

class Forged : public testing::Test {
 protected:
  Forged() { learned_.fill(); }

  Code verify(const Forgery& forgery) { return verify(forgery.build()); }

  Code verify(const std::string& file) {
    problem_.clear();
    const Bytes bytes(file);
    return snapshot::verify(bytes.all(), learned_.history(), &contents_, problem_);
  }

  // The problem's text of a forgery that must be refused as damaged.
  std::string refused(const std::function<void(Forgery&)>& change) {
    Forgery forgery;
    change(forgery);
    EXPECT_EQ(verify(forgery), Code::kDamaged) << problem_.text();
    return problem_.text();
  }

  LearnedState learned_;
  snapshot::Contents contents_;
  Problem problem_;
};

}  // namespace remora::test
