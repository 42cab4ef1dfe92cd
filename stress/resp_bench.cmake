# resp_bench: what a command costs to parse and a reply to write. Run it by hand; it asserts no time. Optimised in
# every preset; left out where a sanitizer would be what is measured.
if(NOT BATON_SANITIZE)
  find_package(benchmark REQUIRED)
  # The sources themselves, so that they are optimised whatever the preset.
  set(resp_dir "${PROJECT_SOURCE_DIR}/server/resp")
  baton_program(resp_bench
    SOURCES resp_bench.cc
      "${resp_dir}/inline_words.cc" "${resp_dir}/number.cc" "${resp_dir}/reply_buffer.cc"
      "${resp_dir}/reply_writer.cc" "${resp_dir}/request_parser.cc"
    LINK baton::queues benchmark::benchmark)
  target_compile_options(resp_bench PRIVATE -O2)
endif()
