# Launchers: ccache where it is installed, told to see all checkouts of the project as one. What emcc needs in its
# environment is set here too, so that a plain `cmake --build` works like ./dev does.
find_program(ccache_program ccache)

set(launch_environment
  CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros,include_file_mtime,include_file_ctime)
if(CMAKE_TOOLCHAIN_FILE MATCHES "Emscripten")
  # emcc's JavaScript needs Debian's acorn also under a node that is not Debian's.
  list(APPEND launch_environment CCACHE_COMPILERTYPE=clang NODE_PATH=/usr/share/nodejs)
  set(ENV{NODE_PATH} /usr/share/nodejs)
endif()
if(ccache_program)
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER env ${launch_environment} ${ccache_program})
    set(CMAKE_${language}_LINKER_LAUNCHER env ${launch_environment})
  endforeach()
else()
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER env ${launch_environment})
    set(CMAKE_${language}_LINKER_LAUNCHER env ${launch_environment})
  endforeach()
endif()
