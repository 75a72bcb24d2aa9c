# The build for this machine: the server program, the apps headless for tests, and all tests.
ringup_options(ringup_core -fno-exceptions)

# Web apps without a browser: files ending in _wasm.cpp talk to one and stay out.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS web/*.cpp)
list(FILTER web_sources EXCLUDE REGEX "_wasm\\.cpp$")
ringup_library(ringup_web ${web_sources})
ringup_link(ringup_web PUBLIC ringup_core imgui)
ringup_options(ringup_web -fno-exceptions)
add_dependencies(ringup_web ringup_fonts)
if(web_sources)
  # ImGui calls back into web/ui (its test engine hooks), so the two archives need each other.
  target_link_libraries(imgui INTERFACE $<LINK_ONLY:ringup_web>)
endif()

file(GLOB_RECURSE server_sources CONFIGURE_DEPENDS server/*.cpp)
list(REMOVE_ITEM server_sources ${CMAKE_SOURCE_DIR}/server/main.cpp)
ringup_library(ringup_server ${server_sources})
ringup_link(ringup_server PUBLIC ringup_core ringup_assets sqlite3 httplib ${crypto_archive} ${argon2_archive})
add_dependencies(ringup_server ringup_version)

if(EXISTS ${CMAKE_SOURCE_DIR}/server/main.cpp)
  add_executable(ringup server/main.cpp)
  target_link_libraries(ringup PRIVATE ringup_server)
  if(NOT RINGUP_SANITIZE)
    target_link_options(ringup PRIVATE -static-libstdc++ -static-libgcc -s)
  endif()
endif()

# A test program per room; each runs at the top of the checkout, where it finds its files by relative path.
function(ringup_test name)
  cmake_parse_arguments(test "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT test_SOURCES)
    return()
  endif()
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} gtest)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

ringup_test(core_tests SOURCES ${core_test_sources} LIBRARIES ringup_core)
file(GLOB_RECURSE server_test_sources CONFIGURE_DEPENDS tests/server/*.cpp)
ringup_test(server_tests SOURCES ${server_test_sources} LIBRARIES ringup_server)
file(GLOB_RECURSE web_test_sources CONFIGURE_DEPENDS tests/web/*.cpp)
ringup_test(web_tests SOURCES ${web_test_sources} LIBRARIES ringup_web)

# The wasm build's core tests belong to the same run.
file(GLOB core_tests_wasm CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/build/wasm/core_tests.js)
if(core_tests_wasm)
  add_test(NAME core_tests_wasm COMMAND node ${core_tests_wasm} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(core_tests_wasm PROPERTIES ENVIRONMENT "NODE_OPTIONS=--no-experimental-fetch")
endif()
