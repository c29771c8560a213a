/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/bench-bar.h"

#include "app/which-board.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/offer.h"
#include "ui/piece.h"
#include "ui/release-words.h"
#include "ui/slot-actions.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

enum { MAX_BUILDS = 100 };

struct _HsBenchBar {
  GtkBox parent_instance;

  GtkMenuButton *loaded;
  GtkLabel *name;
  GtkLabel *why;
  GtkWidget *more;
  GtkButton *go;
  GtkPopover *builds;
  GtkLabel *none;
  GtkWidget *scroll;
  GtkListBox *list;

  HsSession *session;
  GPtrArray *shown; /* (nullable): HsOffer, in the order of @list's rows */
  GPtrArray *read;  /* (nullable): HsOffer; owns those of @shown */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsBenchBar, hs_bench_bar, GTK_TYPE_BOX)

/* -- which cameras ---------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *all;     /* chosen, whether they can take the build or not */
  GPtrArray *chosen;  /* those of them that can */
  GPtrArray *ready;   /* are taken while none is chosen */
  HsSlot *unfit;      /* (nullable): chosen, and can't take it */
  char *unfit_reason; /* (nullable) */
  HsSlot *first;      /* (nullable): a camera that can't take it */
  char *first_reason;
} Targets;

static void
targets_clear (Targets *self)
{
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->chosen, g_ptr_array_unref);
  g_clear_pointer (&self->ready, g_ptr_array_unref);
  g_free (self->unfit_reason);
  g_free (self->first_reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Targets, targets_clear)

static void
take_slot (Targets *self, HsSlot *slot)
{
  g_autofree char *reason = NULL;

  if (hs_slot_get_chosen (slot) && hs_slot_can_choose (slot))
    g_ptr_array_add (self->all, g_object_ref (slot));
  if (hs_slot_can_flash (slot, &reason)) {
    if (hs_slot_is_ready (slot))
      g_ptr_array_add (self->ready, g_object_ref (slot));
    if (hs_slot_get_chosen (slot) && hs_slot_can_choose (slot))
      g_ptr_array_add (self->chosen, g_object_ref (slot));
    return;
  }
  if (hs_slot_get_device (slot) == NULL || reason == NULL)
    return;

  if (hs_slot_get_chosen (slot) && self->unfit == NULL) {
    self->unfit = slot;
    self->unfit_reason = g_strdup (reason);
  }
  if (self->first == NULL) {
    self->first = slot;
    self->first_reason = g_steal_pointer (&reason);
  }
}

static void
targets_init (Targets *self, HsSession *session)
{
  GListModel *slots = hs_session_get_slots (session);

  *self = (Targets){ .all = g_ptr_array_new_with_free_func (g_object_unref),
                     .chosen = g_ptr_array_new_with_free_func (g_object_unref),
                     .ready = g_ptr_array_new_with_free_func (g_object_unref) };
  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    take_slot (self, slot);
  }
}

/* What the blue button takes: what is chosen, else all that are ready. */
static GPtrArray *
to_flash (const Targets *targets)
{
  return targets->all->len > 0 ? targets->chosen : targets->ready;
}

/* All that are chosen, also what can't take the build: a wizard names them with the reason. */
GPtrArray *
hs_bench_bar_dup_targets (HsBenchBar *self)
{
  g_auto (Targets) targets = { NULL };

  g_return_val_if_fail (HS_IS_BENCH_BAR (self), NULL);

  targets_init (&targets, self->session);
  return g_ptr_array_ref (targets.all->len > 0 ? targets.all : targets.ready);
}

/* -- the line of text and the button ---------------------------------------------------------- */

static char *
join_names (GPtrArray *slots)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < slots->len; i++) {
    g_autofree char *safe = g_markup_escape_text (hs_slot_get_name (slots->pdata[i]), -1);

    g_string_append_printf (names, "%s<b>%s</b>", i > 0 ? ", " : "", safe);
  }
  return g_string_free (names, FALSE);
}

/* A camera that was chosen and can't take it is named, never silently left out. */
static char *
why_unfit (const Targets *targets)
{
  guint others = targets->all->len - targets->chosen->len - 1;
  g_autofree char *more = NULL;

  if (others == 0)
    return g_markup_printf_escaped (
        "<b>%s</b>: %s", hs_slot_get_name (targets->unfit), targets->unfit_reason);
  /* Translators: how many more cameras can't take a build */
  more = g_strdup_printf (ngettext ("and %u more", "and %u more", others), others);
  return g_markup_printf_escaped (
      "<b>%s</b>: %s, %s", hs_slot_get_name (targets->unfit), targets->unfit_reason, more);
}

