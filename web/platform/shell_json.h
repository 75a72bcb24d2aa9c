#pragma once
/// What the shell is told and tells as text: forms that web/platform/bridge_library.js passes on.
#include <string>

#include "web/platform/bridge.h"

namespace ringup::platform {

/// {"method", "url", "timeout", "progress"?, "headers": [[name, value]…]} for shell/host.js; not the body.
std::string fetch_json(const FetchRequest& request);
/// Name, line feed, value, line feed, and so on.
Headers read_headers(std::string_view lines);

/// For shell/printer.js: {"title", "width", "lines": [[strong 0|1, text]…], "qr"?: {"path", "size"}}
std::string strip_json(const PaperStrip& strip);
/// {"verb": "choose", "kind": "usb"|"serial"}
std::string choice_json(PrinterPort port);
/// {"verb": "send", "kind", "device", "baud"}
std::string job_json(const PrinterAddress& to);

}  // namespace ringup::platform
