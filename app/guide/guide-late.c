/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor.h"
#include "app/guide/guide-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Nothing came for a while: the three causes that there can be, in the order to look at them. */

static void
add (HsGuide *self, const char *text, char *checked, gboolean is_it)
{
  HsGuideCause cause = { g_strdup (text), checked, is_it };

  g_array_append_val (self->causes, cause);
}

static char *
check_cable (HsGuide *self)
{
  guint n = hs_monitor_get_n_others (hs_session_get_monitor (self->session)) +
            g_list_model_get_n_items (G_LIST_MODEL (hs_session_get_monitor (self->session)));

  if (n == 0)
    return g_strdup (_ ("This computer sees no USB device at all."));
  if (self->port == NULL)
    return g_strdup_printf (ngettext ("This computer sees %u USB device, and nothing new.",
                                      "This computer sees %u USB devices, and nothing new.",
                                      n),
                            n);
  return g_strdup_printf (ngettext ("This computer sees %u USB device, and nothing on port %s.",
                                    "This computer sees %u USB devices, and nothing on port %s.",
                                    n),
                          n,
                          self->port);
}

static char *
check_power (HsGuide *self)
{
  if (self->port == NULL)
    return NULL;
  if (strchr (self->port, '.') != NULL)
    return g_strdup_printf (_ ("Port %s is behind a hub."), self->port);
  return g_strdup_printf (_ ("Port %s is the computer’s own."), self->port);
}

static char *
check_permissions (HsGuide *self, gboolean *is_it)
{
  *is_it = self->sight == HS_SIGHT_NO_ACCESS;
  if (*is_it)
    return g_strdup (_ ("Something that fits is there, and may not be opened."));
  if (hs_session_get_sim_bus (self->session) != NULL)
    return g_strdup (_ ("Not needed for simulated cameras."));
  return g_strdup (hs_doctor_rules_installed () ? _ ("Hotshoe’s udev rules are installed.")
                                                : _ ("Hotshoe’s udev rules are not installed."));
}

static void
find_causes (HsGuide *self)
{
  gboolean may_not;
  char *access = check_permissions (self, &may_not);

  g_array_set_size (self->causes, 0);
  add (self,
       _ ("The cable: many only charge. Take one that is known to carry data."),
       may_not ? NULL : check_cable (self),
       FALSE);
  add (self,
       _ ("Power: plug the camera straight into the computer, without a hub."),
       check_power (self),
       FALSE);
  add (self, _ ("Permissions: this user may not open the device."), access, may_not);
}

/* Only where something should have shown itself. */
static gboolean
is_waiting_for_something (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  if (self->state != HS_GUIDE_WAITING)
    return FALSE;
  return self->sight == HS_SIGHT_NO_ACCESS ||
         (self->sight == HS_SIGHT_NOTHING && step->wait != HS_SIGHT_NOTHING);
}

static gboolean
patience_over_cb (gpointer data)
{
  HsGuide *self = data;
  const HsGuideStep *step = hs_guide_get_step (self);

  if (!is_waiting_for_something (self)) {
    self->timer = 0;
    return G_SOURCE_REMOVE;
  }

  self->n_late++;
  find_causes (self);
  if (self->n_late >= 2 && step->if_late != NULL && self->sight == HS_SIGHT_NOTHING) {
    self->timer = 0;
    hs_guide_go (self, hs_guide_find_step (self, step->if_late));
    return G_SOURCE_REMOVE;
  }
  hs_guide_changed (self);
  return G_SOURCE_CONTINUE;
}

/* From now on; what was said about being late is over. */
void
hs_guide_wait_patiently (HsGuide *self)
{
  hs_guide_stop_waiting (self);
  if (!is_waiting_for_something (self))
    return;
  self->timer = g_timeout_add (self->patience_ms, patience_over_cb, self);
  /* That is no matter of time. */
  if (self->sight == HS_SIGHT_NO_ACCESS)
    find_causes (self);
}

void
hs_guide_stop_waiting (HsGuide *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->n_late = 0;
  g_array_set_size (self->causes, 0);
}
