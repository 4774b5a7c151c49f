#include "store/snapshot_trust.hpp"

namespace remora::store {

SnapshotTrust::~SnapshotTrust() {
  // Volatile: the compiler would leave out stores into memory that ends here.
  for (volatile uint8_t& byte : key) {
    byte = 0;
  }
}

}  // namespace remora::store
