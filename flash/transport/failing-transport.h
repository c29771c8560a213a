/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"
#include "flash/transport/decorator.h"

G_BEGIN_DECLS

/**
 * HsFault:
 * @nth: which request fails, from 1; 0 never
 * @code: how
 * @late: the request is carried out first, only its answer is lost
 * @n_requests: how many were made so far
 *
 * A failure on demand. One fault may be shared by the transports that a job opens one after the
 * other, so that the n-th request of the whole job fails. send, receive, set_alternate, transfer,
 * clear_halt, write and read count. After %HS_FLASH_ERROR_GONE every later request of that
 * transport fails alike; any other code strikes once.
 */
typedef struct {
  guint nth;
  HsFlashError code;
  gboolean late;
  int n_requests; /* atomic */
} HsFault;

HsFault *hs_fault_new (guint nth, HsFlashError code);
HsFault *hs_fault_ref (HsFault *self);
void hs_fault_unref (HsFault *self);
guint hs_fault_get_n_requests (HsFault *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsFault, hs_fault_unref)

#define HS_TYPE_FAILING_TRANSPORT (hs_failing_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsFailingTransport, hs_failing_transport, HS, FAILING_TRANSPORT, HsDecorator)

HsTransport *hs_failing_transport_new (HsTransport *inner, HsFault *fault);

G_END_DECLS
