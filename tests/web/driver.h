#pragma once
/// Words for native tests of screens: what a person does, by role and name.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "web/platform/headless.h"
#include "web/ui/semantics.h"

namespace ringup::tests {

inline std::string seen() {
  std::string all;
  for (const ui::Node& node : ui::nodes()) {
    all += std::string(ui::role_name(node.role)) + " \"" + node.name + "\"" +
           (node.has(ui::flag::clipped) ? " (clipped)" : "") + "\n";
  }
  return all;
}

inline const ui::Node& must_find(ui::Role role, std::string_view name) {
  const ui::Node* node = ui::find(role, name);
  EXPECT_NE(node, nullptr) << ui::role_name(role) << " \"" << name << "\" is not on the screen:\n" << seen();
  static const ui::Node none;
  return node == nullptr ? none : *node;
}

inline bool shows(ui::Role role, std::string_view name) {
  return ui::find(role, name) != nullptr;
}
inline bool shows(std::string_view words) {
  return shows(ui::Role::text, words);
}

inline void tap(platform::Headless& app, ui::Role role, std::string_view name) {
  const ui::Node node = must_find(role, name);
  app.tap(node.rect.middle_x(), node.rect.middle_y());
}
inline void tap_button(platform::Headless& app, std::string_view name) {
  tap(app, ui::Role::button, name);
}

inline void fill(platform::Headless& app, std::string_view label, std::string text,
                 ui::Role role = ui::Role::textbox) {
  app.type(must_find(role, label).id, std::move(text));
}

}  // namespace ringup::tests
