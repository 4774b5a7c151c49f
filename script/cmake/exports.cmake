# What the shared library shows to its host: exactly the functions listed in include/remora/functions.def.

set(REMORA_FUNCTIONS_FILE "${PROJECT_SOURCE_DIR}/include/remora/functions.def")

# Writes the linker's version script from the list, one F(name, since_minor, tag, (parameters)) a line: the symbol is remora_<name>.
function(remora_write_version_script output)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${REMORA_FUNCTIONS_FILE}")
  file(STRINGS "${REMORA_FUNCTIONS_FILE}" lines REGEX "^F\\([a-z0-9_]+,")
  list(TRANSFORM lines REPLACE "^F\\(([a-z0-9_]+).*" "    remora_\\1")
  if(NOT lines)
    message(FATAL_ERROR "${REMORA_FUNCTIONS_FILE} lists no function; expected lines such as F(open, 0, excl, (...))")
  endif()
  list(JOIN lines ";\n" names)
  file(CONFIGURE OUTPUT "${output}" CONTENT
    "REMORA_${REMORA_ABI_MAJOR} {\n  global:\n${names};\n  local:\n    *;\n};\n")
endfunction()

# Links a shared library as a guest in a foreign process should be linked.
function(remora_link_as_plugin target)
  set(script "${PROJECT_BINARY_DIR}/generated/remora.map")
  remora_write_version_script("${script}")
  target_sources(${target} PRIVATE "${script}")
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX LINK_DEPENDS "${script}")
  target_link_options(${target} PRIVATE
    "LINKER:--version-script=${script}"
    LINKER:--exclude-libs,ALL # nothing of the static libraries inside is visible
    LINKER:--gc-sections
    LINKER:-z,nodelete # dlclose becomes harmless
    LINKER:-z,now LINKER:-z,relro)
  if(NOT REMORA_SANITIZE)
    # The sanitizers' functions come from the executable, so only a plain build can ask for "nothing left undefined".
    target_link_options(${target} PRIVATE LINKER:-z,defs)
  endif()
  if(REMORA_STATIC_RUNTIME)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()
