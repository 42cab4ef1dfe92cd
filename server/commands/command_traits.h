// The words by which COMMAND describes a spec: flags, ACL categories, groups.
#pragma once

#include <string_view>
#include <vector>

#include "server/commands/command.h"

namespace baton {

[[nodiscard]] std::string_view group_name(Group group) noexcept;
[[nodiscard]] std::vector<std::string_view> flag_names(const CommandSpec& spec);
// With their '@'. They follow from flags and group.
[[nodiscard]] std::vector<std::string_view> acl_categories(const CommandSpec& spec);

}  // namespace baton
