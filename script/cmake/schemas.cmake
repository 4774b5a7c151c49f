# C++ headers made from FlatBuffers schemas at build time.

find_program(REMORA_FLATC flatc REQUIRED DOC "FlatBuffers compiler; script/setup installs it")

# Generated code works only with the headers of the very version that generated it.
function(remora_check_flatc)
  get_target_property(folders remora_flatbuffers INTERFACE_INCLUDE_DIRECTORIES)
  list(GET folders 0 folder)
  if(NOT EXISTS "${folder}/flatbuffers/base.h")
    return()
  endif()
  file(READ "${folder}/flatbuffers/base.h" text)
  string(REGEX MATCHALL "#define FLATBUFFERS_VERSION_(MAJOR|MINOR|REVISION) [0-9]+" lines "${text}")
  list(TRANSFORM lines REPLACE ".* ([0-9]+)$" "\\1")
  list(JOIN lines "." headers_version)
  execute_process(COMMAND "${REMORA_FLATC}" --version OUTPUT_VARIABLE flatc_version OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX MATCH "[0-9.]+$" flatc_version "${flatc_version}")
  if(NOT flatc_version VERSION_EQUAL headers_version)
    message(FATAL_ERROR "${REMORA_FLATC} is version ${flatc_version}, but the FlatBuffers headers in ${folder} are ${headers_version}. "
      "Set REMORA_FLATC to a flatc of version ${headers_version}, or FETCHCONTENT_SOURCE_DIR_FLATBUFFERS to a source of ${flatc_version}")
  endif()
endfunction()
remora_check_flatc()

# Generates <name>_generated.h from file (relative to the top folder) and lets target include it as "<name>_generated.h".
function(remora_flatbuffers_schema target file)
  cmake_path(GET file STEM name)
  set(folder "${PROJECT_BINARY_DIR}/generated")
  set(schema "${PROJECT_SOURCE_DIR}/${file}")
  set(output "${folder}/${name}_generated.h")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${REMORA_FLATC}" --cpp --cpp-std c++17 --scoped-enums --warnings-as-errors -o "${folder}" "${schema}"
    DEPENDS "${schema}" VERBATIM COMMENT "Generating ${name}_generated.h")
  target_sources(${target} PRIVATE "${output}")
  target_sources(remora_generated PRIVATE "${output}")
  target_include_directories(${target} SYSTEM PUBLIC "${folder}")
endfunction()

# Makes the text of file (relative to the top folder) a C++ constant: "<name>_schema_text.hpp" then defines
# remora::k<Name>SchemaText as a std::string_view.
function(remora_schema_text target file)
  cmake_path(GET file STEM name)
  set(folder "${PROJECT_BINARY_DIR}/generated")
  set(schema "${PROJECT_SOURCE_DIR}/${file}")
  set(output "${folder}/${name}_schema_text.hpp")
  set(script "${PROJECT_SOURCE_DIR}/script/cmake/embed_text.cmake")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${schema}" "-DOUTPUT=${output}" "-DNAME=${name}" -P "${script}"
    DEPENDS "${schema}" "${script}" VERBATIM COMMENT "Generating ${name}_schema_text.hpp")
  target_sources(${target} PRIVATE "${output}")
  target_sources(remora_generated PRIVATE "${output}")
  target_include_directories(${target} SYSTEM PUBLIC "${folder}")
endfunction()
