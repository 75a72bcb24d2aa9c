#pragma once
/// The list of passwords that are tried first (assets/passwords), and what people make of them to get past
/// a rule about length.
#include <string_view>

namespace ringup::identity {

/// Is it one of the list, in whatever case; or one of the list with digits and marks before or behind it, or
/// over and over ("Password2024!!!", "dragondragondragon")?
bool is_common_password(std::string_view password);

}  // namespace ringup::identity
