# Compiles one program of must_not_compile/ twice: as it stands, which must succeed, and with the defect, which
# must fail for the reason that the program names in its line `// expect: REGEX`.
#
#   cmake -DCOMPILER=... -DFLAGS=... -DSOURCE=... -P must_not_compile.cmake
file(STRINGS "${SOURCE}" expected REGEX "^// expect: ")
string(REGEX REPLACE "^// expect: " "" expected "${expected}")
if(expected STREQUAL "")
  message(FATAL_ERROR "${SOURCE} does not say what is expected")
endif()
separate_arguments(flags NATIVE_COMMAND "${FLAGS}")

execute_process(COMMAND "${COMPILER}" ${flags} -fsyntax-only "${SOURCE}"
  RESULT_VARIABLE right ERROR_VARIABLE said OUTPUT_QUIET)
if(NOT right EQUAL 0)
  message(FATAL_ERROR "without the defect it must compile:\n${said}")
endif()
set(ENV{LC_ALL} C)
execute_process(COMMAND "${COMPILER}" ${flags} -DBATON_ZOO_DEFECT -fsyntax-only "${SOURCE}"
  RESULT_VARIABLE wrong ERROR_VARIABLE said OUTPUT_QUIET)
if(wrong EQUAL 0)
  message(FATAL_ERROR "the defect compiles")
endif()
if(NOT said MATCHES "${expected}")
  message(FATAL_ERROR "it fails for another reason than '${expected}':\n${said}")
endif()
message(STATUS "refused: ${expected}")
