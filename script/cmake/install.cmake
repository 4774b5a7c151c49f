# What "cmake --install" puts in place: the headers, the plugin, and what find_package and pkg-config need to find them.

include(CMakePackageConfigHelpers)

set(remora_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/remora")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/remora" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "*.def")
install(TARGETS remora remora_headers EXPORT remora
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(EXPORT remora NAMESPACE remora:: FILE remoraTargets.cmake DESTINATION "${remora_package_folder}")

configure_package_config_file("${PROJECT_SOURCE_DIR}/script/cmake/remoraConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/generated/remoraConfig.cmake" INSTALL_DESTINATION "${remora_package_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/generated/remoraConfigVersion.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/generated/remoraConfig.cmake" "${PROJECT_BINARY_DIR}/generated/remoraConfigVersion.cmake"
  DESTINATION "${remora_package_folder}")

# The prefix is told from where remora.pc lies, so that an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE libdir)
cmake_path(APPEND libdir pkgconfig OUTPUT_VARIABLE folder)
string(REGEX REPLACE "[^/]+" ".." REMORA_PC_TO_PREFIX "${folder}")
configure_file("${PROJECT_SOURCE_DIR}/script/cmake/remora.pc.in" "${PROJECT_BINARY_DIR}/generated/remora.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/generated/remora.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
