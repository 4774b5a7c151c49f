// One mapped file of learned values: fixed in size and shape for its whole life.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/file_mapping.hpp"
#include "store/history.hpp"
#include "store/layout.hpp"

namespace remora::store {

class Generation {
 public:
  // Makes the file under a temporary name, fully allocated, and renames it. `states` is the row limit.
  // Errors: kNoSpace, kIo; nothing is left behind.
  static base::Code create(const base::Directory& directory, const History& history, uint64_t number,
                           uint64_t states, base::Problem& problem);

  // One in private memory, to be filled before anybody else sees it. Errors: kMemory.
  static base::Code prepare(const History& history, uint64_t number, uint64_t states,
                            std::unique_ptr<Generation>* out, base::Problem& problem);
  // Makes a prepared one a file, as `create` does. Errors: as create.
  base::Code save(const base::Directory& directory, base::Problem& problem) const;

  // Maps an existing one and checks its identity against the history's.
  // Errors: kNotFound, kFormat, kDamaged, kPermission, kMemory.
  static base::Code open(const base::Directory& directory, const History& history, uint64_t number,
                         bool read_only, std::unique_ptr<Generation>* out, base::Problem& problem);

  uint64_t number() const { return number_; }
  uint64_t row_count() const { return row_count_; }  // front and main rows together
  uint64_t state_limit() const { return states_; }   // rows that may be used
  uint64_t agent_quota() const { return quota_; }    // rows that one agent may use
  // Rows in use. A damaged count answers no more than there are.
  uint64_t rows_used() const {
    return std::min(page_->rows_used.load(std::memory_order_relaxed), row_count_);
  }
  Row* rows() const { return rows_; }  // all of them: the front rows, then the main ones
  Row* main_rows() const { return main_rows_; }
  uint64_t main_mask() const { return main_mask_; }              // main rows - 1
  uint64_t front_pair_mask() const { return front_pair_mask_; }  // pairs of front rows - 1
  GenerationPage& page() const { return *page_; }
  const base::Mapping& mapping() const { return mapping_; }
  const uint64_t (&secret() const)[2] { return secret_; }

  // Whether outcomes that were recorded in a generation (its low 24 bits) are among those that these values
  // were learned from: its own, and those of generations that it goes on from without a step back.
  bool goes_on_from(uint32_t number) const;
  // Says that these values hold the experience of those as well. Before anybody else sees them.
  void continue_from(const Generation& before) const;

  // Remembers, before a row is written, that its span may hold one.
  void mark_touched(const Row& row) const;
  // The first row from `row` on whose span may have been written, or row_count(): readers of all rows skip
  // the others, which would only be brought into memory. Acquire pairs with mark_touched.
  uint64_t skip_untouched(uint64_t row) const;

  // Maps the front rows and what else may hold rows now, so that routing known states faults on nothing.
  void populate_used() const;

 private:
  Generation() = default;
  uint64_t experience_since() const;
  void set_up(const Identity& identity, const History& history);

  base::Mapping mapping_;
  uint64_t number_ = 0, states_ = 0, quota_ = 0, row_count_ = 0, main_mask_ = 0, front_pair_mask_ = 0;
  uint64_t span_ = 0;  // rows that one bit of GenerationPage::touched stands for
  uint64_t secret_[2] = {0, 0};
  Row* rows_ = nullptr;
  Row* main_rows_ = nullptr;
  GenerationPage* page_ = nullptr;
};

}  // namespace remora::store
