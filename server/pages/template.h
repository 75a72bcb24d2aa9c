#pragma once
/// Fills the templates that are compiled in (assets/mail, assets/sms, assets/pages): the one place that knows
/// mustache.
///
///     {{name}}                 a value, escaped for where it stands (see Escape)
///     {{#name}}…{{/name}}      where it is true, not empty text, or once per item of a list
///     {{^name}}…{{/name}}      where it is not
///     {{>name}}                the template part_NAME.EXT beside this one
///
/// Attributes in HTML are always quoted. The triple form, which does not escape, is for what a part of the
/// program has made as HTML itself; tests/server/pages/template_test holds the list of those places.
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::pages {

enum class Escape : std::uint8_t {
  html,  // text and quoted attributes of HTML
  text,  // lines of plain text: no value can begin a line of its own
};

/// `name` as in assets/: "mail/verify_email.html". Values are texts, numbers, booleans, lists, objects; one
/// that is not there counts as empty. not_found where there is no such template, internal where it is broken.
Result<std::string> fill(std::string_view name, const json::Object& values, Escape escape);

}  // namespace ringup::pages
