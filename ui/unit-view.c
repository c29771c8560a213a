/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-view.h"

#include "ui/flash-strip.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/unit-parts.h"
#include "ui/unit-state.h"

#include <glib/gi18n-lib.h>

enum { MAX_RUNS = 12 }; /* shown; the journal has all */

struct _HsUnitView {
  GtkBox parent_instance;

  GtkLabel *title;
  GtkLabel *chip;
  GtkLabel *board;
  GtkWidget *serial;
  GtkWidget *product;
  GtkLabel *owner;
  GtkWidget *why_not;
  GtkWidget *warning;
  GtkLabel *warning_text;
  GtkButton *repair;
  GtkWidget *release;
  GtkLabel *release_name;
  HsFlashStrip *strip;
  AdwBin *contents;
  AdwBin *identities;
  GtkLabel *n_runs;
  AdwBin *runs;
  GtkWidget *more;

  HsSession *session;   /* owned */
  HsUnitDetail *detail; /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (HsUnitView, hs_unit_view, GTK_TYPE_BOX)

/* -- who it is, where it is ------------------------------------------------------------------ */

static void
show_place (HsUnitView *self)
{
  HsUnit *unit = self->detail->unit;
  HsSlot *slot = hs_unit_find_slot (self->session, hs_unit_get_id (unit));
  const char *meaning = NULL;
  const char *state = hs_unit_chip_text (unit, &meaning);
  g_autofree char *place = slot == NULL ? NULL
                           : hs_unit_has_left_bench (unit)
                               ? g_strdup_printf ("%s · %s", state, hs_slot_get_name (slot))
                               : g_strdup_printf (_ ("on bench · %s"), hs_slot_get_name (slot));
  HsUnitWarning warning;
  gboolean warned = hs_unit_find_warning (self->detail, slot != NULL, &warning);
  g_autofree char *markup = warning.markup;

  gtk_label_set_label (self->chip, place != NULL ? place : state);
  hs_piece_set_meaning (GTK_WIDGET (self->chip),
                        place != NULL && !hs_unit_has_left_bench (unit) ? "work" : meaning);
  gtk_widget_set_visible (self->why_not, slot == NULL);

  gtk_widget_set_visible (self->warning, warned);
  gtk_label_set_markup (self->warning_text, warned ? markup : "");
  gtk_button_set_label (self->repair, warned ? warning.verb : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->repair), warned ? warning.action : NULL);
  hs_unit_view_update_actions (self, slot != NULL);
}

/* "At customer 1 · order 17 · shipped 3 November" */
static void
show_owner (HsUnitView *self)
{
  HsUnit *unit = self->detail->unit;
  const char *party = hs_unit_get_party_name (unit);
  const char *order = hs_unit_get_order (unit);
  g_autofree char *day = hs_format_day (hs_unit_get_shipped (unit));
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean shipped = g_strcmp0 (hs_unit_get_state (unit), "shipped") == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->owner), shipped);
  if (!shipped)
    return;

  g_string_append_printf (
      text, _ ("At %s"), party != NULL && *party != '\0' ? party : _ ("a customer without a name"));
  if (order != NULL && *order != '\0')
    g_string_append_printf (text, _ (" · order %s"), order);
  if (*day != '\0')
    g_string_append_printf (text, _ (" · shipped: %s"), day);
  gtk_label_set_label (self->owner, text->str);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->owner), text->str);
}

static void
show_product_serial (HsUnitView *self)
{
  const char *serial = hs_unit_get_serial (self->detail->unit);
  g_autofree char *markup = NULL;

  hs_piece_clear (self->product);
  gtk_widget_set_visible (self->product, serial != NULL);
  if (serial == NULL)
    return;

  markup = g_markup_printf_escaped ("%s", serial);
  gtk_box_append (GTK_BOX (self->product), hs_piece_label (_ ("Product serial"), "dim-label"));
  gtk_box_append (GTK_BOX (self->product), hs_piece_copy (markup, _ ("product serial"), serial));
  hs_piece_set_classes (gtk_widget_get_last_child (self->product), "headline");
}

static void
show_head (HsUnitView *self, const HsBoard *board)
{
  HsUnit *unit = self->detail->unit;
  g_autofree char *name = hs_format_unit_name (unit);
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  g_autofree char *markup = hs_format_serial_markup (hs_unit_get_id (unit));
  GtkWidget *serial = hs_piece_copy (markup, _ ("serial"), digits);

  gtk_label_set_label (self->title, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), name);
  gtk_label_set_label (self->board,
                       board != NULL ? hs_format_board_name (board->id) : hs_unit_get_board (unit));
  gtk_widget_add_css_class (serial, "serial");
  hs_piece_clear (self->serial);
  gtk_box_append (GTK_BOX (self->serial), serial);
}

/* -- what it carries ------------------------------------------------------------------------- */

