# The build for browsers: the till as one ES module, and the core tests, run by node.
set(CMAKE_EXECUTABLE_SUFFIX ".js")

set(wasm_link_options
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=32MB -sMAXIMUM_MEMORY=512MB -sTOTAL_STACK=1MB -sWASM_BIGINT=1
  -sDYNAMIC_EXECUTION=0)

# Files ending in _native.cpp stand in for the browser in tests and stay out.
file(GLOB_RECURSE till_sources CONFIGURE_DEPENDS web/platform/*.cpp web/ui/*.cpp web/till/*.cpp)
list(FILTER till_sources EXCLUDE REGEX "_native\\.cpp$")
if(till_sources)
  add_executable(till ${till_sources})
  target_link_libraries(till PRIVATE ringup_core imgui)
  add_dependencies(till ringup_fonts)
  target_link_options(till PRIVATE -Os ${wasm_link_options}
    -sMODULARIZE=1 -sEXPORT_ES6=1 -sENVIRONMENT=web,worker -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2
    -sFILESYSTEM=0 -sTEXTDECODER=2 -sMALLOC=emmalloc -sMIN_SAFARI_VERSION=150000)
endif()

if(core_test_sources)
  add_executable(core_tests ${core_test_sources})
  target_link_libraries(core_tests PRIVATE ringup_core gtest)
  target_link_options(core_tests PRIVATE -O1 ${wasm_link_options} -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1)
  add_test(NAME core_tests_wasm COMMAND node $<TARGET_FILE:core_tests> --gtest_brief=1
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(core_tests_wasm PROPERTIES ENVIRONMENT "NODE_OPTIONS=--no-experimental-fetch")
endif()
