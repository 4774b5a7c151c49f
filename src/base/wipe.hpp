// Secrets are overwritten before their memory goes to others.
#pragma once

#include <cstddef>
#include <span>

namespace remora::base {

inline void wipe(std::span<std::byte> bytes) {
  // Volatile: the compiler would leave out stores into memory that ends here.
  for (volatile std::byte& byte : bytes) {
    byte = std::byte{0};
  }
}

}  // namespace remora::base
