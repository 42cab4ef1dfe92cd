# store_bench: what a lookup, a write and a key cost in the store. Run it by hand; it asserts no time. Optimised in
# every preset; left out where a sanitizer would be what is measured.
if(NOT BATON_SANITIZE)
  find_package(benchmark REQUIRED)
  # The sources themselves, so that they are optimised whatever the preset.
  get_target_property(store_sources baton_store SOURCES)
  list(TRANSFORM store_sources PREPEND "${PROJECT_SOURCE_DIR}/server/store/")
  baton_program(store_bench SOURCES store_bench.cc ${store_sources} LINK baton::resp benchmark::benchmark)
  target_compile_options(store_bench PRIVATE -O2)
  if(BATON_JEMALLOC)
    target_compile_definitions(store_bench PRIVATE BATON_JEMALLOC)
    target_link_libraries(store_bench PRIVATE ${JEMALLOC_LIBRARY})
  endif()
endif()
