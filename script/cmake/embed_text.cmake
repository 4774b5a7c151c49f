# Run as a script: writes OUTPUT, a C++ header that defines the text of file INPUT as remora::k<Name>SchemaText.

cmake_minimum_required(VERSION 3.25)
# Bracket characters and semicolons would be taken for list syntax; the text is only passed through, never split.
file(READ "${INPUT}" text)
if(text MATCHES "\\)remora\"")
  message(FATAL_ERROR "${INPUT} contains the end mark of the raw string it is embedded in")
endif()
string(REGEX REPLACE "_([a-z])" ";\\1" parts "${NAME}")
set(camel "")
foreach(part IN LISTS parts)
  string(SUBSTRING "${part}" 0 1 head)
  string(SUBSTRING "${part}" 1 -1 tail)
  string(TOUPPER "${head}" head)
  string(APPEND camel "${head}${tail}")
endforeach()
get_filename_component(file "${INPUT}" NAME)
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [==[
// The text of @file@, generated when it changes.
#pragma once

#include <string_view>

namespace remora {
inline constexpr std::string_view k@camel@SchemaText = R"remora(@text@)remora";
}  // namespace remora
]==])
