#include "snapshot/snapshot_file.hpp"

#include <cinttypes>
#include <cstring>
#include <span>

#include "base/heap.hpp"
#include "snapshot/inspector.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

template <typename T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

// Reads the part at `offset` into `memory`; `*size` is its size without padding.
Code read_part(const base::File& file, uint64_t offset, const Inspector& inspector,
               base::Vector<uint64_t>* memory, uint64_t* size, Problem& problem) {
  uint32_t prefix = 0;
  Code code = file.read_at(offset, std::as_writable_bytes(std::span(&prefix, 1)), problem);
  if (ok(code)) {
    code = inspector.part_size(prefix, offset, size, problem);
  }
  if (ok(code)) {
    memory->resize(padded(*size) / sizeof(uint64_t));
    code = file.read_at(offset, std::as_writable_bytes(std::span(*memory)), problem);
  }
  return code;
}

}  // namespace

Code SnapshotFile::open(const base::Directory& folder, const Envelope& envelope,
                        const store::SnapshotTrust& trust, uint64_t size_hint, Problem& problem) {
  envelope_ = envelope;
  envelope_.key_id = trust.signing().id;
  signer_.reset();
  if (trust.signing().id != 0) {
    signer_.emplace(trust.signing());
  }
  parts_ = 0;
  XXH3_64bits_reset(&hash_);
  base::AtomicFileWriter::Options options;
  options.size_hint = size_hint;
  options.write_behind = true;
  options.replace = false;
  Code code = writer_.open(folder, store::snapshot_file(envelope.sequence, envelope.kind), options, problem);
  if (ok(code)) {
    code = writer_.append(bytes_of(Envelope{}), problem);
  }
  return code;
}

Code SnapshotFile::append(const flatbuffers::FlatBufferBuilder& part, Problem& problem) {
  constexpr std::byte kZeros[kPartAlign] = {};
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(part.GetBufferPointer()),
                                         part.GetSize());
  const std::span<const std::byte> padding(kZeros, padded(bytes.size()) - bytes.size());
  if (parts_ == 0) {
    envelope_.header_bytes = part.GetSize();
  }
  envelope_.footer_bytes = part.GetSize();  // of the last part, whichever that will be
  ++parts_;
  XXH3_64bits_update(&hash_, bytes.data(), bytes.size());
  XXH3_64bits_update(&hash_, padding.data(), padding.size());
  if (signer_) {
    signer_->append(bytes);
    signer_->append(padding);
  }
  Code code = writer_.append(bytes, problem);
  if (ok(code)) {
    code = writer_.append(padding, problem);
  }
  return code;
}

Code SnapshotFile::read_back(const store::History& history, Problem& problem) const {
  const base::File& file = writer_.file();
  Envelope envelope;
  Code code = file.read_at(0, std::as_writable_bytes(std::span(&envelope, 1)), problem);
  if (ok(code)) {
    code = check_envelope(envelope, writer_.size(), problem);
  }
  Contents contents;
  // Repeated rows are not looked for: a table has each key once, and the memory would grow with the table.
  Inspector inspector(envelope, history, {.unique = false}, &contents);
  XXH3_state_t hash;
  XXH3_64bits_reset(&hash);
  base::Vector<uint64_t> header;
  base::Vector<uint64_t> chunk;
  for (uint64_t offset = sizeof envelope; ok(code) && !inspector.done();) {
    base::Vector<uint64_t>& memory = header.empty() ? header : chunk;
    uint64_t size = 0;
    code = read_part(file, offset, inspector, &memory, &size, problem);
    if (ok(code)) {
      const auto bytes = std::as_bytes(std::span<const uint64_t>(memory));
      code = inspector.part(bytes.first(size), offset, XXH3_64bits_digest(&hash), problem);
      contents.chunks.clear();
      XXH3_64bits_update(&hash, bytes.data(), bytes.size());
      offset += bytes.size();
    }
  }
  if (ok(code) && XXH3_64bits_digest(&hash) != envelope.content_checksum) {  // defensive: a disk that lies
    code =
        problem.set(Code::kDamaged, "the checksum of what was read back is wrong; the disk may be failing");
  }
  if (ok(code) && envelope.key_id != 0) {
    Seal seal;
    code = file.read_at(content_end(envelope), std::as_writable_bytes(std::span(&seal, 1)), problem);
    if (ok(code) && std::memcmp(&seal, &seal_, sizeof seal) != 0) {  // defensive: a disk that lies
      code = problem.set(Code::kDamaged, "the seal that was read back is wrong; the disk may be failing");
    }
  }
  return code;
}

Code SnapshotFile::write_seal(Problem& problem) {
  if (!signer_) {
    return Code::kOk;
  }
  seal_ = signer_->finish(envelope_);
  return writer_.append(bytes_of(seal_), problem);
}

Code SnapshotFile::finish(const store::History& history, uint64_t rows, uint64_t visits, Envelope* envelope,
                          Problem& problem) {
  envelope_.total_bytes = writer_.size() + seal_bytes(envelope_);
  envelope_.content_checksum = checksum();
  envelope_.rows = rows;
  envelope_.visits = visits;
  envelope_.chunks = parts_ - 2;  // all but header and footer
  seal(&envelope_);
  Code code = write_seal(problem);
  if (ok(code)) {
    code = writer_.overwrite(0, bytes_of(envelope_), problem);
  }
  if (ok(code)) {
    code = read_back(history, problem);
    if (!ok(code)) {
      problem.prefix("a snapshot just written");
      writer_.discard();
      return code;
    }
    code = writer_.finish(problem);
  }
  *envelope = envelope_;
  return code;
}

}  // namespace remora::snapshot
