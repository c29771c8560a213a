/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/version.h"

#include "flash/error.h"
#include "flash/protocol/debug.h"
#include "flash/protocol/repl.h"

#include <string.h>

/* Milliseconds of the camera's time. */
enum { RESTART_MS = 2000, COME_BACK_MS = 15000 };

/* Just started firmware may still format its filesystem, for seconds, before it answers. */
#define N_PROBES 3

/* Frees what @self holds, not @self. */
void
hs_version_clear (HsVersion *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->board_key, g_free);
  self->kind = HS_VERSION_NONE;
}

static gboolean
is_gone (HsCamera *camera, GError **error)
{
  if (hs_camera_is_attached (camera))
    return FALSE;

  hs_camera_close (camera);
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_GONE,
               "The camera on port %s left the bus",
               hs_camera_get_port (camera));
  return TRUE;
}

static void
ask_number (HsCamera *camera, HsVersion *version, GCancellable *cancellable)
{
  g_autoptr (HsDebug) debug = NULL;
  g_autofree char *id = NULL;

  for (guint n = 0; debug == NULL && n < N_PROBES && hs_camera_is_attached (camera); n++)
    debug = hs_debug_probe (hs_camera_get_transport (camera), cancellable, NULL);
  if (debug == NULL)
    return;

  version->kind = HS_VERSION_NUMBER;
  version->text = hs_debug_dup_version (debug);
  id = hs_debug_get_board_id (debug, NULL);
  if (id != NULL)
    version->board_key = hs_identity_key_from_board_id (hs_camera_get_board (camera), id);
}

/* "3.4.0; OpenMV v5.0.0-34.gcbbb877eda; MicroPython …": the tag of OpenMV; nullable. */
static char *
take_tag (const char *sys_version)
{
  const char *start = strstr (sys_version, "OpenMV ");
  gsize length;

  if (start == NULL)
    return NULL;
  start += strlen ("OpenMV ");
  length = strcspn (start, "; \r\n");
  return length > 0 ? g_strndup (start, length) : NULL;
}

/* Ctrl-C has stopped the product: it is started again whether or not it answered. */
static gboolean
ask_text (HsCamera *camera, HsVersion *version, GCancellable *cancellable, GError **error)
{
  HsTransport *transport = hs_camera_get_transport (camera);
  g_autofree char *answer = NULL;
  g_autofree char *tag = NULL;

  if (!hs_repl_enter (transport, cancellable, NULL))
    return TRUE;

  answer = hs_repl_run (transport, HS_REPL_SYS_VERSION, cancellable, NULL);
  tag = answer != NULL ? take_tag (answer) : NULL;
  if (tag != NULL) {
    g_free (version->text);
    version->text = g_steal_pointer (&tag);
    version->kind = HS_VERSION_TEXT;
  }

  return hs_repl_run_last (transport, HS_REPL_RESET, error) &&
         hs_camera_await_gone (camera, RESTART_MS, cancellable, error) &&
         hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}

/**
 * hs_version_ask:
 * @camera: a camera whose application runs
 * @best: the strongest evidence that is allowed; %HS_VERSION_TEXT stops the product and restarts it
 * @version: (out): to be cleared with hs_version_clear()
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_GONE, %HS_FLASH_ERROR_AWAY or %HS_FLASH_ERROR_WRONG_UNIT after the
 *   restart, %G_IO_ERROR_CANCELLED
 *
 * Asks the running firmware which version it is. A camera that does not answer, or whose serial
 * port can't be opened, still gives %HS_VERSION_USB: that is evidence of another kind, no error.
 * Blocks; the camera is closed afterwards.
 */
gboolean
hs_version_ask (HsCamera *camera,
                HsVersionKind best,
                HsVersion *version,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean done = TRUE;

  g_return_val_if_fail (HS_IS_CAMERA (camera), FALSE);

  *version = (HsVersion){ 0 };
  if (is_gone (camera, error))
    return FALSE;
  if (hs_camera_get_mode (camera) != HS_MODE_APP || best == HS_VERSION_NONE)
    return TRUE;

  version->kind = HS_VERSION_USB;
  if (best == HS_VERSION_USB)
    return TRUE;
  if (hs_camera_open (camera, HS_OPEN_SERIAL, NULL) == NULL)
    return !is_gone (camera, error);

  ask_number (camera, version, cancellable);
  if (!g_cancellable_is_cancelled (cancellable) && best == HS_VERSION_TEXT)
    done = ask_text (camera, version, cancellable, &local);
  hs_camera_close (camera);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!done) {
    g_propagate_prefixed_error (error, g_steal_pointer (&local), "After asking for the version: ");
    return FALSE;
  }
  return !is_gone (camera, error);
}

static const char *const kind_names[] = { "none", "usb", "number", "text" };

/* The word in JSON and in the journal. */
const char *
hs_version_kind_name (HsVersionKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), "none");

  return kind_names[kind];
}

/* %HS_VERSION_NONE if @name is no kind. */
HsVersionKind
hs_version_kind_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (g_strcmp0 (kind_names[i], name) == 0)
      return i;
  return HS_VERSION_NONE;
}

const char *
hs_verdict_name (HsVerdict verdict)
{
  static const char *const names[] = { "not comparable", "equal", "differs" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (names), names[0]);

  return names[verdict];
}
