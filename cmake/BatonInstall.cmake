# The package for other projects: find_package(baton) gives them the headers of queues/ and the explorer.
#
#   cmake --build build/release --target baton_package
#   cmake --install build/release --prefix ~/baton
#
#   baton::queues          headers only: #include "queues/mailbox.h"
#   baton::explorer        a static library, and the headers of model/ that a scenario includes
#
# Include paths are those of the tree, under include/baton. The targets of the build are not exported themselves:
# they carry the warnings of this project, and are cut as its programs need them. A build under a sanitizer has no
# package: whoever links it would need the same one.

if(BATON_SANITIZE OR BATON_FUZZ)
  return()
endif()

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
find_package(fmt REQUIRED)

set(baton_package_queues
  queues/chain.h
  queues/check.h
  queues/doorbell.h
  queues/held.h
  queues/mailbox.h
  queues/pause_gate.h
  queues/shared_stat.h
  queues/spsc_ring.h
  queues/std_sync.h
  queues/swap_queue.h
  queues/sync_policy.h
)
set(baton_package_model
  model/deferred.h
  model/run.h
  model/scenario.h
  model/site.h
  model/split_mix.h
  model/weakened.h
  model/explorer/chrome_trace.h
  model/explorer/clock.h
  model/explorer/columns.h
  model/explorer/engine.h
  model/explorer/explorer_engine.h
  model/explorer/explorer_main.h
  model/explorer/explorer_sync.h
  model/explorer/fiber.h
  model/explorer/fuzzed_program.h
  model/explorer/location.h
  model/explorer/looks.h
  model/explorer/picture.h
  model/explorer/schedule.h
  model/explorer/search.h
  model/explorer/sequential_order.h
  model/explorer/strategy.h
  model/explorer/trace.h
)

add_library(baton_package_queues INTERFACE)
set_target_properties(baton_package_queues PROPERTIES EXPORT_NAME queues)
target_compile_features(baton_package_queues INTERFACE cxx_std_20)
target_link_libraries(baton_package_queues INTERFACE Threads::Threads)

add_library(baton_package STATIC
  $<TARGET_OBJECTS:baton_explorer_engine>
  $<TARGET_OBJECTS:baton_explorer_kit>
  $<TARGET_OBJECTS:baton_explorer_view>)
set_target_properties(baton_package PROPERTIES
  EXPORT_NAME explorer OUTPUT_NAME baton_explorer LINKER_LANGUAGE CXX)
target_link_libraries(baton_package PUBLIC baton_package_queues PRIVATE fmt::fmt)

install(TARGETS baton_package_queues baton_package
  EXPORT baton
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/baton")
foreach(header ${baton_package_queues} ${baton_package_model})
  get_filename_component(folder "${header}" DIRECTORY)
  install(FILES "${PROJECT_SOURCE_DIR}/${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/baton/${folder}")
endforeach()

set(baton_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/baton")
install(EXPORT baton NAMESPACE baton:: FILE batonTargets.cmake DESTINATION "${baton_package_folder}")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/batonConfig.cmake.in"
  "${CMAKE_CURRENT_BINARY_DIR}/batonConfig.cmake" INSTALL_DESTINATION "${baton_package_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/batonConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
    "${CMAKE_CURRENT_BINARY_DIR}/batonConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/batonConfigVersion.cmake"
  DESTINATION "${baton_package_folder}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/baton")

# examples/ built against the package, as a reader builds it.
add_test(NAME examples_install
  COMMAND "${CMAKE_COMMAND}"
    "-DBUILD=${CMAKE_BINARY_DIR}"
    "-DSCRATCH=${CMAKE_BINARY_DIR}/examples_install"
    "-DGENERATOR=${CMAKE_GENERATOR}"
    "-DCOMPILER=${CMAKE_CXX_COMPILER}"
    "-DLAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}"
    -P "${PROJECT_SOURCE_DIR}/examples/examples_install_test.cmake")
set_tests_properties(examples_install PROPERTIES TIMEOUT 300 LABELS model)
