// FlatBuffers' util.cpp, made fit for a guest: it prints nothing, and what it holds outlives every thread of
// the host. The headers come first, so that the macros reach the text of util.cpp alone.
#include <sys/stat.h>
#include <sys/types.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>

#include <flatbuffers/base.h>
#include <flatbuffers/util.h>

#define printf(...) 0
// The destructor of the global "C" locale runs at exit, when another thread may still be parsing numbers with
// it.
#define freelocale(locale) static_cast<void>(locale)

#include "../src/util.cpp"
