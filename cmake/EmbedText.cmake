# Text files as constants of a program, so that a page is edited as the files it is made of.
#
#   baton_embed_text(OUT HEADER "x/y.h" NAMESPACE ns TEXTS kName file [kName file...])
#
# makes OUT, a source that includes HEADER and defines `const std::string_view kName` for each file; it is made anew
# when a file changes. Add it to the SOURCES of a target.

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  set(source "// Made from the files named below; edit those.\n#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
  while(TEXTS)
    list(POP_FRONT TEXTS name file)
    file(READ "${file}" text)
    get_filename_component(stem "${file}" NAME)
    string(FIND "${text}" ")text_end\"" end)
    if(NOT end EQUAL -1)
      message(FATAL_ERROR "${file} holds the mark that ends its literal")
    endif()
    string(APPEND source "\n// ${stem}\nconst std::string_view ${name} = R\"text_end(${text})text_end\";\n")
  endwhile()
  file(WRITE "${OUT}" "${source}\n}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(BATON_EMBED_TEXT_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(baton_embed_text out)
  cmake_parse_arguments(arg "" "HEADER;NAMESPACE" "TEXTS" ${ARGN})
  set(texts)
  set(files)
  while(arg_TEXTS)
    list(POP_FRONT arg_TEXTS name file)
    get_filename_component(file "${file}" ABSOLUTE)
    list(APPEND texts "${name}" "${file}")
    list(APPEND files "${file}")
  endwhile()
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${out}" "-DHEADER=${arg_HEADER}" "-DNAMESPACE=${arg_NAMESPACE}"
      "-DTEXTS=${texts}" -P "${BATON_EMBED_TEXT_SCRIPT}"
    DEPENDS ${files} "${BATON_EMBED_TEXT_SCRIPT}"
    COMMENT "Embedding ${out}"
    VERBATIM)
endfunction()