static void
show_release (HsUnitView *self)
{
  HsRelease *release = self->detail->release;
  g_autofree char *name = NULL;
  g_autofree char *spoken = NULL;

  gtk_widget_set_visible (self->release, release != NULL);
  if (release == NULL)
    return;

  name = g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
  spoken = g_strdup_printf (_ ("Show release %s"), name);
  gtk_label_set_label (self->release_name, name);
  hs_piece_name (self->release, spoken);
  gtk_widget_set_tooltip_text (self->release, spoken);
  gtk_actionable_set_action_target (
      GTK_ACTIONABLE (self->release), "s", hs_release_get_id (release));
  /* After its target: an action that wants one complains as long as there is none. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->release), "win.show-release");
}

static void
show_runs (HsUnitView *self)
{
  GPtrArray *runs = self->detail->runs;
  guint shown = MIN (runs->len, MAX_RUNS);
  g_autofree char *some = hs_format_count (shown);
  g_autofree char *all = hs_format_count (MAX (hs_unit_get_n_runs (self->detail->unit), runs->len));
  /* Translators: how many are shown, and how many there are */
  g_autofree char *count = g_strdup_printf (_ ("%s of %s"), some, all);

  gtk_label_set_label (self->n_runs, shown > 0 ? count : "");
  adw_bin_set_child (self->runs, hs_unit_runs_new (runs, MAX_RUNS));
}

static void
add_panel (HsUnitView *self, GtkWidget *panel)
{
  if (panel != NULL)
    gtk_box_append (GTK_BOX (self->more), panel);
}

static void
show_more (HsUnitView *self)
{
  const HsStory *story = self->detail->story;

  hs_piece_clear (self->more);
  if (story != NULL) {
    add_panel (self, hs_unit_shipments_new (story));
    add_panel (self, hs_unit_numbers_new (story));
    add_panel (self, hs_unit_remarks_new (story));
    add_panel (self, hs_unit_files_new (story));
  }
  add_panel (self,
             hs_unit_health_new (self->detail->runs,
                                 story,
                                 hs_board_by_id (hs_unit_get_board (self->detail->unit))));
  if (story != NULL)
    add_panel (self, hs_unit_held_new (story));
  gtk_widget_set_visible (self->more, gtk_widget_get_first_child (self->more) != NULL);
}

/* -- the whole ------------------------------------------------------------------------------- */

/**
 * hs_unit_view_set_detail:
 * @self: a view
 * @detail: (nullable): what to show
 *
 * Shows a unit as the catalog has it.
 */
void
hs_unit_view_set_detail (HsUnitView *self, HsUnitDetail *detail)
{
  const char *board_id;
  const HsBoard *board;

  g_return_if_fail (HS_IS_UNIT_VIEW (self));

  g_clear_pointer (&self->detail, hs_unit_detail_unref);
  gtk_widget_set_visible (GTK_WIDGET (self), detail != NULL);
  if (detail == NULL)
    return;

  self->detail = hs_unit_detail_ref (detail);
  board_id = hs_unit_get_board (detail->unit);
  board = board_id != NULL ? hs_board_by_id (board_id) : NULL;
  show_head (self, board);
  show_product_serial (self);
  show_owner (self);
  show_place (self);
  show_release (self);
  hs_flash_strip_set_unit (self->strip, board, detail->unit);
  gtk_widget_set_visible (GTK_WIDGET (self->strip), board != NULL && board->n_partitions > 0);
  adw_bin_set_child (self->contents, hs_unit_contents_new (detail->unit, board));
  adw_bin_set_child (self->identities, hs_unit_identities_new (detail->unit));
  show_runs (self);
  show_more (self);
}

HsSession *
hs_unit_view_get_session (HsUnitView *self)
{
  g_return_val_if_fail (HS_IS_UNIT_VIEW (self), NULL);

  return self->session;
}

HsUnitDetail *
hs_unit_view_get_detail (HsUnitView *self)
{
  g_return_val_if_fail (HS_IS_UNIT_VIEW (self), NULL);

  return self->detail;
}

static void
slots_changed_cb (HsUnitView *self)
{
  if (self->detail != NULL)
    show_place (self);
}

static void
hs_unit_view_dispose (GObject *object)
{
  HsUnitView *self = HS_UNIT_VIEW (object);

  g_clear_pointer (&self->detail, hs_unit_detail_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_unit_view_parent_class)->dispose (object);
}

static void
hs_unit_view_class_init (HsUnitViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_unit_view_dispose;
  g_type_ensure (HS_TYPE_FLASH_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("unit-view"));
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, title);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, chip);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, board);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, serial);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, product);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, owner);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, why_not);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, warning);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, warning_text);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, repair);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, release);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, release_name);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, strip);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, contents);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, identities);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, n_runs);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, runs);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, more);
  hs_unit_view_class_install_actions (widget_class);
}

static void
hs_unit_view_init (HsUnitView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
hs_unit_view_new (HsSession *session)
{
  HsUnitView *self = g_object_new (HS_TYPE_UNIT_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (hs_session_get_slots (session),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_monitor (session),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
