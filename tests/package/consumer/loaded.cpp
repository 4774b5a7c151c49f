// A C++ host that loads the plugin named on its command line, through the installed loader and wrapper.
#include <cstdio>
#include <string>

#include <remora/remora.hpp>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto library = remora::Library::load(argv[1]);
  if (!library) {
    std::fprintf(stderr, "%s\n", std::string(library.error().text()).c_str());
    return 1;
  }
  const int32_t version = library->abi_version();
  std::printf("loaded: ABI %d.%d\n", version >> 16, version & 0xffff);
  return version == REMORA_ABI_VERSION ? 0 : 1;
}
