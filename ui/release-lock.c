/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-lock.h"

#include "app/explain.h"
#include "app/release.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/release-words.h"
#include "ui/typed-proof.h"
#include "ui/wizard.h"

#include <glib/gi18n-lib.h>

#define MAX_VERB_CHARS 30

#define HS_TYPE_RELEASE_LOCK_PAGE (hs_release_lock_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseLockPage, hs_release_lock_page, HS, RELEASE_LOCK_PAGE, HsWizardPage)

struct _HsReleaseLockPage {
  HsWizardPage parent_instance;

  HsTypedProof *proof;
  GtkSwitch *numbers; /* nullable */
  GtkLabel *problem;

  HsSession *session;
  HsReleaseDetail *detail;
  HsReleaseShow show;
  GWeakRef owner;
  char *verb;
  gboolean busy;
};

G_DEFINE_FINAL_TYPE (HsReleaseLockPage, hs_release_lock_page, HS_TYPE_WIZARD_PAGE)

/* -- locking --------------------------------------------------------------------------------- */

typedef struct {
  char *draft;
  char *series; /* NULL: no numbers are taken */
  gint64 first;
  gint64 last;
} Lock;

static void
lock_free (gpointer data)
{
  Lock *lock = data;

  g_free (lock->draft);
  g_free (lock->series);
  g_free (lock);
}

/* What came of it. */
typedef struct {
  char *id;
  GError *no_numbers; /* nullable: why this bench has none */
} Locked;

static void
locked_free (gpointer data)
{
  Locked *locked = data;

  g_free (locked->id);
  g_clear_error (&locked->no_numbers);
  g_free (locked);
}

static gpointer
lock_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Lock *lock = data;
  char *id = hs_release_lock (catalog, lock->draft, error);
  Locked *locked;

  if (id == NULL)
    return NULL;

  locked = g_new0 (Locked, 1);
  locked->id = id;
  /* The release stays locked if that fails. */
  if (lock->series != NULL)
    hs_catalog_take_lease (
        catalog, lock->series, lock->first, lock->last, id, NULL, NULL, &locked->no_numbers);
  return locked;
}

static void
update_verb (HsReleaseLockPage *self)
{
  gboolean complete = !self->busy && hs_typed_proof_get_complete (self->proof);

  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), self->verb, complete, TRUE, FALSE);
}

static void
tell_no_numbers (HsReleaseLockPage *self, GtkWindow *parent, const GError *error)
{
  g_autofree char *title = hs_release_dup_title (self->detail->release);
  /* Translators: name and version of a release */
  g_autofree char *heading = g_strdup_printf (_ ("%s is locked, but has no numbers here"), title);
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  g_autofree char *body =
      g_strdup_printf ("%s %s",
                       problem->message != NULL ? problem->message : error->message,
                       _ ("Take numbers on its page before units are flashed."));
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
locked_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleaseLockPage *self = owner;
  const Locked *locked = result;
  g_autoptr (GObject) page = g_weak_ref_get (&self->owner);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  self->busy = FALSE;
  if (error != NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);
    g_autofree char *markup = hs_dialog_problem_markup (problem);

    gtk_label_set_markup (self->problem, markup);
    gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
    update_verb (self);
    return;
  }

  if (page != NULL && self->show != NULL)
    self->show (page, locked->id);
  if (root != NULL && locked->no_numbers != NULL)
    tell_no_numbers (self, gtk_window_get_transient_for (GTK_WINDOW (root)), locked->no_numbers);
  if (root != NULL)
    gtk_window_destroy (GTK_WINDOW (root));
}

