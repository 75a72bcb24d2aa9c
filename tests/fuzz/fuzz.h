#pragma once
/// What all fuzzers share. `./dev fuzz` builds each file here with clang's libFuzzer and the address
/// sanitizer; an input that breaks a promise is kept in build/fuzz/found.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ringup::fuzz {

/// A promise of the code under test.
inline void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace ringup::fuzz
