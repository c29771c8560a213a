/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-view.h"

#include "app/release.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/recall-window.h"
#include "ui/release-cards.h"
#include "ui/release-editor.h"
#include "ui/release-lock.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

struct _HsReleaseView {
  GtkBox parent_instance;

  GtkLabel *title;
  GtkWidget *padlock;
  GtkWidget *chip;
  GtkWidget *loaded;
  GtkLabel *sub;
  GtkWidget *edit;
  GtkWidget *lock;
  GtkWidget *flash;
  GtkWidget *operate;
  GtkWidget *more;
  GtkWidget *cards;

  HsSession *session;      /* owned */
  HsReleaseDetail *detail; /* owned; nullable */
  HsReleaseShow show;
  GWeakRef owner;
  GtkWidget *findings;   /* borrowed: child of cards; what stands against locking */
  GPtrArray *found;      /* HsReleaseFinding, owned; NULL until it was examined */
  char *asked_code;      /* of the finding for which a reason is being asked; nullable */
  GCancellable *reading; /* the examination */
};

G_DEFINE_FINAL_TYPE (HsReleaseView, hs_release_view, GTK_TYPE_BOX)

static gboolean
is_in_state (HsReleaseView *self, const char *state)
{
  return self->detail != NULL &&
         g_strcmp0 (hs_release_get_state (self->detail->release), state) == 0;
}

/* -- what can be done ------------------------------------------------------------------------ */

static void
enable (HsReleaseView *self, const char *action, gboolean on)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, on);
}

static void
update_actions (HsReleaseView *self)
{
  gboolean readable = self->detail != NULL && self->detail->recipe != NULL;
  gboolean draft = is_in_state (self, "draft");
  gboolean locked = is_in_state (self, "locked");
  gboolean withdrawn = is_in_state (self, "withdrawn");

  enable (self, "release.edit", draft && readable);
  enable (self,
          "release.lock",
          draft && readable && self->found != NULL && hs_findings_allow_lock (self->found));
  enable (self, "release.delete", draft);
  enable (self, "release.reason", draft && readable);
  enable (self, "release.flash", locked && readable);
  enable (self, "release.operate", locked && readable);
  enable (self, "release.sign", locked);
  enable (self, "release.export", locked);
  enable (self, "release.export-ide", locked);
  enable (self, "release.take-numbers", locked && readable);
  enable (self, "release.derive", (locked || withdrawn) && readable);
  enable (self, "release.withdraw", locked);
  gtk_widget_set_visible (self->edit, draft);
  gtk_widget_set_visible (self->lock, draft);
  gtk_widget_set_visible (self->flash, locked);
  gtk_widget_set_visible (self->operate, locked);
}

static void
show_loaded (HsReleaseView *self)
{
  HsRelease *loaded = hs_session_get_release (self->session);

  gtk_widget_set_visible (
      self->loaded,
      loaded != NULL && self->detail != NULL &&
          g_strcmp0 (hs_release_get_id (loaded), hs_release_get_id (self->detail->release)) == 0);
}

static void
show_release (gpointer owner, const char *id)
{
  HsReleaseView *self = owner;
  g_autoptr (GObject) page = g_weak_ref_get (&self->owner);

  if (page != NULL)
    self->show (page, id);
}

static GtkWindow *
window_of (HsReleaseView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
present (HsReleaseView *self, GtkWindow *window)
{
  gtk_window_set_transient_for (window, window_of (self));
  gtk_window_present (window);
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  present (self,
           hs_release_editor_new (self->session,
                                  hs_release_get_id (self->detail->release),
                                  self->detail->recipe,
                                  show_release,
                                  self));
}

static void
lock_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  present (self, hs_release_lock_new (self->session, self->detail, show_release, self));
}

/* Onto the bench, with the build for every board that the catalog has. */
static void
flash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  hs_session_set_release (self->session, self->detail->release, self->detail->builds);
  gtk_widget_activate_action (widget, "win.place", "s", "bench");
}

static void
operate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  gtk_widget_activate_action (
      widget, "win.operate", "s", hs_release_get_id (self->detail->release));
}

static void
dialog_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  static const struct {
    const char *name;
    void (*ask) (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
  } dialogs[] = {
    { "release.delete", hs_release_dialog_delete },
    { "release.sign", hs_release_dialog_sign },
    { "release.export", hs_release_dialog_export },
    { "release.export-ide", hs_release_dialog_export_ide },
    { "release.take-numbers", hs_release_dialog_take_numbers },
    { "release.withdraw", hs_release_dialog_withdraw },
  };
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    if (g_str_equal (dialogs[i].name, name))
      dialogs[i].ask (widget, self->session, self->detail);
}

