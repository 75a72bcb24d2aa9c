# What the build makes for people to look at: font subsets, the header of icons, and for the server's binary the
# table of all files that browsers load.
find_program(ringup_python NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)  # Debian's, which has fonttools
set(generated ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated})

# ringup_fonts: generated/icons.h and generated/fonts/*.ttf, in both builds.
set(ringup_fonts_inter /usr/share/fonts/opentype/inter)
set(font_files ${generated}/fonts/inter-regular.ttf ${generated}/fonts/inter-semibold.ttf ${generated}/fonts/icons.ttf)
add_custom_command(
  OUTPUT ${generated}/icons.h ${font_files}
  COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/cmake/fonts.py ${ringup_fonts_inter}
    ${RINGUP_NODE_MODULES}/lucide-static ${CMAKE_SOURCE_DIR}/assets/icons.txt ${generated}
  DEPENDS cmake/fonts.py assets/icons.txt
  COMMENT "Making font subsets" VERBATIM)
add_custom_target(ringup_fonts DEPENDS ${generated}/icons.h ${font_files})

if(EMSCRIPTEN)
  return()
endif()

# The barcode reader that the till loads with its camera.
set(zxing_package ${RINGUP_NODE_MODULES}/zxing-wasm)
if(NOT EXISTS ${zxing_package}/package.json)
  message(FATAL_ERROR "npm's zxing-wasm is not there: run ./dev deps")
endif()
set(zxing_files ${generated}/zxing/zxing_reader.js ${generated}/zxing/zxing_share.js ${generated}/zxing/zxing_reader.wasm)
add_custom_command(
  OUTPUT ${zxing_files}
  COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/cmake/zxing.py ${zxing_package} ${generated}/zxing
  DEPENDS cmake/zxing.py ${zxing_package}/package.json
  COMMENT "Taking the barcode reader" VERBATIM)

enable_language(ASM)

# ringup_version: generated/version.h, written anew only when the commit changes.
add_custom_target(ringup_version
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_SOURCE_DIR} -DOUT=${generated}/version.h -DVERSION=${PROJECT_VERSION}
    -P ${CMAKE_SOURCE_DIR}/cmake/version.cmake
  BYPRODUCTS ${generated}/version.h VERBATIM)

# ringup_zones: generated/zones.inc, the time zones of this machine's tzdata.
add_custom_command(
  OUTPUT ${generated}/zones.inc
  COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/cmake/zones.py ${generated}/zones.inc
  DEPENDS cmake/zones.py /usr/share/zoneinfo/tzdata.zi
  COMMENT "Making the table of time zones" VERBATIM)
add_custom_target(ringup_zones DEPENDS ${generated}/zones.inc)

# ringup_trust: the authorities of Debian's ca-certificates, for machines that have none of their own.
add_custom_command(
  OUTPUT ${generated}/trust.S
  COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/cmake/trust.py /usr/share/ca-certificates/mozilla ${generated}/trust.S
  DEPENDS cmake/trust.py
  COMMENT "Gathering the authorities that browsers trust" VERBATIM)
add_library(ringup_trust STATIC ${generated}/trust.S)

# ringup_assets: the table behind server/pages/assets.h.
file(GLOB_RECURSE shell_files CONFIGURE_DEPENDS LIST_DIRECTORIES false shell/*)
list(FILTER shell_files EXCLUDE REGEX "(\\.md|~|/\\.[^/]*)$")
file(GLOB_RECURSE inside_files CONFIGURE_DEPENDS LIST_DIRECTORIES false assets/*)
list(FILTER inside_files EXCLUDE REGEX "(\\.md|~|/\\.[^/]*|assets/icons\\.txt)$")
# Till and console appear here once build/wasm has them; ./dev build makes them first.
file(GLOB app_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/build/wasm/till.js ${CMAKE_SOURCE_DIR}/build/wasm/till.wasm
  ${CMAKE_SOURCE_DIR}/build/wasm/console.js ${CMAKE_SOURCE_DIR}/build/wasm/console.wasm)
add_custom_command(
  OUTPUT ${generated}/assets.cpp ${generated}/assets.S ${generated}/assets.json
  COMMAND ${ringup_python} ${CMAKE_SOURCE_DIR}/cmake/embed_assets.py ${generated}
    --served ${CMAKE_SOURCE_DIR}/shell ${shell_files}
    --inside ${CMAKE_SOURCE_DIR}/assets ${inside_files}
    --flat ${font_files} ${zxing_files} ${app_files}
  DEPENDS cmake/embed_assets.py ${shell_files} ${inside_files} ${font_files} ${zxing_files} ${app_files}
  COMMENT "Compressing and embedding assets" VERBATIM)
add_library(ringup_assets STATIC ${generated}/assets.cpp ${generated}/assets.S)
set_source_files_properties(${generated}/assets.S PROPERTIES OBJECT_DEPENDS ${generated}/assets.cpp)
target_link_libraries(ringup_assets PRIVATE ringup_flags)
