// The bug zoo: hand-off defects of other servers, each rebuilt as a variant of a small correct program.
//
// A scenario here is the right way to do something that another server got wrong; a defect, named by its row
// in docs/bug-zoo.md, is the way that went wrong there. Those that the scenarios of the primitives have
// already (a pause resumed too early, a reply handed back last in first out, ...) are not repeated.
// `registration` is of the same kind, and its defects stand in no history that the page was made from.
//
// Always      Each program does what it says, without race, lost wake-up, deadlock or livelock.
// Must fail   Each defect, by name. No weakenings of the primitives are aimed at here.
#pragma once

#include <span>
#include <vector>

#include "model/scenario.h"
#include "model/zoo/zoo_jobs.h"
#include "model/zoo/zoo_links.h"
#include "model/zoo/zoo_memory.h"
#include "model/zoo/zoo_order.h"
#include "model/zoo/zoo_registration.h"
#include "model/zoo/zoo_sessions.h"
#include "model/zoo/zoo_waking.h"

namespace baton::model {

template <class Engine>
std::vector<Scenario> zoo_scenarios() {
  using namespace zoo_model;
  using S2 = typename Engine::template Sync<2>;
  using S3 = typename Engine::template Sync<3>;
  const std::vector<Search> hunt = {bound(2, 20'000), random(20'000)};
  const std::vector<Search> searches = {bound(3, 300'000), random(100'000)};
  const std::vector<Search> quick = {bound(1, 10'000), random(10'000)};
  std::vector<Scenario> all;
  const auto add = [&]<class Program>(const char* name, Size size, std::span<const char* const> defects) {
    all.push_back(scenario_of<Engine, Program>(name, size, {}, defects, searches, quick, hunt));
  };
  const auto one = Size::kOneRound;
  add.template operator()<Lockless<S2>>("zoo_lockless", one, kLocklessDefects);
  add.template operator()<TellInOutbox<S2>>("zoo_tell_in_outbox", one, kOutboxDefects);
  add.template operator()<PrivateQueue<S2>>("zoo_private_queue", one, kPrivateDefects);
  add.template operator()<Crossing<S2>>("zoo_crossing", one, kRoomDefects);
  add.template operator()<JobRing<S2>>("zoo_job_ring", one, kJobRingDefects);
  add.template operator()<Completed<S2>>("zoo_completed", one, kCompletedDefects);
  add.template operator()<Reserved<S2>>("zoo_reserved", one, kTicketDefects);
  add.template operator()<Bookmark<S2>>("zoo_bookmark", one, kBookmarkDefects);
  add.template operator()<Away<S2>>("zoo_away", one, kAwayDefects);
  add.template operator()<Listed<S3>>("zoo_listed", one, kListedDefects);
  add.template operator()<Batch<S2>>("zoo_batch", one, kBatchDefects);
  add.template operator()<Gone<S2>>("zoo_gone", one, kGoneDefects);
  add.template operator()<Moved<S3>>("zoo_moved", one, kMovedDefects);
  add.template operator()<Value<S2>>("zoo_value", one, kValueDefects);
  add.template operator()<Words<S2>>("zoo_words", one, kWordDefects);
  add.template operator()<Durable<S2>>("zoo_durable", one, kDurableDefects);
  add.template operator()<Limit<S2>>("zoo_limit", one, kLimitDefects);
  add.template operator()<Walk<S3>>("zoo_walk", one, kWalkDefects);
  add.template operator()<Retry<S2>>("zoo_retry", one, kRetryDefects);
  add.template operator()<Leftover<S2>>("zoo_leftover", one, kLeftoverDefects);
  add.template operator()<Kept<S2>>("zoo_kept", one, kKeptDefects);
  add.template operator()<Parked<S2>>("zoo_parked", one, kParkedDefects);
  add.template operator()<Bound<S2>>("zoo_bound", one, kBoundDefects);
  add.template operator()<Primary<S2>>("zoo_primary", one, kPrimaryDefects);
  add.template operator()<Named<S2>>("zoo_named", one, kNamedDefects);
  add.template operator()<Registration<S3>>("registration", one, kRegistrationDefects);
  return all;
}

}  // namespace baton::model
