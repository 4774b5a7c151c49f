#include "fuzz/forged_snapshot.hpp"

#include "snapshot/mutation.hpp"

namespace remora::fuzz {

std::string forged_snapshot(const std::string& file) {
  if (file.size() <= sizeof(snapshot::Envelope)) {
    return file;
  }
  test::Bytes bytes(file);
  bytes.forge();
  return {reinterpret_cast<const char*>(bytes.all().data()), bytes.size()};
}

}  // namespace remora::fuzz
