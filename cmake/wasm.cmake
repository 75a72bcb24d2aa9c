# The build for browsers: till and console as one ES module each, and the core tests, run by node.
set(CMAKE_EXECUTABLE_SUFFIX ".js")

set(wasm_link_options
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=32MB -sMAXIMUM_MEMORY=512MB -sTOTAL_STACK=1MB -sWASM_BIGINT=1
  -sDYNAMIC_EXECUTION=0)

# ringup_wasm_app(NAME SOURCE…): one ES module on the canvas, over web/platform and web/ui. It defines
# ringup::platform::make_app(). Files ending in _native.cpp stand in for the browser in tests and stay out.
file(GLOB_RECURSE web_base_sources CONFIGURE_DEPENDS web/platform/*.cpp web/ui/*.cpp)
list(FILTER web_base_sources EXCLUDE REGEX "_native\\.cpp$")
add_library(ringup_web OBJECT ${web_base_sources})
target_link_libraries(ringup_web PUBLIC ringup_flags ringup_core imgui)
add_dependencies(ringup_web ringup_fonts)
set(bridge_library ${CMAKE_SOURCE_DIR}/web/platform/bridge_library.js)

function(ringup_wasm_app name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE ringup_web)
  add_dependencies(${name} ringup_fonts)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${bridge_library})
  target_link_options(${name} PRIVATE -Os ${wasm_link_options} --no-entry --js-library ${bridge_library}
    -sEXPORTED_FUNCTIONS=_malloc,_free
    -sMODULARIZE=1 -sEXPORT_ES6=1 -sENVIRONMENT=web,worker -sMIN_WEBGL_VERSION=2 -sMAX_WEBGL_VERSION=2
    -sFILESYSTEM=0 -sTEXTDECODER=2 -sMALLOC=emmalloc -sMIN_SAFARI_VERSION=150000)
endfunction()

file(GLOB_RECURSE till_sources CONFIGURE_DEPENDS web/till/*.cpp)
list(FILTER till_sources EXCLUDE REGEX "_native\\.cpp$")
if(till_sources)
  ringup_wasm_app(till ${till_sources})
endif()
file(GLOB_RECURSE console_sources CONFIGURE_DEPENDS web/console/*.cpp)
list(FILTER console_sources EXCLUDE REGEX "_native\\.cpp$")
ringup_wasm_app(console ${console_sources})
# Every widget on one page, for browser tests and for people to look at; never part of the binary.
file(GLOB_RECURSE gallery_sources CONFIGURE_DEPENDS tests/gallery/*.cpp)
if(gallery_sources)
  ringup_wasm_app(gallery ${gallery_sources})
endif()

if(core_test_sources)
  add_executable(core_tests ${core_test_sources})
  target_link_libraries(core_tests PRIVATE ringup_core gtest)
  target_link_options(core_tests PRIVATE -O1 ${wasm_link_options} -sENVIRONMENT=node -sNODERAWFS=1 -sEXIT_RUNTIME=1)
  add_test(NAME core_tests_wasm COMMAND node $<TARGET_FILE:core_tests> --gtest_brief=1
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(core_tests_wasm PROPERTIES ENVIRONMENT "NODE_OPTIONS=--no-experimental-fetch")
endif()

# The catalogue is what a phone computes most with. emcc adds -fno-inline-functions to -Os, which keeps every call to
# every accessor; without it a keystroke takes a third of the time, at a cost of some KB.
set_source_files_properties(${CMAKE_SOURCE_DIR}/core/base/fold.cpp ${CMAKE_SOURCE_DIR}/core/catalogue/catalogue.cpp
  ${CMAKE_SOURCE_DIR}/core/catalogue/search.cpp PROPERTIES COMPILE_OPTIONS -finline-functions)

# What a till measures: bench/search.cpp under node, built as the till is.
add_executable(bench_search EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/bench/search.cpp)
target_link_libraries(bench_search PRIVATE ringup_core)
target_link_options(bench_search PRIVATE -Os ${wasm_link_options} -sMALLOC=emmalloc -sENVIRONMENT=node -sNODERAWFS=1
  -sEXIT_RUNTIME=1)
add_custom_target(bench DEPENDS bench_search)