static void
derive_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);

  hs_release_dialog_derive (widget, self->session, self->detail, show_release, self);
}

static void
recall_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);
  HsRecall recall = { .release = hs_release_get_id (self->detail->release) };

  hs_recall_window_present (GTK_WINDOW (gtk_widget_get_root (widget)), self->session, &recall);
}

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  show_release (widget, g_variant_get_string (parameter, NULL));
}

/* -- reasons --------------------------------------------------------------------------------- */

typedef struct {
  char *draft;
  HsRecipe *recipe;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_free (save->draft);
  hs_recipe_free (save->recipe);
  g_free (save);
}

static gpointer
save_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Save *save = data;

  return hs_release_save_draft (catalog, save->draft, save->recipe, error);
}

static void
reason_given_cb (gpointer owner, const char *text)
{
  HsReleaseView *self = owner;
  Save *save;

  if (self->asked_code == NULL || !is_in_state (self, "draft") || self->detail->recipe == NULL)
    return;

  save = g_new0 (Save, 1);
  save->draft = g_strdup (hs_release_get_id (self->detail->release));
  save->recipe = hs_recipe_copy (self->detail->recipe);
  if (*text != '\0')
    g_hash_table_replace (save->recipe->reasons, g_strdup (self->asked_code), g_strdup (text));
  else
    g_hash_table_remove (save->recipe->reasons, self->asked_code);
  hs_release_do (GTK_WIDGET (self), self->session, save_func, save, save_free, NULL, NULL, NULL);
}

static void
reason_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseView *self = HS_RELEASE_VIEW (widget);
  const char *code = g_variant_get_string (parameter, NULL);

  for (guint i = 0; self->found != NULL && i < self->found->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (self->found, i);

    if (g_strcmp0 (finding->code, code) != 0)
      continue;
    g_free (self->asked_code);
    self->asked_code = g_strdup (code);
    hs_dialog_ask_text (widget,
                        _ ("Why is that all right?"),
                        finding->text,
                        _ ("Reason"),
                        finding->reason,
                        _ ("Give Reason"),
                        reason_given_cb,
                        self);
    return;
  }
}

/* -- what stands against locking ------------------------------------------------------------- */

static gpointer
examine (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_release_examine (catalog, data, error);
}

static void
free_recipe (gpointer recipe)
{
  hs_recipe_free (recipe);
}

static void
unref_findings (gpointer findings)
{
  g_ptr_array_unref (findings);
}

static void
examined_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleaseView *self = owner;

  if (result == NULL) {
    hs_release_tell_problem (GTK_WIDGET (self), error);
    return;
  }

  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = g_ptr_array_ref (result);
  if (self->findings != NULL) {
    hs_piece_clear (self->findings);
    gtk_box_append (GTK_BOX (self->findings),
                    hs_release_card_findings (self->found, "release.reason"));
  }
  update_actions (self);
}

static void
ask_for_findings (HsReleaseView *self)
{
  if (!is_in_state (self, "draft") || self->detail->recipe == NULL)
    return;

  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          examine,
          hs_recipe_copy (self->detail->recipe),
          free_recipe,
          unref_findings,
          self->reading,
          examined_cb);
}

/* -- the whole ------------------------------------------------------------------------------- */

static void
add_card (HsReleaseView *self, GtkWidget *card)
{
  if (card != NULL)
    gtk_box_append (GTK_BOX (self->cards), card);
}

static void
add_pair (HsReleaseView *self, GtkWidget *left, GtkWidget *right)
{
  GtkWidget *pair;

  if (left == NULL || right == NULL) {
    add_card (self, left != NULL ? left : right);
    return;
  }

  pair = hs_piece_row (14, left, right, NULL);
  gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
  add_card (self, pair);
}

