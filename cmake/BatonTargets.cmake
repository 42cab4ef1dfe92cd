# How a target of Baton is declared: warnings are errors, flags belong to targets, one function adds a
# library, a program or a test.
#
#   baton_library(NAME [INTERFACE] [SOURCES f...] [LINK lib...])   target baton_NAME, alias baton::NAME
#   baton_program(NAME SOURCES f... [LINK lib...])                 executable NAME
#   baton_test(NAME SOURCES f... [LINK lib...] [LABELS l...] [TIMEOUT seconds])
#                                                                  GoogleTest executable and ctest entry

set(BATON_SANITIZE "" CACHE STRING "Sanitizers of this build: empty, thread, or address,undefined")
option(BATON_FUZZ "Build the libFuzzer targets (clang)" OFF)
option(BATON_JEMALLOC "Link the server with jemalloc" ON)

add_library(baton_flags INTERFACE)
target_compile_features(baton_flags INTERFACE cxx_std_20)
target_compile_options(baton_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Werror
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlapping copies in "literal" + std::string that are not there (GCC bug 105651).
  target_compile_options(baton_flags INTERFACE -Wno-restrict)
endif()
target_include_directories(baton_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_link_libraries(baton_flags INTERFACE Threads::Threads)
if(BATON_SANITIZE)
  target_compile_options(baton_flags INTERFACE -fsanitize=${BATON_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(baton_flags INTERFACE -fsanitize=${BATON_SANITIZE})
endif()
if(BATON_FUZZ)
  target_compile_options(baton_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(baton_library name)
  cmake_parse_arguments(arg "INTERFACE" "" "SOURCES;LINK" ${ARGN})
  if(arg_INTERFACE)
    add_library(baton_${name} INTERFACE)
    target_link_libraries(baton_${name} INTERFACE baton_flags ${arg_LINK})
  else()
    add_library(baton_${name} STATIC ${arg_SOURCES})
    target_link_libraries(baton_${name} PUBLIC baton_flags ${arg_LINK})
  endif()
  add_library(baton::${name} ALIAS baton_${name})
endfunction()

function(baton_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE baton_flags ${arg_LINK})
endfunction()

function(baton_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE baton_flags ${arg_LINK} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
