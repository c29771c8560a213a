/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/device-private.h"

#include "flash/method.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * HsDevice:
 *
 * One physical camera that is attached, or was a moment ago. It stays the same object while the
 * camera goes from its firmware to its bootloader and back, as far as #HsMonitor can tell.
 */
struct _HsDevice {
  GObject parent_instance;

  HsUsbInfo *info; /* owned; the last enumeration */
  gboolean attached;
  const HsBoard *board; /* nullable */
  HsMode mode;
  char *key;  /* nullable; kept over enumerations that don't show it */
  char *form; /* nullable; of the last enumeration */
  HsIdentityStrength strength;
  HsDeviceProblem problem;
};

G_DEFINE_FINAL_TYPE (HsDevice, hs_device, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_BOARD_NAME,
  PROP_MODE,
  PROP_PORT,
  PROP_SERIAL,
  PROP_KEY,
  PROP_STRENGTH,
  PROP_PROBLEM,
  PROP_ATTACHED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const char *
get_board_name (HsDevice *self)
{
  return self->board != NULL ? _ (self->board->name) : _ ("Camera of unknown model");
}

static void
hs_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HsDevice *self = HS_DEVICE (object);

  switch (id) {
  case PROP_BOARD_NAME:
    g_value_set_string (value, get_board_name (self));
    break;
  case PROP_MODE:
    g_value_set_uint (value, self->mode);
    break;
  case PROP_PORT:
    g_value_set_string (value, self->info->port);
    break;
  case PROP_SERIAL:
    g_value_set_string (value, self->info->serial);
    break;
  case PROP_KEY:
    g_value_set_string (value, self->key);
    break;
  case PROP_STRENGTH:
    g_value_set_uint (value, self->strength);
    break;
  case PROP_PROBLEM:
    g_value_set_uint (value, self->problem);
    break;
  case PROP_ATTACHED:
    g_value_set_boolean (value, self->attached);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_device_finalize (GObject *object)
{
  HsDevice *self = HS_DEVICE (object);

  g_clear_pointer (&self->info, hs_usb_info_unref);
  g_free (self->key);
  g_free (self->form);

  G_OBJECT_CLASS (hs_device_parent_class)->finalize (object);
}

static void
hs_device_class_init (HsDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = hs_device_finalize;
  object_class->get_property = hs_device_get_property;

  props[PROP_BOARD_NAME] = g_param_spec_string ("board-name", NULL, NULL, NULL, flags);
  props[PROP_MODE] = g_param_spec_uint ("mode", NULL, NULL, 0, HS_MODE_ROM, 0, flags);
  props[PROP_PORT] = g_param_spec_string ("port", NULL, NULL, NULL, flags);
  props[PROP_SERIAL] = g_param_spec_string ("serial", NULL, NULL, NULL, flags);
  props[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);
  props[PROP_STRENGTH] =
      g_param_spec_uint ("strength", NULL, NULL, 0, HS_IDENTITY_PROVEN, 0, flags);
  props[PROP_PROBLEM] = g_param_spec_uint ("problem", NULL, NULL, 0, HS_DEVICE_UNWATCHED, 0, flags);
  props[PROP_ATTACHED] = g_param_spec_boolean ("attached", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hs_device_init (HsDevice *self)
{
}

static void
notify (HsDevice *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

/* Whether a camera of @board may show the USB id of @info. */
static gboolean
board_may_show (const HsBoard *board, const HsUsbInfo *info)
{
  return hs_board_get_mode (board, info->vid, info->pid) != HS_MODE_UNKNOWN;
}

static HsDeviceProblem
find_problem (HsDevice *self)
{
  if (self->info->no_access)
    return HS_DEVICE_NO_ACCESS;
  if (self->board == NULL)
    return HS_DEVICE_AMBIGUOUS;
  if (self->board->method == NULL)
    return HS_DEVICE_NO_METHOD;
  if (self->mode == HS_MODE_DFU && (self->board->method->flags & HS_METHOD_WATCHED))
    return HS_DEVICE_UNWATCHED;
  return HS_DEVICE_OK;
}

/* How the serial of @info stands to what is known of this camera. @evidence: it speaks for it. */
static HsAgreement
agree (HsDevice *self, HsUsbInfo *info, gboolean *evidence)
{
  HsMode mode;
  const HsBoard *board = hs_board_by_usb (info->vid, info->pid, &mode);
  g_autoptr (HsIdentity) identity = NULL;
  HsAgreement agreement = HS_AGREE_MAYBE;

  board = board != NULL ? board : self->board;
  identity = hs_identity_new (board, mode, info->serial);
  *evidence = identity->strength == HS_IDENTITY_SUGGESTED &&
              (self->key != NULL ? g_str_has_prefix (self->key, "stm32:") : self->form != NULL);
  if (self->key != NULL) {
    agreement = hs_identity_agrees (self->key, board, mode, info->serial);
    /* A full id from another source than the key's is compared with what it was before. */
    if (agreement != HS_AGREE_MAYBE || identity->key == NULL || mode != self->mode ||
        self->form == NULL)
      return agreement;
    return strcmp (identity->form, self->form) == 0 ? HS_AGREE_YES : HS_AGREE_NO;
  }

  if (identity->key != NULL) {
    agreement = hs_identity_agrees (identity->key, self->board, self->mode, self->info->serial);
    *evidence = agreement == HS_AGREE_MAYBE && self->strength == HS_IDENTITY_SUGGESTED;
    return agreement;
  }
  if (mode == self->mode && identity->form != NULL && self->form != NULL &&
      g_strcmp0 (identity->form, self->form) != 0)
    return HS_AGREE_NO;
  *evidence = *evidence && mode == self->mode;
  return HS_AGREE_MAYBE;
}

/**
 * hs_device_is_camera:
 * @info: a device on the bus
 *
 * Returns: whether its USB id is one of the board table's, if only a shared one
 */
gboolean
hs_device_is_camera (const HsUsbInfo *info)
{
  HsMode mode;

  hs_board_by_usb (info->vid, info->pid, &mode);
  return mode != HS_MODE_UNKNOWN;
}

/* Whether @info, which has just come, is this camera, which has just left. */
HsContinuity
hs_device_compare (HsDevice *self, HsUsbInfo *info)
{
  HsMode mode;
  const HsBoard *board = hs_board_by_usb (info->vid, info->pid, &mode);
  gboolean same_port = g_strcmp0 (self->info->port, info->port) == 0;
  HsAgreement agreement;
  gboolean evidence;

  if (board != NULL && self->board != NULL && board != self->board)
    return HS_CONTINUITY_NONE;
  if (board == NULL && self->board != NULL && !board_may_show (self->board, info))
    return HS_CONTINUITY_NONE;
  if (board != NULL && self->board == NULL && !board_may_show (board, self->info))
    return HS_CONTINUITY_NONE;

  agreement = agree (self, info, &evidence);
  if (agreement == HS_AGREE_NO)
    return HS_CONTINUITY_NONE;
  if (agreement == HS_AGREE_YES)
    return HS_CONTINUITY_SAME_SERIAL;
  if (same_port)
    return evidence ? HS_CONTINUITY_PORT_FORM : HS_CONTINUITY_PORT;
  return evidence ? HS_CONTINUITY_FOLDED : HS_CONTINUITY_NONE;
}

/* What is proven stays proven on its own port while the serial fits; else it is a suggestion, and
 * gives way to a full id that is shown now. */
static void
take_identity (HsDevice *self, HsContinuity continuity)
{
  g_autoptr (HsIdentity) identity = hs_identity_new (self->board, self->mode, self->info->serial);

  g_free (self->form);
  self->form = g_steal_pointer (&identity->form);
  if (self->key == NULL || (continuity == HS_CONTINUITY_PORT && identity->key != NULL)) {
    g_free (self->key);
    self->key = g_steal_pointer (&identity->key);
    self->strength = identity->strength;
    return;
  }
  if (continuity == HS_CONTINUITY_SAME_SERIAL)
    self->strength = HS_IDENTITY_PROVEN;
  else if (continuity != HS_CONTINUITY_PORT_FORM)
    self->strength = MIN (self->strength, HS_IDENTITY_SUGGESTED);
}

/* Takes over what @info says about the same camera; @continuity tells how that is known. */
static void
take_info (HsDevice *self, HsUsbInfo *info, HsContinuity continuity)
{
  const HsBoard *board = hs_board_by_usb (info->vid, info->pid, &self->mode);
  HsUsbInfo *last = self->info;

  self->info = hs_usb_info_ref (info);
  self->board = board != NULL ? board : self->board;
  self->attached = TRUE;
  take_identity (self, continuity);
  self->problem = find_problem (self);
  g_clear_pointer (&last, hs_usb_info_unref);
}

/* Returns: (transfer full): a camera seen for the first time */
HsDevice *
hs_device_new (HsUsbInfo *info)
{
  HsDevice *self = g_object_new (HS_TYPE_DEVICE, NULL);

  take_info (self, info, HS_CONTINUITY_NONE);
  return self;
}

/**
 * hs_device_new_awaited:
 * @board: which model is awaited
 * @port: where
 *
 * For a job that waits for a person to plug the camera in.
 *
 * Returns: (transfer full): a device that is not attached
 */
HsDevice *
hs_device_new_awaited (const HsBoard *board, const char *port)
{
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();
  HsDevice *self;

  info->port = g_strdup (port);
  info->vid = board->app_ids[0].vid;
  info->pid = board->app_ids[0].pid;
  self = hs_device_new (info);
  hs_device_detach (self);
  return self;
}

/**
 * hs_device_new_bridge:
 * @board: which model lies behind it
 * @info: a serial adapter, one of the board's bridge_ids
 *
 * A camera whose chip answers through a serial adapter only: what is on the bus is the adapter.
 *
 * Returns: (transfer full): a camera in its ROM that nothing is known of
 */
HsDevice *
hs_device_new_bridge (const HsBoard *board, HsUsbInfo *info)
{
  HsDevice *self = g_object_new (HS_TYPE_DEVICE, NULL);

  self->info = hs_usb_info_ref (info);
  self->board = board;
  self->mode = HS_MODE_ROM;
  self->attached = TRUE;
  self->problem = HS_DEVICE_OK;
  return self;
}

/* The camera is back, as @info; hs_device_compare() said so. */
void
hs_device_attach (HsDevice *self, HsUsbInfo *info)
{
  HsContinuity continuity = hs_device_compare (self, info);

  g_object_freeze_notify (G_OBJECT (self));
  take_info (self, info, continuity);
  for (guint prop = PROP_0 + 1; prop < N_PROPS; prop++)
    notify (self, prop);
  g_object_thaw_notify (G_OBJECT (self));
}

/* The same enumeration, better known: its serial port was found meanwhile. */
void
hs_device_refresh (HsDevice *self, HsUsbInfo *info)
{
  HsUsbInfo *last = self->info;

  if (info == last)
    return;
  self->info = hs_usb_info_ref (info);
  hs_usb_info_unref (last);
}

/* The camera has left the bus. What it was stays readable. */
void
hs_device_detach (HsDevice *self)
{
  if (!self->attached)
    return;

  self->attached = FALSE;
  notify (self, PROP_ATTACHED);
}

/* Returns: (nullable): %NULL if the USB id does not tell which board it is */
const HsBoard *
hs_device_get_board (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->board;
}

HsMode
hs_device_get_mode (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), HS_MODE_UNKNOWN);

  return self->mode;
}

/* The path of hub ports it is on, or was last. */
const char *
hs_device_get_port (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->info->port;
}

/* Returns: (nullable): the USB serial string as it is shown now */
const char *
hs_device_get_serial (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->info->serial;
}

/* Returns: (nullable): "scheme:VALUE" of the unit, once it has shown or proven it */
const char *
hs_device_get_key (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->key;
}

/* Returns: (nullable): the catalog's row key of the serial that is shown now */
const char *
hs_device_get_form (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->form;
}

HsIdentityStrength
hs_device_get_strength (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), HS_IDENTITY_UNKNOWN);

  return self->strength;
}

HsDeviceProblem
hs_device_get_problem (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), HS_DEVICE_OK);

  return self->problem;
}

