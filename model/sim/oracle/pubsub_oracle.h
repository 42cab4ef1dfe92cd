// Publish/subscribe as the clients saw it: whatever the server's order of execution.
//
// For each message (they are all different) and each connection:
// - it comes only from a PUBLISH that was asked for before, on its channel, with its kind;
// - it comes only while the connection has that subscription, by the confirmations in its own stream;
// - it comes once for each subscription that matches, and the messages of one publisher in the order they
// were sent;
// - it comes at all, if the subscription was confirmed before the PUBLISH was sent, no unsubscription was
// asked for
//   before its answer, and the connection lived to the end;
// - no more copies arrive than the PUBLISH was told of.
#pragma once

#include "model/sim/oracle/history.h"
#include "model/sim/oracle/verdict.h"

namespace baton::sim {

// `at_rest`: the run came to rest without an open request, so that what has not arrived is lost.
[[nodiscard]] Verdict check_pubsub(const History& history, bool at_rest);

}  // namespace baton::sim
