/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/bus.h"

#include "tests/toy-camera.h"

G_BEGIN_DECLS

/**
 * ToyBus:
 *
 * A bus with toy cameras in virtual time, on the test's own thread: just enough bootloader and
 * firmware to see what a method does and to break it at will. The serious model is HsSimBus.
 */
#define TOY_TYPE_BUS (toy_bus_get_type ())
G_DECLARE_FINAL_TYPE (ToyBus, toy_bus, TOY, BUS, HsBus)

/* What a person does when nothing else would ever happen. */
typedef void (*ToyHands) (ToyBus *self, gpointer user_data);

ToyBus *toy_bus_new (void);
ToyCamera *
toy_bus_add (ToyBus *self, const char *port, const HsBoard *board, const ToyPartition *layout);
void toy_bus_set_hands (ToyBus *self, ToyHands hands, gpointer user_data);
ToyClock *toy_bus_get_clock (ToyBus *self);

G_END_DECLS
