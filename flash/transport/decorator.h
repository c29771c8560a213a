/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

#define HS_TYPE_DECORATOR (hs_decorator_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsDecorator, hs_decorator, HS, DECORATOR, HsTransport)

/* A transport around another one. Every request goes through; a subclass overrides what it wants
 * to see and chains up. Closing it closes the inner one. */
struct _HsDecoratorClass {
  HsTransportClass parent_class;
};

void hs_decorator_set_inner (HsDecorator *self, HsTransport *inner);
HsTransport *hs_decorator_get_inner (HsDecorator *self);

G_END_DECLS