static char *
why_none (HsBenchBar *self, const Targets *targets)
{
  if (hs_session_get_loaded (self->session) == NULL)
    return g_strdup (_ ("Load a build first"));
  if (targets->unfit != NULL)
    return why_unfit (targets);
  if (targets->first != NULL)
    return g_markup_printf_escaped (
        "<b>%s</b>: %s", hs_slot_get_name (targets->first), targets->first_reason);
  return g_strdup (_ ("No camera here is ready"));
}

static char *
why_these (const Targets *targets)
{
  gboolean chosen = targets->all->len > 0;
  GPtrArray *slots = to_flash (targets);
  g_autofree char *names = join_names (slots);

  if (targets->unfit != NULL)
    return why_unfit (targets);
  if (chosen)
    /* Translators: names of slots: 2 chosen: left 1, left 3 */
    return g_strdup_printf (
        ngettext ("%u chosen: %s", "%u chosen: %s", slots->len), slots->len, names);
  return g_strdup_printf (
      /* Translators: names of slots: 3 ready: left 1, left 3, right 1 */
      ngettext ("%u ready: %s", "%u ready: %s", slots->len),
      slots->len,
      names);
}

static void
update_loaded (HsBenchBar *self)
{
  HsBuild *build = hs_session_get_loaded (self->session);
  HsRelease *release = hs_session_get_release (self->session);
  g_autofree char *markup = NULL;
  g_autofree char *spoken = NULL;

  if (release != NULL) {
    g_autofree char *title = hs_release_dup_title (release);

    markup = g_markup_printf_escaped (
        "<b>%s</b>  <span alpha='60%%'>%s</span>", title, _ ("release, locked"));
    spoken = g_strdup_printf (_ ("Release on the bench: %s"), title);
  } else if (build == NULL) {
    markup = g_markup_printf_escaped ("<b>%s</b>", _ ("Load a build"));
    spoken = g_strdup (_ ("Build on the bench: none"));
  } else {
    const char *board = hs_format_board_name (hs_build_get_board (build));
    g_autofree char *built_day = hs_format_iso_day (hs_build_get_built (build));
    g_autofree char *built = hs_build_get_built (build) != NULL
                                 /* Translators: board, and the day when a build was made */
                                 ? g_strdup_printf (_ ("%s · built %s"), board, built_day)
                                 : g_strdup (board);

    markup = g_markup_printf_escaped (
        "<b>%s</b>  <span alpha='60%%'>%s</span>", hs_build_get_name (build), built);
    spoken = g_strdup_printf (_ ("Build on the bench: %s"), hs_build_get_name (build));
  }
  gtk_label_set_markup (self->name, markup);
  hs_piece_name (GTK_WIDGET (self->loaded), spoken);
}

/**
 * hs_bench_bar_update:
 * @self: a bar
 *
 * Call after a slot or the loaded build changed.
 */
void
hs_bench_bar_update (HsBenchBar *self)
{
  g_auto (Targets) targets = { NULL };
  g_autofree char *why = NULL;
  g_autofree char *verb = NULL;
  GtkRoot *root;
  guint n;

  g_return_if_fail (HS_IS_BENCH_BAR (self));

  targets_init (&targets, self->session);
  n = to_flash (&targets)->len;
  why = n > 0 ? why_these (&targets) : why_none (self, &targets);
  verb = n > 0 ? g_strdup_printf (ngettext ("Flash %u Camera…", "Flash %u Cameras…", n), n)
               : g_strdup (_ ("Flash…"));

  gtk_label_set_label (self->why, why);
  gtk_widget_set_visible (self->more, targets.all->len > 0);
  if (g_strcmp0 (gtk_button_get_label (self->go), verb) != 0)
    gtk_button_set_label (self->go, verb);
  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (HS_IS_WINDOW (root))
    gtk_widget_action_set_enabled (GTK_WIDGET (root), "win.flash", n > 0);
}

/* -- the menu of builds ----------------------------------------------------------------------- */

static gpointer
list_offers_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_offers_read (catalog, NULL, MAX_BUILDS, cancellable, error);
}

static gboolean
fits_a_camera (HsBenchBar *self, const HsOffer *offer)
{
  GListModel *slots = hs_session_get_slots (self->session);
  gboolean any = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    HsDevice *device = hs_slot_get_device (slot);
    const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

    if (device == NULL)
      continue;
    any = TRUE;
    /* Which board a shared bootloader is, only the build tells. */
    if (board != NULL ? hs_offer_fits (offer, board->id)
                      : hs_which_board (device, offer->build, offer->release) != NULL)
      return TRUE;
  }
  return !any; /* an empty bench may be prepared for any board */
}

