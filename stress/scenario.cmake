# The scenarios of model/ on real threads: a program, its quick pass, and the test of its watchdog.

baton_library(scenario_run SOURCES scenario_run.cc LINK baton_model_harness)
baton_program(baton-scenario-stress SOURCES scenario_stress.cc scenario_list.cc LINK baton::scenario_run)
baton_test(scenario_run_test SOURCES scenario_run_test.cc scenario_list.cc LINK baton::scenario_run LABELS unit)

add_dependencies(stress_suites baton-scenario-stress)
# A hang there is 5 seconds without a finished run; the tests share the machine, so they get more.
add_test(NAME scenario_stress COMMAND baton-scenario-stress --seconds 0.35 --hang-seconds 30)
set_tests_properties(scenario_stress PROPERTIES LABELS "stress;quick" TIMEOUT 300)
add_test(NAME scenario_stress_refuses_an_unknown_scenario COMMAND baton-scenario-stress --scenario none)
add_test(NAME scenario_stress_refuses_a_bad_number COMMAND baton-scenario-stress --runs -3)
set_tests_properties(scenario_stress_refuses_an_unknown_scenario scenario_stress_refuses_a_bad_number
  PROPERTIES LABELS unit WILL_FAIL ON)
