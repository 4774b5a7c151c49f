# Libraries that go into the plugin: each becomes one static, position-independent, hidden target.
#
#   remora_mimalloc      private heap (only with REMORA_MIMALLOC=static)
#   remora_flatbuffers   FlatBuffers headers and the JSON parser
#   remora_re2           RE2
#   remora_blake2b       BLAKE2b and constant-time comparison of libsodium
#   remora_log_headers   spdlog and fmt, header-only
#   remora_headers_only  Boost.Math and xxHash
#
# Where a source comes from, first match: FETCHCONTENT_SOURCE_DIR_<NAME> given by the user; an installed package, when the
# user sets FETCHCONTENT_TRY_FIND_PACKAGE_MODE=ALWAYS (it must be static, position-independent and override nothing); the
# cache that script/setup fills; upstream's repository. The sources are compiled by the short lists below, so no option,
# test or install rule of theirs can leak into this build.

include(FetchContent)

if(DEFINED ENV{REMORA_CACHE})
  set(remora_source_cache "$ENV{REMORA_CACHE}/sources")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(remora_source_cache "$ENV{XDG_CACHE_HOME}/remora/sources")
else()
  set(remora_source_cache "$ENV{HOME}/.cache/remora/sources")
endif()

# Makes <name>_SOURCE_DIR known, or finds the package <name> if the user asked for that.
macro(remora_fetch name repository tag)
  string(TOUPPER "${name}" upper_name)
  if(NOT FETCHCONTENT_SOURCE_DIR_${upper_name} AND EXISTS "${remora_source_cache}/${name}/.remora-version")
    set(FETCHCONTENT_SOURCE_DIR_${upper_name} "${remora_source_cache}/${name}" CACHE PATH "Source of ${name}" FORCE)
  endif()
  if(NOT FETCHCONTENT_SOURCE_DIR_${upper_name})
    message(STATUS "No source of ${name} in ${remora_source_cache} (script/setup puts it there); fetching ${repository}")
  endif()
  # The subfolder does not exist, on purpose: the source is fetched, its own build is not added.
  FetchContent_Declare(${name} GIT_REPOSITORY "${repository}" GIT_TAG "${tag}" GIT_SHALLOW ON SOURCE_SUBDIR remora-none)
  FetchContent_MakeAvailable(${name})
endmacro()

# Makes target from sources below <name>_SOURCE_DIR, or from an installed target when the package was found instead.
function(remora_third_party target name installed_target include_folder)
  if(NOT ${name}_SOURCE_DIR AND TARGET ${installed_target})
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${installed_target})
    return()
  endif()
  set(files ${ARGN})
  list(TRANSFORM files PREPEND "${${name}_SOURCE_DIR}/")
  add_library(${target} STATIC ${files})
  target_include_directories(${target} SYSTEM PUBLIC "${${name}_SOURCE_DIR}/${include_folder}")
  target_compile_options(${target} PRIVATE -w)
  set_target_properties(${target} PROPERTIES EXPORT_COMPILE_COMMANDS OFF)
endfunction()