static gboolean
hs_release_lock_page_forward (HsWizardPage *page)
{
  HsReleaseLockPage *self = HS_RELEASE_LOCK_PAGE (page);
  const HsRecipe *recipe = self->detail->recipe;
  Lock *lock = g_new0 (Lock, 1);

  lock->draft = g_strdup (hs_release_get_id (self->detail->release));
  if (self->numbers != NULL && gtk_switch_get_active (self->numbers)) {
    lock->series = g_strdup (hs_recipe_get_series (recipe));
    lock->first = recipe->first;
    lock->last = recipe->last;
  }
  self->busy = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  update_verb (self);
  hs_ask (hs_session_get_catalog (self->session),
          self,
          lock_func,
          lock,
          lock_free,
          locked_free,
          NULL,
          locked_cb);
  return TRUE;
}

static gboolean
hs_release_lock_page_backward (HsWizardPage *page)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (page));

  if (root != NULL)
    gtk_window_close (GTK_WINDOW (root));
  return TRUE;
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_lock_page_dispose (GObject *object)
{
  HsReleaseLockPage *self = HS_RELEASE_LOCK_PAGE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->detail, hs_release_detail_free);
  G_OBJECT_CLASS (hs_release_lock_page_parent_class)->dispose (object);
}

static void
hs_release_lock_page_finalize (GObject *object)
{
  HsReleaseLockPage *self = HS_RELEASE_LOCK_PAGE (object);

  g_weak_ref_clear (&self->owner);
  g_free (self->verb);
  G_OBJECT_CLASS (hs_release_lock_page_parent_class)->finalize (object);
}

static void
hs_release_lock_page_class_init (HsReleaseLockPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_release_lock_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_lock_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_release_lock_page_forward;
  HS_WIZARD_PAGE_CLASS (klass)->backward = hs_release_lock_page_backward;
}

static void
hs_release_lock_page_init (HsReleaseLockPage *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 14);
  gtk_widget_set_margin_start (GTK_WIDGET (self), 26);
  gtk_widget_set_margin_end (GTK_WIDGET (self), 26);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 22);
  g_weak_ref_init (&self->owner, NULL);
}

