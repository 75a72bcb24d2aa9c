# The build for this machine: the server program, the apps headless for tests, and all tests.
ringup_options(ringup_core -fno-exceptions)

# Web apps without a browser: files ending in _wasm.cpp talk to one and stay out.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS web/*.cpp)
list(FILTER web_sources EXCLUDE REGEX "_wasm\\.cpp$")
ringup_library(ringup_web ${web_sources})
ringup_link(ringup_web PUBLIC ringup_core imgui)
ringup_options(ringup_web -fno-exceptions)
add_dependencies(ringup_web ringup_fonts)

# Pictures stand apart, so that the fuzzer needs nothing but them.
file(GLOB image_sources CONFIGURE_DEPENDS server/image/*.cpp)
ringup_library(ringup_image ${image_sources})
ringup_link(ringup_image PUBLIC ringup_core ${image_archives})

file(GLOB_RECURSE server_sources CONFIGURE_DEPENDS server/*.cpp)
list(REMOVE_ITEM server_sources ${CMAKE_SOURCE_DIR}/server/main.cpp ${image_sources})
ringup_library(ringup_server ${server_sources})
ringup_link(ringup_server PUBLIC ringup_core ringup_image ringup_assets ringup_trust sqlite3 httplib curl
  ${ssl_archive} ${crypto_archive} ${argon2_archive} ${zlib_archive})
add_dependencies(ringup_server ringup_version ringup_zones)

if(EXISTS ${CMAKE_SOURCE_DIR}/server/main.cpp)
  add_executable(ringup server/main.cpp)
  target_link_libraries(ringup PRIVATE ringup_server)
  if(NOT RINGUP_SANITIZE)
    target_link_options(ringup PRIVATE -static-libstdc++ -static-libgcc -s)
  endif()
endif()

# A test program per room; each runs at the top of the checkout, where it finds its files by relative path. ctest knows
# it by the target's name, or by NAME.
function(ringup_test name)
  cmake_parse_arguments(test "" "NAME" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT test_NAME)
    set(test_NAME ${name})
  endif()
  if(NOT test_SOURCES)
    return()
  endif()
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} gtest)
  add_test(NAME ${test_NAME} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

ringup_test(core_tests SOURCES ${core_test_sources} LIBRARIES ringup_core)
# What the tests of server, faults and simulation share: a shop, tills, the program as a child, a disk that fails.
file(GLOB_RECURSE server_test_sources CONFIGURE_DEPENDS tests/server/*.cpp)
set(test_shop_sources ${server_test_sources})
list(FILTER test_shop_sources INCLUDE REGEX "tests/server/(child|program|running|faulty_disk|sales/floor|sales/outbox_till)\\.cpp$")
list(REMOVE_ITEM server_test_sources ${test_shop_sources})
ringup_library(ringup_test_shop ${test_shop_sources})
ringup_link(ringup_test_shop PUBLIC ringup_server gtest)
ringup_test(server_tests SOURCES ${server_test_sources} LIBRARIES ringup_test_shop)
# Everything that breaks a server under its tills: kill -9, power cuts, disks.
file(GLOB fault_test_sources CONFIGURE_DEPENDS tests/fault/*.cpp)
ringup_test(fault_tests NAME fault SOURCES ${fault_test_sources} LIBRARIES ringup_test_shop)
foreach(name server_tests fault_tests)
  if(TARGET ${name} AND TARGET ringup)
    add_dependencies(${name} ringup)  # they run it
  endif()
endforeach()
# The real till and the real server in one program, driven through everything that can go wrong.
file(GLOB simulation_sources CONFIGURE_DEPENDS tests/simulation/*.cpp)
ringup_test(simulation_tests NAME simulation SOURCES ${simulation_sources} LIBRARIES ringup_test_shop ringup_web)
file(GLOB_RECURSE web_test_sources CONFIGURE_DEPENDS tests/web/*.cpp tests/gallery/*.cpp)
list(FILTER web_test_sources EXCLUDE REGEX "_wasm\\.cpp$")
# OpenSSL stands in for the browser's WebCrypto.
ringup_test(web_tests SOURCES ${web_test_sources} LIBRARIES ringup_web ${crypto_archive})

# The wasm build's core tests belong to the same run.
file(GLOB core_tests_wasm CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/build/wasm/core_tests.js)
if(core_tests_wasm)
  add_test(NAME core_tests_wasm COMMAND node ${core_tests_wasm} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(core_tests_wasm PROPERTIES ENVIRONMENT "NODE_OPTIONS=--no-experimental-fetch")
endif()

# The house itself: rooms and arrows, format, the size of the first load.
add_test(NAME tidy COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/tidy/tidy.py ${CMAKE_SOURCE_DIR}
  ${CMAKE_BINARY_DIR}/compile_commands.json ${CMAKE_SOURCE_DIR}/build/wasm/compile_commands.json)
add_test(NAME format COMMAND ${CMAKE_SOURCE_DIR}/dev format --check WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
if(EXISTS ${CMAKE_SOURCE_DIR}/shell/till.html)
  add_test(NAME size_budget COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/tidy/size_budget.py ${generated}/assets.json)
endif()

# A real shop's invoices through the public doors, compared with sums that know nothing of our code.
if(TARGET ringup)
  add_test(NAME real_sales COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/retail/real_sales_test.py
    --binary $<TARGET_FILE:ringup> WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endif()

# People who mean harm, against the real program. Alone: it wants ten thousand sockets.
if(TARGET ringup)
  add_test(NAME hostile COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/hostile/hostile_test.py
    --binary $<TARGET_FILE:ringup> WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  add_test(NAME hostile_tools COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/hostile/tools_test.py
    --binary $<TARGET_FILE:ringup> WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(hostile hostile_tools PROPERTIES RUN_SERIAL ON TIMEOUT 600)
endif()

# The operator's book, followed to the letter.
if(TARGET ringup)
  add_test(NAME operations_book COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/docs/operations_test.py
    --binary $<TARGET_FILE:ringup> WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  # Not in memory, which the doctor minds.
  set_tests_properties(operations_book PROPERTIES ENVIRONMENT "RINGUP_BOOK_TMP=${CMAKE_BINARY_DIR}" TIMEOUT 300)
endif()

# docs/security.md names tests that exist, and forgets no requirement.
add_test(NAME security_book COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/tests/docs/security_test.py ${CMAKE_SOURCE_DIR})

# What the shell decides by itself: each tests/shell/NAME_test.mjs is a program for node.
file(GLOB shell_tests CONFIGURE_DEPENDS tests/shell/*_test.mjs)
foreach(path ${shell_tests})
  get_filename_component(name ${path} NAME_WE)
  add_test(NAME shell_${name} COMMAND node ${path} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(shell_${name} PROPERTIES TIMEOUT 60)
endforeach()

# Browser tests: each tests/e2e/NAME_test.mjs is a program for node that starts the server and Chromium itself.
file(GLOB e2e_tests CONFIGURE_DEPENDS tests/e2e/*_test.mjs)
foreach(path ${e2e_tests})
  get_filename_component(name ${path} NAME_WE)
  add_test(NAME e2e_${name} COMMAND node ${path} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(e2e_${name} PROPERTIES LABELS slow RUN_SERIAL ON TIMEOUT 600)
endforeach()

# What tests are told: where the program under test is.
if(TARGET ringup)
  foreach(name server_tests fault simulation)
    if(TEST ${name})
      set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "RINGUP_BINARY=$<TARGET_FILE:ringup>")
    endif()
  endforeach()
  foreach(path ${e2e_tests})
    get_filename_component(name ${path} NAME_WE)
    set_property(TEST e2e_${name} APPEND PROPERTY ENVIRONMENT "RINGUP_BINARY=$<TARGET_FILE:ringup>")
  endforeach()
endif()

# Measuring programs: bench/NAME.cpp becomes bench_NAME; ./dev bench builds and runs them.
add_custom_target(bench)
file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.cpp)
foreach(path ${bench_sources})
  get_filename_component(name ${path} NAME_WE)
  add_executable(bench_${name} EXCLUDE_FROM_ALL ${path})
  target_link_libraries(bench_${name} PRIVATE ringup_server)
  add_dependencies(bench bench_${name})
endforeach()

# Fuzzers: tests/fuzz/NAME.cpp becomes fuzz_NAME; ./dev fuzz configures a build of their own with clang.
option(RINGUP_FUZZ "make the fuzzers; needs clang" OFF)
if(RINGUP_FUZZ)
  add_custom_target(fuzz)
  file(GLOB fuzz_sources CONFIGURE_DEPENDS tests/fuzz/*.cpp)
  foreach(path ${fuzz_sources})
    get_filename_component(name ${path} NAME_WE)
    add_executable(fuzz_${name} EXCLUDE_FROM_ALL ${path})
    target_link_libraries(fuzz_${name} PRIVATE ringup_core ringup_image)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz fuzz_${name})
    if(name STREQUAL "head")  # the one parser that no browser needs
      target_sources(fuzz_head PRIVATE server/http/head.cpp)
    endif()
  endforeach()
endif()