if(REMORA_MIMALLOC STREQUAL "static")
  remora_fetch(mimalloc https://github.com/microsoft/mimalloc.git v2.0.9)
  remora_third_party(remora_mimalloc mimalloc mimalloc-static include src/static.c)
  get_target_property(kind remora_mimalloc TYPE)
  if(kind STREQUAL "STATIC_LIBRARY")
    # No override of malloc (MI_MALLOC_OVERRIDE stays undefined). Initial-exec TLS, the default, would use up the little
    # static TLS that dlopen has left. MIMALLOC_* of the host's environment is not for this copy (with MIMALLOC_VERBOSE it
    # would print at load), and at exit it does nothing: threads of the host may still be at work.
    target_compile_definitions(remora_mimalloc PRIVATE MI_STATIC_LIB MI_NO_GETENV MI_SKIP_COLLECT_ON_EXIT)
    target_compile_options(remora_mimalloc PRIVATE -ftls-model=local-dynamic)
    target_link_libraries(remora_mimalloc PUBLIC Threads::Threads)
  endif()
  target_compile_definitions(remora_mimalloc INTERFACE REMORA_HAS_MIMALLOC=1)
elseif(NOT REMORA_MIMALLOC STREQUAL "off")
  message(FATAL_ERROR "REMORA_MIMALLOC is '${REMORA_MIMALLOC}'; it can be 'static' or 'off'")
endif()

remora_fetch(flatbuffers https://github.com/google/flatbuffers.git v2.0.8)
remora_third_party(remora_flatbuffers flatbuffers flatbuffers::flatbuffers include
  src/idl_parser.cpp src/idl_gen_text.cpp src/reflection.cpp)
if(flatbuffers_SOURCE_DIR)
  # Numbers become text by snprintf: the streams of C++ go by the host's locale, and would make up a quarter of the plugin.
  target_compile_definitions(remora_flatbuffers PUBLIC FLATBUFFERS_PREFER_PRINTF)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(remora_flatbuffers PRIVATE -Os) # it reads one file at start-up
  endif()
  target_sources(remora_flatbuffers PRIVATE "${CMAKE_CURRENT_LIST_DIR}/flatbuffers_util.cpp")
endif()

remora_fetch(re2 https://github.com/google/re2.git 2022-06-01)
remora_third_party(remora_re2 re2 re2::re2 .
  re2/bitstate.cc re2/compile.cc re2/dfa.cc re2/filtered_re2.cc re2/mimics_pcre.cc re2/nfa.cc re2/onepass.cc re2/parse.cc
  re2/perl_groups.cc re2/prefilter.cc re2/prefilter_tree.cc re2/prog.cc re2/re2.cc re2/regexp.cc re2/set.cc
  re2/simplify.cc re2/stringpiece.cc re2/tostring.cc re2/unicode_casefold.cc re2/unicode_groups.cc
  util/rune.cc util/strutil.cc)
target_link_libraries(remora_re2 INTERFACE Threads::Threads)
if(re2_SOURCE_DIR)
  target_include_directories(remora_re2 BEFORE PRIVATE "${CMAKE_CURRENT_LIST_DIR}/re2")  # its own util/logging.h prints
endif()

# Of libsodium only keyed BLAKE2b, portable, and constant-time comparison: nothing there that sodium_init would prepare.
remora_fetch(libsodium https://github.com/jedisct1/libsodium.git 1.0.18)
remora_third_party(remora_blake2b libsodium libsodium::libsodium src/libsodium/include
  src/libsodium/crypto_generichash/blake2b/ref/blake2b-compress-ref.c
  src/libsodium/crypto_generichash/blake2b/ref/blake2b-ref.c
  src/libsodium/crypto_generichash/blake2b/ref/generichash_blake2b.c
  src/libsodium/crypto_verify/sodium/verify.c)
if(libsodium_SOURCE_DIR)
  target_sources(remora_blake2b PRIVATE "${CMAKE_CURRENT_LIST_DIR}/libsodium_parts.c")
  target_include_directories(remora_blake2b SYSTEM PRIVATE "${libsodium_SOURCE_DIR}/src/libsodium/include/sodium")
  target_compile_definitions(remora_blake2b PRIVATE NATIVE_LITTLE_ENDIAN=1 INTERFACE SODIUM_STATIC=1)
endif()

# Only the headers are taken from the installed spdlog and fmt: their shared libraries must never become ours.
find_path(REMORA_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
find_path(REMORA_FMT_INCLUDE fmt/format.h REQUIRED)
find_path(REMORA_BOOST_INCLUDE boost/math/distributions/students_t.hpp REQUIRED)
find_path(REMORA_XXHASH_INCLUDE xxhash.h REQUIRED)
mark_as_advanced(REMORA_SPDLOG_INCLUDE REMORA_FMT_INCLUDE REMORA_BOOST_INCLUDE REMORA_XXHASH_INCLUDE)

add_library(remora_log_headers INTERFACE)
target_include_directories(remora_log_headers SYSTEM INTERFACE "${REMORA_SPDLOG_INCLUDE}" "${REMORA_FMT_INCLUDE}")
target_compile_definitions(remora_log_headers INTERFACE FMT_HEADER_ONLY FMT_STATIC_THOUSANDS_SEPARATOR=',' SPDLOG_FMT_EXTERNAL SPDLOG_NO_TLS)

add_library(remora_headers_only INTERFACE)
target_include_directories(remora_headers_only SYSTEM INTERFACE "${REMORA_BOOST_INCLUDE}" "${REMORA_XXHASH_INCLUDE}")
# Boost.Math says by its result (NaN or infinity) what is wrong, never by an exception or errno.
target_compile_definitions(remora_headers_only INTERFACE XXH_INLINE_ALL BOOST_MATH_NO_LONG_DOUBLE_MATH_FUNCTIONS
  BOOST_MATH_PROMOTE_DOUBLE_POLICY=false)
foreach(error DOMAIN POLE OVERFLOW UNDERFLOW DENORM EVALUATION ROUNDING INDETERMINATE_RESULT)
  target_compile_definitions(remora_headers_only INTERFACE BOOST_MATH_${error}_ERROR_POLICY=ignore_error)
endforeach()
