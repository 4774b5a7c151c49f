// The memory that actors share: which addresses are watched, what stood there at the start, what they are
// called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace remora::model {

// A field of one or of many equal records: where it is, for naming and for mutations.
struct Field {
  std::string name;
  uintptr_t first = 0;
  size_t stride = 1;
  size_t count = 1;
  size_t size = 0;

  bool holds(uintptr_t address) const {
    const uintptr_t distance = address - first;
    return address >= first && distance / stride < count && distance % stride < size;
  }
};

class World {
 public:
  // Accesses to these bytes are steps; from the next `freeze` on they come back at each execution.
  void watch(void* memory, size_t bytes);
  void freeze();

  bool watched(uintptr_t address) const {
    for (const Range& range : ranges_) {
      if (address - range.begin < range.bytes) {
        return true;
      }
    }
    return false;
  }
  // A byte range is about to change.
  void touch(uintptr_t address, size_t bytes);
  // As it was at `freeze`.
  void restore();
  // Whether `restore` brought everything back: nothing changes memory behind the explorer's back.
  bool pristine() const;

  void name(Field field) { fields_.push_back(std::move(field)); }
  template <typename Record, typename Member>
  void name(std::string text, Record* records, size_t count, Member Record::*member) {
    name({std::move(text), reinterpret_cast<uintptr_t>(&(records->*member)), sizeof(Record), count,
          sizeof(records->*member)});
  }
  // "ledger.word[1]", or an offset where nothing was named.
  std::string text_of(uintptr_t address) const;
  // Throws when there is none: a mutation of a field that was renamed must not pass unnoticed.
  const Field& field(const std::string& name) const;

 private:
  static constexpr size_t kLine = 64;
  struct Range {
    uintptr_t begin = 0;
    size_t bytes = 0;
    std::vector<std::byte> image;
    std::vector<bool> dirty;
    std::vector<uint32_t> dirty_lines;
  };
  std::vector<Range> ranges_;
  std::vector<Field> fields_;
};

}  // namespace remora::model