/* The problem's name in JSON; part of the documented closed list. */
const char *
hs_device_problem_name (HsDeviceProblem problem)
{
  static const char *const names[] = {
    "none", "no-permission", "not-possible", "ambiguous", "replug"
  };

  g_return_val_if_fail (problem < G_N_ELEMENTS (names), "none");

  return names[problem];
}

gboolean
hs_device_get_attached (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), FALSE);

  return self->attached;
}

/* bcdDevice: the bootloader's version while it runs. */
guint16
hs_device_get_bcd_device (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), 0);

  return self->info->bcd_device;
}

/* Returns: (transfer none): the last enumeration; a new one each time it re-enumerates */
HsUsbInfo *
hs_device_get_info (HsDevice *self)
{
  g_return_val_if_fail (HS_IS_DEVICE (self), NULL);

  return self->info;
}

/**
 * hs_device_set_key:
 * @self: a camera
 * @key: "scheme:VALUE"
 *
 * A job has proven which unit it is.
 */
void
hs_device_set_key (HsDevice *self, const char *key)
{
  g_return_if_fail (HS_IS_DEVICE (self));
  g_return_if_fail (key != NULL);

  if (g_strcmp0 (self->key, key) == 0 && self->strength == HS_IDENTITY_PROVEN)
    return;

  g_free (self->key);
  self->key = g_strdup (key);
  self->strength = HS_IDENTITY_PROVEN;
  notify (self, PROP_KEY);
  notify (self, PROP_STRENGTH);
}
