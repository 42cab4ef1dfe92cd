# queues_bench: the hand-off primitives against the plain alternatives. Run it with `./dev bench` or by hand;
# it asserts no time. Optimised in every preset; left out where a sanitizer would be what is measured.
if(NOT BATON_SANITIZE)
  find_package(benchmark REQUIRED)
  find_path(BATON_CONCURRENTQUEUE_DIR concurrentqueue/concurrentqueue.h REQUIRED)
  find_path(BATON_CK_DIR ck_ring.h REQUIRED)
  enable_language(C)
  add_library(queues_bench_ck OBJECT ck_ring_shim.c)
  target_include_directories(queues_bench_ck PRIVATE "${PROJECT_SOURCE_DIR}" SYSTEM "${BATON_CK_DIR}")
  target_compile_options(queues_bench_ck PRIVATE -O2)
  baton_program(queues_bench
    SOURCES queues_bench.cc doorbell_bench.cc held_bench.cc pause_gate_bench.cc shared_stat_bench.cc $<TARGET_OBJECTS:queues_bench_ck>
    LINK baton::queues benchmark::benchmark)
  target_include_directories(queues_bench SYSTEM PRIVATE "${BATON_CONCURRENTQUEUE_DIR}")
  # g++ 12 sees an overflow inside moodycamel's enqueue_bulk where there is none.
  target_compile_options(queues_bench PRIVATE -O2 -Wno-stringop-overflow)
endif()
