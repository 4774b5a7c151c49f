// Snapshot bytes for tests that change them: with the checksums left wrong, or put right again as a forger
// would.
#pragma once

#include <xxhash.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "base/atomic_file.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/learned_state.hpp"
#include "snapshot/verifier.hpp"
#include "snapshot_generated.h"

namespace remora::test {

// Bytes at a multiple of 16, as base::read_whole gives them.
class Bytes {
 public:
  explicit Bytes(const std::string& text) {
    base::Problem problem;
    EXPECT_TRUE(is_ok(buffer_.resize(text.size(), problem), problem));
    std::memcpy(buffer_.data(), text.data(), text.size());
  }

  std::byte& operator[](size_t i) { return buffer_.data()[i]; }
  size_t size() const { return buffer_.size(); }
  std::span<const std::byte> all() const { return buffer_.bytes(); }
  std::span<const std::byte> first(size_t count) const { return all().first(count); }

  snapshot::Envelope envelope() const {
    snapshot::Envelope envelope;
    std::memcpy(&envelope, buffer_.data(), sizeof envelope);
    return envelope;
  }
  void set_envelope(const snapshot::Envelope& envelope) {
    std::memcpy(buffer_.data(), &envelope, sizeof envelope);
  }

  // Makes all checksums right for whatever the content is now; those of the footer only while it is where it
  // was.
  void forge() {
    constexpr size_t kContent = sizeof(snapshot::Envelope);
    snapshot::Envelope e = envelope();
    if (e.total_bytes == size() && snapshot::footer_offset(e) >= kContent &&
        snapshot::footer_offset(e) < size()) {
      set_footer_checksum(e, XXH3_64bits(buffer_.data() + kContent, snapshot::footer_offset(e) - kContent));
    }
    const uint64_t end = e.total_bytes == size() && size() >= kContent + snapshot::kSealBytes
                             ? snapshot::content_end(e)
                             : size();
    e.content_checksum = XXH3_64bits(buffer_.data() + kContent, end - kContent);
    snapshot::seal(&e);
    set_envelope(e);
  }

 private:
  void set_footer_checksum(const snapshot::Envelope& e, uint64_t checksum) {
    auto* part = reinterpret_cast<uint8_t*>(buffer_.data() + snapshot::footer_offset(e));
    flatbuffers::Verifier verifier(part, e.footer_bytes);
    if (!remora_snapshot::VerifySizePrefixedPartBuffer(verifier)) {
      return;
    }
    const auto* footer = remora_snapshot::GetSizePrefixedPart(part)->body_as_Footer();
    if (footer == nullptr) {
      return;
    }
    const auto* field = reinterpret_cast<const flatbuffers::Table*>(footer)->GetAddressOf(
        remora_snapshot::Footer::VT_CHECKSUM);
    if (field != nullptr) {
      std::memcpy(const_cast<uint8_t*>(field), &checksum, sizeof checksum);
    }
  }

  base::FileBuffer buffer_;
};

// What must hold of anything that was accepted, whoever wrote it.
inline void expect_harmless(const snapshot::Contents& contents, const store::History& history) {
  for (const snapshot::AgentLink& link : contents.agents) {
    if (link.variants != 0) {
      ASSERT_NE(store::find_agent(history, link.agent), nullptr);
    }
    for (uint32_t v = 0; v < link.variants; ++v) {
      store::VariantFacts facts;
      ASSERT_TRUE(store::variant_facts(history, link.agent, link.variant[v], &facts));
    }
  }
  for (const auto& chunk : contents.chunks) {
    for (const remora_snapshot::Row& row : chunk) {
      ASSERT_LT(row.agent(), contents.agents.size());
      ASSERT_TRUE(row.task_type() < contents.task_types.size() || row.task_type() == 0xFFFF);
      ASSERT_LE(row.label_set(), contents.label_sets.size());
      const remora_snapshot::Cell* cells[6];
      snapshot::cells_of(row, cells);
      for (uint32_t i = 0; i < 6; ++i) {
        ASSERT_LE(std::fabs(cells[i]->q_value()), 1e6F);  // false for what is no number
        if (row.segment() * 6U + i >= contents.agents[row.agent()].variants) {
          ASSERT_EQ(cells[i]->visits(), 0u);
          ASSERT_EQ(cells[i]->q_value(), 0.0F);
        }
      }
    }
  }
  for (const std::string_view text : contents.task_types) {
    ASSERT_LE(text.size(), 96u);
  }
}

}  // namespace remora::test
