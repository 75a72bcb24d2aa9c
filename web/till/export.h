#pragma once
/// The file with what has not reached the server: carried there by hand, `ringup journal import` books it.
///
///     {"ringup_journal":1,"till":…,"epoch":1,"token":…}
///     a record a line, as it was stored; a damaged one as {"seq":n,"raw":base64}
///
/// Records of another epoch stand behind a first line of their own.
#include <functional>
#include <string>

#include "web/till/memory.h"

namespace ringup::till {

/// `done` gets the whole file; empty where nothing waits.
void export_unsent(Memory& memory, std::function<void(std::string)> done);

}  // namespace ringup::till
