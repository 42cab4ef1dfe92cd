# What the store promises through its public interface: at size, and against a model.
find_package(rapidcheck REQUIRED)
baton_test(store_contract_test
  SOURCES database_contract_test.cc sequence_contract_test.cc
  LINK baton::store rapidcheck LABELS unit)
set_tests_properties(store_contract_test PROPERTIES ENVIRONMENT "RC_PARAMS=max_success=500 max_size=200")
