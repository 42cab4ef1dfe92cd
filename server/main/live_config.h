// LiveConfig: makes CONFIG SET take effect: what a directive's new value means for the parts that run.
#pragma once

#include <string>
#include <string_view>

#include "server/config/settings.h"
#include "server/exec/services.h"
#include "server/store/store_context.h"

namespace baton {

class Acceptor;
class Recorder;

[[nodiscard]] inline LazyPolicy lazy_policy_of(const MemoryConfig& config) noexcept {
  return {.expire = config.lazyfree_lazy_expire,
          .server_del = config.lazyfree_lazy_server_del,
          .user_del = config.lazyfree_lazy_user_del,
          .user_flush = config.lazyfree_lazy_user_flush};
}

class LiveConfig final : public ConfigApplier {
 public:
  LiveConfig(Services& services, Acceptor& acceptor, Recorder& recorder)
      : services_(services), acceptor_(acceptor), recorder_(recorder) {}

  // All of it, once, before the server runs.
  void apply_all(const Config& config);
  // What ps shows, once the sockets are open.
  void show_title(const Config& config);
  [[nodiscard]] std::string apply(std::string_view name, Config& next) override;

 private:
  void apply_execution(const Config& config);

  Services& services_;
  Acceptor& acceptor_;
  Recorder& recorder_;
};

// Descriptors that are not clients': listeners, pollers, bells, files.
inline constexpr std::uint64_t kReservedDescriptors = 32;

}  // namespace baton
