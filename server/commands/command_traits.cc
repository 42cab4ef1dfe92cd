#include "server/commands/command_traits.h"

namespace baton {

std::string_view group_name(Group group) noexcept {
  switch (group) {
    case Group::generic:
      return "generic";
    case Group::string:
      return "string";
    case Group::list:
      return "list";
    case Group::set:
      return "set";
    case Group::sorted_set:
      return "sorted-set";
    case Group::hash:
      return "hash";
    case Group::pubsub:
      return "pubsub";
    case Group::transactions:
      return "transactions";
    case Group::connection:
      return "connection";
    case Group::server:
      return "server";
    case Group::scripting:
      return "scripting";
    case Group::hyperloglog:
      return "hyperloglog";
    case Group::cluster:
      return "cluster";
    case Group::geo:
      return "geo";
    case Group::stream:
      return "stream";
    case Group::bitmap:
      return "bitmap";
  }
  return {};
}

std::vector<std::string_view> flag_names(const CommandSpec& spec) {
  struct Named {
    CommandFlag flag;
    std::string_view name;
  };
  // kMayReplicate and kProtected are for this server alone, as in Redis; kDangerous, kKeyspace,
  // kAdministration and kConnection are categories only.
  static constexpr Named kNames[] = {
      {kWrite, "write"},
      {kReadonly, "readonly"},
      {kDenyOom, "denyoom"},
      {kAdmin, "admin"},
      {kPubsub, "pubsub"},
      {kNoscript, "noscript"},
      {kBlocking, "blocking"},
      {kLoading, "loading"},
      {kStale, "stale"},
      {kSkipMonitor, "skip_monitor"},
      {kSkipSlowlog, "skip_slowlog"},
      {kFast, "fast"},
      {kNoAuth, "no_auth"},
      {kNoMandatoryKeys, "no_mandatory_keys"},
      {kNoAsyncLoading, "no_async_loading"},
      {kNoMulti, "no_multi"},
      {kMovableKeys, "movablekeys"},
      {kAllowBusy, "allow_busy"},
  };
  std::vector<std::string_view> names;
  for (const Named& named : kNames)
    if (spec.flags & named.flag) names.push_back(named.name);
  return names;
}

std::vector<std::string_view> acl_categories(const CommandSpec& spec) {
  const bool container = !spec.subcommands.empty();
  const auto in = [&](Group group) { return !container && spec.group == group; };
  const auto has = [&](std::uint32_t flags) { return (spec.flags & flags) != 0; };
  struct Judged {
    std::string_view name;
    bool applies;
  };
  const Judged categories[] = {
      {"@keyspace", has(kKeyspace) || in(Group::generic)},
      {"@read", has(kReadonly) && spec.group != Group::scripting},
      {"@write", has(kWrite)},
      {"@set", in(Group::set)},
      {"@sortedset", in(Group::sorted_set)},
      {"@list", in(Group::list)},
      {"@hash", in(Group::hash)},
      {"@string", in(Group::string)},
      {"@bitmap", in(Group::bitmap)},
      {"@hyperloglog", in(Group::hyperloglog)},
      {"@geo", in(Group::geo)},
      {"@stream", in(Group::stream)},
      {"@pubsub", has(kPubsub)},
      {"@admin", has(kAdmin | kAdministration)},
      {"@fast", has(kFast)},
      {"@slow", !has(kFast)},
      {"@blocking", has(kBlocking)},
      {"@dangerous", has(kAdmin | kDangerous)},
      {"@connection", has(kConnection) || in(Group::connection)},
      {"@transaction", in(Group::transactions)},
      {"@scripting", in(Group::scripting)},
  };
  std::vector<std::string_view> names;
  for (const Judged& category : categories)
    if (category.applies) names.push_back(category.name);
  return names;
}

}  // namespace baton
