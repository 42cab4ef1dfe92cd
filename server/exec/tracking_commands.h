// CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR: the subcommands of CLIENT for client-side caching.
#pragma once

namespace baton {

struct SessionCall;

void client_tracking(SessionCall& call);
void client_caching(SessionCall& call);
void client_trackinginfo(SessionCall& call);
void client_getredir(SessionCall& call);

}  // namespace baton
