# Tests: one executable for each folder of tests/, every GoogleTest case a ctest of its own.

find_package(GTest REQUIRED)
include(GoogleTest)

# All that runs under the thread sanitizer.
add_custom_target(concurrent_tests)

# remora_test(<folder> [UNOPTIMIZED] LABELS <label>... FILES <file>...)
#
# Makes the executable test_<folder> from the files and registers its cases as "<folder>.<Suite>.<case>". Labels:
#   unit        one process, one thread
#   concurrent  several threads; these run under the thread sanitizer too
#   process     several processes, kills, small file systems, other programs
# UNOPTIMIZED: compiled in half the time. For tests whose own code has little to do; what they test is optimised.
# A folder whose tests need different labels calls this twice, under two names (such as store and store_concurrent).
# Tests see the insides (remora_core) and, loaded as a host loads it, the plugin: REMORA_LIBRARY_PATH names the file.
function(remora_test name)
  cmake_parse_arguments(arg "UNOPTIMIZED" "" "LABELS;FILES;LIBRARIES" ${ARGN})
  if(NOT arg_FILES)
    return()
  endif()
  set(target "test_${name}")
  add_executable(${target} ${arg_FILES})
  remora_own_code(${target})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${target} PRIVATE remora_core GTest::gmock GTest::gtest_main ${CMAKE_DL_LIBS} ${arg_LIBRARIES})
  target_compile_definitions(${target} PRIVATE
    "REMORA_LIBRARY_PATH=\"$<TARGET_FILE:remora>\"" "REMORA_SOURCE_FOLDER=\"${PROJECT_SOURCE_DIR}\"")
  add_dependencies(${target} remora)
  if(arg_UNOPTIMIZED)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if("concurrent" IN_LIST arg_LABELS)
    add_dependencies(concurrent_tests ${target})
  endif()
  gtest_discover_tests(${target} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 120
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT 300)
endfunction()
