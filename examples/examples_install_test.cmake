# Installs the package of a build into a scratch folder, builds the examples against it, and runs them as their
# README does: the scenarios hold, a seeded defect is found and replays, its picture is written, and every
# weakened operation is noticed or listed. Does the same with the code of docs/model-your-own.md.
#
#   cmake -DBUILD=build/dev -DSCRATCH=/tmp/x [-DGENERATOR= -DCOMPILER= -DLAUNCHER=] -P examples_install_test.cmake

set(prefix "${SCRATCH}/prefix")
set(program "${SCRATCH}/build/work_stealing/work_stealing_model")

# run(STATUS TEXT command...): it must end with that status, and what it prints must match TEXT.
function(run status text)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE ended OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT ended EQUAL status)
    message(FATAL_ERROR "${ARGN}: ended with ${ended}, not ${status}\n${out}")
  endif()
  if(NOT out MATCHES "${text}")
    message(FATAL_ERROR "${ARGN}: nothing in this matches '${text}'\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

function(configure_and_build source build)
  run(0 "" "${CMAKE_COMMAND}" -S "${source}" -B "${build}" -G "${GENERATOR}" "-DCMAKE_PREFIX_PATH=${prefix}"
    -DCMAKE_BUILD_TYPE=Release "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wshadow -Werror")
  run(0 "" "${CMAKE_COMMAND}" --build "${build}")
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
run(0 "batonConfig.cmake" "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
configure_and_build("${CMAKE_CURRENT_LIST_DIR}" "${SCRATCH}/build")

# The package found is the one just installed, and no other of this machine.
file(STRINGS "${SCRATCH}/build/CMakeCache.txt" found REGEX "^baton_DIR:")
if(NOT found STREQUAL "baton_DIR:PATH=${prefix}/lib/cmake/baton")
  message(FATAL_ERROR "not the package under test: ${found}")
endif()

run(0 "one_thief +[^\n]* 2/2 +2/2 [^\n]* dpor dpor/s2m\n" "${program}")
run(0 "complete" "${program}" --scenario two_thieves --stale 2)
run(0 "complete" "${program}" --scenario two_thieves --stale 7 --mixed)
run(1 "a data race: .*work_stealing_model.cc:[0-9]+ run" "${program}" --scenario one_thief --defect "popped the last task without a race")
if(NOT out MATCHES "--schedule ([^ ]+)")
  message(FATAL_ERROR "no line that replays it\n${out}")
endif()
run(1 "a data race: .*work_stealing_model.cc:[0-9]+ run" "${program}" --scenario one_thief --schedule "${CMAKE_MATCH_1}"
  --defect "popped the last task without a race" --picture "${SCRATCH}/picture.html")
file(READ "${SCRATCH}/picture.html" page)
if(NOT page MATCHES "work_stealing_deque.h" OR NOT page MATCHES "</html>")
  message(FATAL_ERROR "the picture does not show the deque")
endif()

set(survivors "${CMAKE_CURRENT_LIST_DIR}/work_stealing/survivors.txt")
run(0 "try_steal:load#2:seq_cst->acquire +explorer +one_thief" "${program}" --mutants --survivors "${survivors}")
run(1 "survives, and is not in survivors.txt: work_stealing_deque.h" "${program}" --mutants)
run(1 "FAILED" "${program}" --scenario one_thief --variant "work_stealing_deque.h:claim:cas:release->split")

# The page that tells how: its two sources, built as it says.
file(READ "${CMAKE_CURRENT_LIST_DIR}/../docs/model-your-own.md" page)
foreach(source slot.h slot_model.cc)
  string(FIND "${page}" "```cpp\n// ${source}\n" begin)
  if(begin EQUAL -1)
    message(FATAL_ERROR "docs/model-your-own.md has no ${source}")
  endif()
  math(EXPR begin "${begin} + 7")  # behind the fence
  string(SUBSTRING "${page}" ${begin} -1 page)
  string(FIND "${page}" "\n```\n" end)
  string(SUBSTRING "${page}" 0 ${end} text)
  file(WRITE "${SCRATCH}/page/${source}" "${text}\n")
endforeach()
file(WRITE "${SCRATCH}/page/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(page LANGUAGES CXX)
find_package(baton 0.1 REQUIRED)
add_executable(slot_model slot_model.cc)
target_link_libraries(slot_model PRIVATE baton::explorer)\n")
configure_and_build("${SCRATCH}/page" "${SCRATCH}/page/build")
run(0 "two_values +[^\n]* 1/1 +1/1 [^\n]* dpor dpor/s2m\n" "${SCRATCH}/page/build/slot_model")
run(0 "14 mutants, 14 killed" "${SCRATCH}/page/build/slot_model" --mutants)
