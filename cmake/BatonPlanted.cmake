# Bugs planted in the simulated server: a changed copy of one source, in a baton_sim of its own.
#
#   baton_planted(NAME SOURCE server/io/output_queue.cc REPLACE "exact old text" WITH "new text"
#                 SEEDS n SAYS "regular expression" [ARGUMENTS "more of baton_sim's"])
#   baton_planted_weakening(NAME WEAKEN "doorbell.h:..." SEEDS n SAYS "regular expression")
#   baton_planted_test(TEST)                        all of them: ctest entry TEST
#
# The first n seeds find the bug, and the failure says what the expression matches. The source in the
# repository has no trace of a plant; configuring fails when its old text is not there exactly once, so that
# a plant cannot rot. The copy's object comes before the archive of the server, whose member of the same
# symbols the linker then leaves alone: if it took both, they would be defined twice.
# A weakening needs no build: it is made at run time, where the hand-off runs (baton_sim --weaken).

set_property(GLOBAL PROPERTY BATON_PLANTED "")
set_property(GLOBAL PROPERTY BATON_PLANTED_PROGRAMS "")

# A line of the table that the test reads.
function(baton_planted_add name weaken seeds says arguments)
  set_property(GLOBAL APPEND_STRING PROPERTY BATON_PLANTED
    "${name}\t${weaken}\t${seeds}\t${says}\t${arguments}\n")
endfunction()

function(baton_planted name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SOURCE;REPLACE;WITH;SEEDS;SAYS;ARGUMENTS" "")
  set(original "${PROJECT_SOURCE_DIR}/${arg_SOURCE}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${original}")
  file(READ "${original}" text)
  string(FIND "${text}" "${arg_REPLACE}" first)
  string(FIND "${text}" "${arg_REPLACE}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "planted bug ${name}: its text is not in ${arg_SOURCE} exactly once:\n${arg_REPLACE}")
  endif()
  string(REPLACE "${arg_REPLACE}" "${arg_WITH}" changed "${text}")
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/${name}.cc")
  set(before "")
  if(EXISTS "${copy}")
    file(READ "${copy}" before)
  endif()
  if(NOT "${before}" STREQUAL "${changed}")
    file(WRITE "${copy}" "${changed}")
  endif()

  add_library(baton_planted_${name} OBJECT "${copy}")
  target_link_libraries(baton_planted_${name} PRIVATE baton_sim_server)
  target_compile_options(baton_planted_${name} PRIVATE -O2)
  add_executable(baton_sim_${name} $<TARGET_OBJECTS:baton_sim_main> $<TARGET_OBJECTS:baton_planted_${name}>)
  target_link_libraries(baton_sim_${name} PRIVATE baton::simulation CLI11::CLI11)
  set_property(GLOBAL APPEND PROPERTY BATON_PLANTED_PROGRAMS baton_sim_${name})
  baton_planted_add(${name} "" "${arg_SEEDS}" "${arg_SAYS}" "${arg_ARGUMENTS}")
endfunction()

function(baton_planted_weakening name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "WEAKEN;SEEDS;SAYS" "")
  baton_planted_add(${name} "${arg_WEAKEN}" "${arg_SEEDS}" "${arg_SAYS}" "")
endfunction()

function(baton_planted_test test)
  get_property(table GLOBAL PROPERTY BATON_PLANTED)
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/planted.tsv" "${table}")
  find_package(Python3 COMPONENTS Interpreter REQUIRED)
  add_test(NAME ${test}
    COMMAND Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/planted_test.py"
      --program $<TARGET_FILE:baton_sim> --planted "${CMAKE_CURRENT_BINARY_DIR}")
  set_tests_properties(${test} PROPERTIES TIMEOUT 300 LABELS model)
endfunction()
