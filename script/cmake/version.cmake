# The library's version stands in one place, the public header; CMake reads it from there.

# Sets REMORA_VERSION ("major.minor.patch") and REMORA_ABI_MAJOR in the caller's scope.
function(remora_read_version header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
  file(READ "${header}" text)
  foreach(macro REMORA_VERSION_MAJOR REMORA_VERSION_MINOR REMORA_VERSION_PATCH REMORA_ABI_MAJOR)
    if(NOT text MATCHES "#define[ \t]+${macro}[ \t]+([0-9]+)")
      message(FATAL_ERROR "${header} does not define ${macro} as a number")
    endif()
    set(${macro} "${CMAKE_MATCH_1}")
  endforeach()
  set(REMORA_VERSION "${REMORA_VERSION_MAJOR}.${REMORA_VERSION_MINOR}.${REMORA_VERSION_PATCH}" PARENT_SCOPE)
  set(REMORA_ABI_MAJOR "${REMORA_ABI_MAJOR}" PARENT_SCOPE)
endfunction()