static GtkWidget *
wrapped (const char *markup, const char *classes)
{
  GtkWidget *label = hs_piece_markup (markup, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static void
add_line (GtkWidget *panel, const char *icon, const char *meaning, const char *markup)
{
  gboolean first = gtk_widget_get_first_child (panel) == NULL;
  GtkWidget *row =
      hs_piece_row (14, hs_piece_icon (icon, 22, meaning), wrapped (markup, NULL), NULL);

  hs_piece_set_classes (row, first ? "table-row first" : "table-row");
  gtk_box_append (GTK_BOX (panel), row);
}

static GtkWidget *
consequences (HsReleaseDetail *detail)
{
  GtkWidget *panel = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  guint n = g_hash_table_size (detail->recipe->reasons);
  g_autofree char *boards = hs_release_dup_boards (detail->release);
  g_autofree char *fixed = g_markup_printf_escaped (
      /* Translators: <b> and </b> stay as they are; %s is a list of boards */
      _ ("<b>Fixes</b> what goes on %s, how it is proven and which numbers units get."),
      boards);

  gtk_widget_add_css_class (panel, "panel");
  add_line (panel, "hs-pass-symbolic", "ok", fixed);
  add_line (panel,
            "hs-noaccess-symbolic",
            "idle",
            _ ("<b>Can't be unlocked.</b> What is wrong with it stays wrong: withdraw it, with a "
               "reason, and make a new version."));
  add_line (panel,
            "hs-unknown-symbolic",
            "warn",
            _ ("<b>Does not sign it.</b> Sign it afterwards, so that other benches know who "
               "locked it."));
  if (n > 0) {
    g_autofree char *reasons = g_strdup_printf (
        ngettext ("<b>%u reason</b> that you gave becomes part of it, for everybody to read.",
                  "<b>%u reasons</b> that you gave become part of it, for everybody to read.",
                  n),
        n);

    add_line (panel, "hs-attention-symbolic", "warn", reasons);
  }
  return panel;
}

/* Nobody has numbers of this series yet: this bench may as well. */
static GtkWidget *
numbers_row (HsReleaseLockPage *self)
{
  const HsRecipe *recipe = self->detail->recipe;
  g_autofree char *first = hs_recipe_dup_number (recipe, recipe->first);
  g_autofree char *last = hs_recipe_dup_number (recipe, recipe->last);
  g_autofree char *text = g_strdup_printf (_ ("This bench gives out %s to %s"), first, last);
  g_autofree char *safe = g_markup_escape_text (text, -1);
  GtkWidget *row;

  if ((recipe->rule != HS_NUMBER_COUNTER && recipe->rule != HS_NUMBER_LIST) ||
      (self->detail->leases != NULL && self->detail->leases->len > 0))
    return NULL;

  self->numbers = GTK_SWITCH (gtk_switch_new ());
  gtk_switch_set_active (self->numbers, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->numbers), GTK_ALIGN_CENTER);
  hs_piece_name (self->numbers, text);
  row = hs_piece_row (14, wrapped (safe, NULL), GTK_WIDGET (self->numbers), NULL);
  gtk_widget_add_css_class (row, "panel");
  return row;
}

static void
fill (HsReleaseLockPage *self)
{
  HsRelease *release = self->detail->release;
  g_autofree char *title = hs_release_dup_title (release);
  g_autofree char *heading = g_strdup_printf (_ ("Lock %s?"), title);
  g_autofree char *question =
      /* Translators: a version: 1.4.2 */
      g_strdup_printf (_ ("Type the version of the release: %s"), hs_release_get_version (release));
  GtkWidget *big = hs_piece_label (heading, "big-title");
  GtkWidget *numbers = numbers_row (self);

  gtk_label_set_xalign (GTK_LABEL (big), .5f);
  gtk_label_set_wrap (GTK_LABEL (big), TRUE);
  gtk_label_set_justify (GTK_LABEL (big), GTK_JUSTIFY_CENTER);
  self->proof = HS_TYPED_PROOF (hs_typed_proof_new (question, hs_release_get_version (release)));
  self->problem = GTK_LABEL (wrapped ("", "bad"));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_box_append (GTK_BOX (self), big);
  gtk_box_append (GTK_BOX (self), consequences (self->detail));
  if (numbers != NULL)
    gtk_box_append (GTK_BOX (self), numbers);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->proof));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->problem));
  g_signal_connect_object (
      self->proof, "notify::complete", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  /* A long name stands above; on the button it would push the window's title away. */
  if (g_utf8_strlen (title, -1) > MAX_VERB_CHARS)
    self->verb = g_strdup (_ ("_Lock Release"));
  else
    /* Translators: on a button; an underscore before the letter of its shortcut */
    self->verb = g_strdup_printf (_ ("_Lock %s"), title);
  hs_wizard_page_set_back (HS_WIZARD_PAGE (self), _ ("_Cancel"), FALSE);
  update_verb (self);
}

/**
 * hs_release_lock_new:
 * @session: the session
 * @detail: a draft against which nothing stands
 * @show: (nullable): gets the locked release
 * @owner: (type GObject): for @show; not kept alive
 *
 * Returns: (transfer none): a window; it belongs to itself until it is closed
 */
GtkWindow *
hs_release_lock_new (HsSession *session,
                     HsReleaseDetail *detail,
                     HsReleaseShow show,
                     gpointer owner)
{
  HsReleaseLockPage *page = g_object_new (HS_TYPE_RELEASE_LOCK_PAGE, NULL);
  HsWizard *wizard =
      g_object_new (HS_TYPE_WIZARD, "title", _ ("Lock Release"), "modal", TRUE, NULL);

  page->session = g_object_ref (session);
  page->detail = hs_release_detail_ref (detail);
  page->show = show;
  g_weak_ref_set (&page->owner, owner);
  fill (page);
  hs_wizard_add_page (wizard, HS_WIZARD_PAGE (page));
  hs_wizard_go_to (wizard, HS_WIZARD_PAGE (page));
  return GTK_WINDOW (wizard);
}