static void
add_offer_row (HsBenchBar *self, const HsOffer *offer)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gboolean release = offer->release != NULL;
  g_autofree char *title = hs_offer_dup_title (offer);
  g_autofree char *boards = hs_offer_dup_boards (offer);
  g_autofree char *spoken = release ? g_strdup_printf (_ ("Release %s, %s"), title, boards)
                                    : g_strdup_printf ("%s, %s", title, boards);
  GtkWidget *name = hs_piece_label (title, "heading");
  GtkWidget *what = hs_piece_label (boards, "dim-label caption");
  GtkWidget *here = hs_piece_icon ("object-select-symbolic", 16, NULL);
  GtkWidget *chip = hs_piece_chip (_ ("release"), "filled");

  gtk_widget_set_hexpand (lines, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (lines), name);
  gtk_box_append (GTK_BOX (lines), what);
  gtk_widget_set_visible (chip, release);
  gtk_widget_set_visible (here, hs_offer_is_loaded (offer, self->session));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), hs_piece_row (9, lines, chip, here, NULL));
  hs_piece_name (row, spoken);
  gtk_list_box_append (self->list, row);
}

static void
offers_listed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsBenchBar *self = owner;
  GPtrArray *offers = result;
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_pointer (&self->read, g_ptr_array_unref);
  self->shown = g_ptr_array_new ();
  self->read = offers != NULL ? g_ptr_array_ref (offers) : NULL;

  for (guint i = 0; offers != NULL && i < offers->len; i++) {
    if (!fits_a_camera (self, offers->pdata[i]))
      continue;
    g_ptr_array_add (self->shown, offers->pdata[i]);
    add_offer_row (self, offers->pdata[i]);
  }
  gtk_label_set_label (self->none,
                       offers == NULL || offers->len == 0 ? _ ("No builds yet.")
                                                          : _ ("No build fits the cameras here."));
  gtk_widget_set_visible (GTK_WIDGET (self->none), self->shown->len == 0);
  gtk_widget_set_visible (self->scroll, self->shown->len > 0);
  row = gtk_list_box_get_row_at_index (self->list, 0);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
free_offers (gpointer offers)
{
  g_ptr_array_unref (offers);
}

static void
builds_shown_cb (HsBenchBar *self)
{
  hs_ask (hs_session_get_catalog (self->session),
          self,
          list_offers_func,
          NULL,
          NULL,
          free_offers,
          self->cancellable,
          offers_listed_cb);
}

static void
build_activated_cb (GtkListBox *list, GtkListBoxRow *row, HsBenchBar *self)
{
  int n = gtk_list_box_row_get_index (row);

  gtk_popover_popdown (self->builds);
  if (self->shown != NULL && n >= 0 && n < (int) self->shown->len)
    hs_offer_load (self->shown->pdata[n], self->session);
}

static void
import_clicked_cb (HsBenchBar *self)
{
  gtk_popover_popdown (self->builds);
}

void
hs_bench_bar_open_builds (HsBenchBar *self)
{
  g_return_if_fail (HS_IS_BENCH_BAR (self));

  gtk_menu_button_popup (self->loaded);
}

/* -- life ------------------------------------------------------------------------------------- */

static void
hs_bench_bar_dispose (GObject *object)
{
  HsBenchBar *self = HS_BENCH_BAR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_pointer (&self->read, g_ptr_array_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_bench_bar_parent_class)->dispose (object);
}

static void
hs_bench_bar_finalize (GObject *object)
{
  g_object_unref (HS_BENCH_BAR (object)->cancellable);

  G_OBJECT_CLASS (hs_bench_bar_parent_class)->finalize (object);
}

static void
hs_bench_bar_class_init (HsBenchBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_bench_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_bench_bar_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("bench-bar"));
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, loaded);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, name);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, why);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, more);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, go);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, builds);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, none);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, scroll);
  gtk_widget_class_bind_template_child (widget_class, HsBenchBar, list);
  gtk_widget_class_bind_template_callback (widget_class, builds_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, build_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, import_clicked_cb);
}

static void
hs_bench_bar_init (HsBenchBar *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
hs_bench_bar_set_session (HsBenchBar *self, HsSession *session)
{
  g_return_if_fail (HS_IS_BENCH_BAR (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::loaded", G_CALLBACK (update_loaded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      session, "notify::loaded", G_CALLBACK (hs_bench_bar_update), self, G_CONNECT_SWAPPED);
  update_loaded (self);
}
