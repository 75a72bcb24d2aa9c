#pragma once
/// What shell/printer.js is told, as the JSON that it reads.
#include <string>

#include "web/platform/bridge.h"

namespace ringup::platform {

/// {"title", "width", "lines": [[strong 0|1, text]…], "qr"?: {"path", "size"}}
std::string strip_json(const PaperStrip& strip);
/// {"verb": "choose", "kind": "usb"|"serial"}
std::string choice_json(PrinterPort port);
/// {"verb": "send", "kind", "device", "baud"}
std::string job_json(const PrinterAddress& to);

}  // namespace ringup::platform
