#pragma once
/// Words to a service manager that waits for them (systemd's Type=notify): a datagram to $NOTIFY_SOCKET.
#include <string_view>

namespace ringup::commands {

/// "READY=1", "STOPPING=1", "WATCHDOG=1"; several stand on lines of their own. Nothing happens where nobody
/// waits.
void notify(std::string_view words);
/// Half of $WATCHDOG_USEC in milliseconds, where it is meant for this process: how often WATCHDOG=1 is due.
/// 0: never.
int watchdog_ms();

}  // namespace ringup::commands
