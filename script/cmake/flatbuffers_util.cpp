// FlatBuffers' util.cpp, made fit for a guest: it prints nothing, opens no file, and what it holds outlives
// every thread of the host. The headers come first, so that the macros reach the text of util.cpp alone.
#include <sys/stat.h>
#include <sys/types.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

#include <flatbuffers/base.h>
#include <flatbuffers/util.h>

#define printf(...) 0
// The destructor of the global "C" locale runs at exit, when another thread may still be parsing numbers with
// it.
#define freelocale(locale) static_cast<void>(locale)

// Whose stream of a file would bring the streams and locales of C++ into the plugin.
#define LoadFile LoadFileThatNobodyCalls
#define FileExists FileExistsThatNobodyCalls

#include "../src/util.cpp"

#undef LoadFile
#undef FileExists

namespace flatbuffers {

bool LoadFile(const char*, bool, std::string*) { return false; }

bool FileExists(const char*) { return false; }

}  // namespace flatbuffers
