# Run as a script: installs BUILD below WORK, moves the installed tree, builds the hosts in consumer/ by WAY, runs them.

cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(consumer "${CMAKE_CURRENT_LIST_DIR}/consumer")
set(prefix "${WORK}/prefix")
file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/first")
file(RENAME "${WORK}/first" "${prefix}")
set(library "${prefix}/${LIBDIR}/libremora.so")
set(ENV{LD_LIBRARY_PATH} "${prefix}/${LIBDIR}")

if(WAY STREQUAL "find_package")
  run("${CMAKE_COMMAND}" -S "${consumer}" -B "${WORK}/build" -G Ninja
    "-DCMAKE_PREFIX_PATH=${prefix}" "-DCMAKE_C_COMPILER=${CC}" "-DCMAKE_CXX_COMPILER=${CXX}")
  run("${CMAKE_COMMAND}" --build "${WORK}/build")
elseif(WAY STREQUAL "pkg_config")
  set(ENV{PKG_CONFIG_PATH} "${prefix}/${LIBDIR}/pkgconfig")
  execute_process(COMMAND pkg-config --cflags --libs remora
    OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  file(MAKE_DIRECTORY "${WORK}/build")
  run("${CC}" -std=c11 -o "${WORK}/build/linked" "${consumer}/linked.c" ${flags})
  run("${CXX}" -std=c++20 -o "${WORK}/build/loaded" "${consumer}/loaded.cpp" "-I${prefix}/include" -ldl)
else()
  message(FATAL_ERROR "unknown WAY '${WAY}'")
endif()

run("${WORK}/build/linked")
run("${WORK}/build/loaded" "${library}")
