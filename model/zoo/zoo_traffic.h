// The zoo: how its scenarios sleep, give and take.
#pragma once

#include <cstddef>

#include "model/run.h"
#include "model/traffic.h"
#include "queues/doorbell.h"
#include "queues/mailbox.h"

namespace baton::model::zoo_model {

using Ring = RingQueue<2>;

template <class Sync>
using Mail = Mailbox<Session<Sync>, Ring, Sync>;

template <class Sync, class HasWork>
void sleep_if_idle(Doorbell<Sync>& bell, HasWork has_work) {
  if (!bell.prepare_to_sleep(has_work)) return;
  bell.bell().wait();
  bell.woke();
}

// Takes so many sessions from a mailbox, each given to `f`.
template <class Sync, class F>
void take(Doorbell<Sync>& bell, Mail<Sync>& mail, std::size_t count, F f) {
  for (;;) {
    count -= mail.drain(count, f);
    if (count == 0) return;
    sleep_if_idle(bell, [&] { return mail.has_mail(); });
  }
}

template <class Sync>
void give(Mail<Sync>& mail, Session<Sync>& session) {
  mail.post(hold(session));
  require(mail.flush(), "refused with room");
}

}  // namespace baton::model::zoo_model
