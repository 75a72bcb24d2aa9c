# Code of others, from the trees that build/deps.cmake names. Its headers are SYSTEM, its warnings are not ours.

# JSON: one header-only library without exceptions; only core/base/json.cpp includes it.
add_library(nlohmann_json INTERFACE)
target_include_directories(nlohmann_json SYSTEM INTERFACE ${RINGUP_NLOHMANN_DIR})
target_compile_definitions(nlohmann_json INTERFACE JSON_NOEXCEPTION=1 JSON_DIAGNOSTICS=0)

# QR codes: the C version, which allocates nothing and fails by its answer; only core/base/qr.cpp includes it.
if(NOT EXISTS "${RINGUP_QRCODEGEN_DIR}/qrcodegen.c")
  message(FATAL_ERROR "qrcodegen is not there yet: run ./dev deps")
endif()
add_library(qrcodegen STATIC EXCLUDE_FROM_ALL ${RINGUP_QRCODEGEN_DIR}/qrcodegen.c)
target_include_directories(qrcodegen SYSTEM PUBLIC ${RINGUP_QRCODEGEN_DIR})
target_compile_options(qrcodegen PRIVATE -w)

# Googletest is built from its sources, because its archive cannot be linked into wasm.
set(gtest_folder /usr/src/googletest/googletest)
add_library(gtest STATIC EXCLUDE_FROM_ALL ${gtest_folder}/src/gtest-all.cc ${gtest_folder}/src/gtest_main.cc)
target_include_directories(gtest SYSTEM PUBLIC ${gtest_folder}/include)
target_include_directories(gtest PRIVATE ${gtest_folder})
target_compile_options(gtest PRIVATE -w)
if(EMSCRIPTEN)
  target_compile_definitions(gtest PUBLIC GTEST_HAS_PTHREAD=0 GTEST_HAS_EXCEPTIONS=0 GTEST_HAS_RTTI=0 GTEST_HAS_DEATH_TEST=0)
endif()

# Dear ImGui: the library alone; web/platform gives it input and puts what it draws on the canvas.
add_library(imgui STATIC EXCLUDE_FROM_ALL
  ${RINGUP_IMGUI_DIR}/imgui.cpp ${RINGUP_IMGUI_DIR}/imgui_draw.cpp
  ${RINGUP_IMGUI_DIR}/imgui_tables.cpp ${RINGUP_IMGUI_DIR}/imgui_widgets.cpp)
target_include_directories(imgui SYSTEM PUBLIC ${RINGUP_IMGUI_DIR})
target_compile_definitions(imgui PUBLIC
  "ImDrawIdx=unsigned int"  # a screen may have more than 65,536 vertices, and WebGL 2 knows no vertex offset
  IMGUI_USE_WCHAR32 IMGUI_DISABLE_OBSOLETE_FUNCTIONS IMGUI_DISABLE_DEMO_WINDOWS IMGUI_DISABLE_DEBUG_TOOLS
  IMGUI_DISABLE_FILE_FUNCTIONS IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS)
target_compile_options(imgui PRIVATE -w -fno-exceptions -fno-rtti)
if(EMSCRIPTEN)
  return()
endif()

# cpp-httplib: header only; only server/http includes it.
add_library(httplib INTERFACE)
target_include_directories(httplib SYSTEM INTERFACE ${RINGUP_HTTPLIB_DIR})

# Templates: header only, from Debian's include folder; only server/pages/template.cpp includes it.
find_path(mustache_folder kainjow/mustache.hpp REQUIRED)

# SQLite, compiled in: one thread per connection, nothing deprecated, no extension from a file.
add_library(sqlite3 STATIC EXCLUDE_FROM_ALL ${RINGUP_SQLITE_DIR}/sqlite3.c)
target_include_directories(sqlite3 SYSTEM PUBLIC ${RINGUP_SQLITE_DIR})
target_compile_definitions(sqlite3 PRIVATE
  SQLITE_DQS=0 SQLITE_THREADSAFE=2 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_DEFAULT_WAL_SYNCHRONOUS=2
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_MAX_EXPR_DEPTH=0 SQLITE_OMIT_DECLTYPE SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_SHARED_CACHE SQLITE_USE_ALLOCA
  SQLITE_DEFAULT_FOREIGN_KEYS=1 SQLITE_STRICT_SUBTYPE=1
  SQLITE_ENABLE_DBPAGE_VTAB)  # a backup reads pages of one moment in their order
target_compile_options(sqlite3 PRIVATE -w)

# libcurl, built by ./dev deps: HTTP, HTTPS and SMTP; only server/notify includes it.
if(NOT EXISTS "${RINGUP_CURL_DIR}/lib/libcurl.a")
  message(FATAL_ERROR "libcurl is not there yet: run ./dev deps")
endif()
find_library(ssl_archive NAMES libssl.a REQUIRED)
add_library(curl INTERFACE)
target_include_directories(curl SYSTEM INTERFACE ${RINGUP_CURL_DIR}/include)
target_compile_definitions(curl INTERFACE CURL_STATICLIB)

# OpenSSL, Argon2 and zlib as archives, so that the binary needs no library but libc and libm.
find_library(crypto_archive NAMES libcrypto.a REQUIRED)
find_library(argon2_archive NAMES libargon2.a REQUIRED)
# zlib compresses answers that are made on request.
find_library(zlib_archive NAMES libz.a REQUIRED)
# Pictures: read as JPEG, PNG and WebP, written as WebP.
find_library(jpeg_archive NAMES libjpeg.a REQUIRED)
find_library(png_archive NAMES libpng16.a libpng.a REQUIRED)
find_library(webp_archive NAMES libwebp.a REQUIRED)
set(image_archives ${jpeg_archive} ${png_archive} ${webp_archive} ${zlib_archive})
target_link_libraries(curl INTERFACE ${RINGUP_CURL_DIR}/lib/libcurl.a ${ssl_archive} ${crypto_archive} ${zlib_archive})
