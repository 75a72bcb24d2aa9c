# Writes a header with the version and the commit, only when one of them changed: cmake -DSOURCE= -DOUT= -DVERSION= -P.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)
endif()
# When that commit was made: no clock that is right says less. 0: not known.
execute_process(COMMAND git -C ${SOURCE} show -s --format=%ct HEAD
  OUTPUT_VARIABLE commit_s OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit_s)
  set(commit_s 0)
endif()
file(CONFIGURE OUTPUT ${OUT} NEWLINE_STYLE UNIX CONTENT "#pragma once
/// Written by cmake/version.cmake.
namespace ringup {
inline constexpr char version[] = \"${VERSION}\";
inline constexpr char commit[] = \"${commit}\";
inline constexpr long long commit_unix_s = ${commit_s};
}  // namespace ringup
")
