// SettingsOrder: the executor tells an I/O loop the limits that hold from now on.
#pragma once

#include "server/config/io_limits.h"
#include "server/io/parcel.h"

namespace baton {

struct SettingsOrder final : Parcel {
  explicit SettingsOrder(const IoLimits& limits_) : Parcel(ParcelKind::settings), limits(limits_) {}
  IoLimits limits;
};

}  // namespace baton
