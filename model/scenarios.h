// Every scenario: an engine includes this once to instantiate all_scenarios() for itself.
#pragma once

#include "model/close_model.h"
#include "model/doorbell_model.h"
#include "model/mailbox_model.h"
#include "model/pause_gate_model.h"
#include "model/scenario.h"
#include "model/shared_stat_model.h"
#include "model/shutdown_model.h"
#include "model/spsc_ring_model.h"
#include "model/swap_queue_model.h"
#include "model/zoo_model.h"