static void
show_head (HsReleaseView *self)
{
  HsRelease *release = self->detail->release;
  const char *meaning = NULL;
  g_autofree char *title = hs_release_dup_title (release);
  g_autofree char *boards = hs_release_dup_boards (release);
  const char *word = hs_release_chip (release, &meaning);

  gtk_label_set_label (self->title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  gtk_label_set_label (GTK_LABEL (self->chip), word);
  hs_piece_set_meaning (self->chip, meaning);
  gtk_widget_set_visible (self->padlock, is_in_state (self, "locked"));
  gtk_label_set_label (self->sub, boards);
}

static void
show_cards (HsReleaseView *self)
{
  HsReleaseDetail *detail = self->detail;

  hs_piece_clear (self->cards);
  self->findings = NULL;
  add_card (self, hs_release_card_warning (detail));
  if (detail->recipe == NULL)
    return;

  if (is_in_state (self, "draft")) {
    self->findings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
    add_card (self, self->findings);
    if (self->found != NULL)
      gtk_box_append (GTK_BOX (self->findings),
                      hs_release_card_findings (self->found, "release.reason"));
  }
  for (guint i = 0; i < detail->recipe->boards->len; i++)
    add_card (self, hs_release_card_board (detail, i));
  add_pair (self, hs_release_card_rules (detail), hs_release_card_numbers (detail));
  add_pair (self, hs_release_card_files (detail), hs_release_card_reasons (detail));
  add_pair (self, hs_release_card_signatures (detail), hs_release_card_history (detail));
  add_card (self, hs_release_card_batches (detail));
  add_card (self, hs_release_card_units (detail));
}

static gboolean
shows_the_same (HsReleaseView *self, HsReleaseDetail *detail)
{
  return self->detail != NULL && detail != NULL &&
         g_strcmp0 (hs_release_get_id (self->detail->release),
                    hs_release_get_id (detail->release)) == 0;
}

/**
 * hs_release_view_set_detail:
 * @self: a view
 * @detail: (nullable): what to show
 *
 * Shows @detail; examines it if it is a draft.
 */
void
hs_release_view_set_detail (HsReleaseView *self, HsReleaseDetail *detail)
{
  g_return_if_fail (HS_IS_RELEASE_VIEW (self));

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (!shows_the_same (self, detail))
    g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_pointer (&self->detail, hs_release_detail_free);
  self->detail = detail != NULL ? hs_release_detail_ref (detail) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self), detail != NULL);
  update_actions (self);
  show_loaded (self);
  if (detail == NULL)
    return;

  show_head (self);
  show_cards (self);
  ask_for_findings (self);
}

static void
hs_release_view_dispose (GObject *object)
{
  HsReleaseView *self = HS_RELEASE_VIEW (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->detail, hs_release_detail_free);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_release_view_parent_class)->dispose (object);
}

static void
hs_release_view_finalize (GObject *object)
{
  HsReleaseView *self = HS_RELEASE_VIEW (object);

  g_free (self->asked_code);
  g_weak_ref_clear (&self->owner);
  G_OBJECT_CLASS (hs_release_view_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  static const char *const asking[] = { "release.delete",       "release.sign",
                                        "release.export",       "release.export-ide",
                                        "release.take-numbers", "release.withdraw" };

  gtk_widget_class_install_action (klass, "release.edit", NULL, edit_action);
  gtk_widget_class_install_action (klass, "release.lock", NULL, lock_action);
  gtk_widget_class_install_action (klass, "release.flash", NULL, flash_action);
  gtk_widget_class_install_action (klass, "release.operate", NULL, operate_action);
  gtk_widget_class_install_action (klass, "release.derive", NULL, derive_action);
  gtk_widget_class_install_action (klass, "release.recall", NULL, recall_action);
  gtk_widget_class_install_action (klass, "release.reason", "s", reason_action);
  gtk_widget_class_install_action (klass, "release.show", "s", show_action);
  for (guint i = 0; i < G_N_ELEMENTS (asking); i++)
    gtk_widget_class_install_action (klass, asking[i], NULL, dialog_action);
}

static void
hs_release_view_class_init (HsReleaseViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("release-view"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, title);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, padlock);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, chip);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, loaded);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, sub);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, edit);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, lock);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, flash);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, operate);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, more);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseView, cards);
  install_actions (widget_class);
}

static void
hs_release_view_init (HsReleaseView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_weak_ref_init (&self->owner, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
hs_release_view_new (HsSession *session, HsReleaseShow show, gpointer owner)
{
  HsReleaseView *self = g_object_new (HS_TYPE_RELEASE_VIEW, NULL);

  self->session = g_object_ref (session);
  self->show = show;
  g_weak_ref_set (&self->owner, owner);
  g_signal_connect_object (
      session, "notify::loaded", G_CALLBACK (show_loaded), self, G_CONNECT_SWAPPED);
  update_actions (self);
  return GTK_WIDGET (self);
}
