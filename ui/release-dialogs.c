/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-dialogs.h"

#include "app/explain.h"
#include "app/keys.h"
#include "app/release.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/form-dialog.h"
#include "ui/release-words.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

/* -- doing something in the catalog ---------------------------------------------------------- */

void
hs_release_tell_problem (GtkWidget *parent, const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (HS_IS_WINDOW (root)) {
    hs_window_show_problem (HS_WINDOW (root), problem);
    return;
  }

  heading = hs_dialog_dup_headline (problem);
  body = g_strdup_printf ("%s %s",
                          problem->message != NULL ? problem->message : "",
                          problem->action != NULL ? problem->action : "");
  dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
say_toast (GtkWidget *parent, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (parent, ADW_TYPE_TOAST_OVERLAY);
  GtkRoot *root = gtk_widget_get_root (parent);

  if (HS_IS_WINDOW (root))
    hs_window_add_toast (HS_WINDOW (root), adw_toast_new (text));
  else if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (text));
}

/* Something under way: hangs on the widget that asked. */
typedef struct {
  HsCatalogFunc func;
  gpointer data;
  GDestroyNotify free_data;
  char *toast;
  HsReleaseShow show;
  GWeakRef owner;
  GWeakRef parent;
} Deed;

static void
deed_free (Deed *self)
{
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self->toast);
  g_weak_ref_clear (&self->owner);
  g_weak_ref_clear (&self->parent);
  g_free (self);
}

static gpointer
run_deed (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Deed *self = data;

  return self->func (catalog, self->data, cancellable, error);
}

static void
deed_done_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Deed *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_catalog_run_finish (HS_CATALOG (source), async, &error);
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);

  if (parent != NULL && error != NULL)
    hs_release_tell_problem (parent, error);
  if (parent != NULL && error == NULL && self->toast != NULL)
    say_toast (parent, self->toast);
  if (owner != NULL && error == NULL && id != NULL && self->show != NULL)
    self->show (owner, id);
  deed_free (self);
}

void
hs_release_do (GtkWidget *parent,
               HsSession *session,
               HsCatalogFunc func,
               gpointer data,
               GDestroyNotify free_data,
               const char *toast,
               HsReleaseShow show,
               gpointer owner)
{
  Deed *self = g_new0 (Deed, 1);
  GtkRoot *root = gtk_widget_get_root (parent);

  if (HS_IS_WINDOW (root))
    hs_window_show_problem (HS_WINDOW (root), NULL);
  self->func = func;
  self->data = data;
  self->free_data = free_data;
  self->toast = g_strdup (toast);
  self->show = show;
  g_weak_ref_init (&self->owner, owner);
  g_weak_ref_init (&self->parent, parent);
  hs_catalog_run_async (
      hs_session_get_catalog (session), run_deed, self, NULL, g_free, NULL, deed_done_cb, self);
}

/* -- what a deed needs to know --------------------------------------------------------------- */

typedef struct {
  GtkWidget *parent; /* borrowed: it is the dialog's owner, which is gone if this is */
  HsSession *session;
  char *release;
  char *text; /* a reason, the name of a key; nullable */
  gint64 first;
  gint64 last;
  char *series;
} Asked;

static Asked *
asked_new (GtkWidget *parent, HsSession *session, const char *release)
{
  Asked *self = g_new0 (Asked, 1);

  self->parent = parent;
  self->session = g_object_ref (session);
  self->release = g_strdup (release);
  return self;
}

static void
asked_free (gpointer data)
{
  Asked *self = data;

  g_object_unref (self->session);
  g_free (self->release);
  g_free (self->text);
  g_free (self->series);
  g_free (self);
}

/* -- deleting a draft ------------------------------------------------------------------------ */

static gpointer
drop_draft (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error)
{
  return hs_release_drop_draft (catalog, id, error) ? g_strdup (id) : NULL;
}

static void
delete_response_cb (AdwMessageDialog *dialog, const char *response, Asked *asked)
{
  if (g_strcmp0 (response, "delete") == 0)
    hs_release_do (asked->parent,
                   asked->session,
                   drop_draft,
                   g_strdup (asked->release),
                   g_free,
                   _ ("Draft deleted"),
                   NULL,
                   NULL);
}

static void
asked_closure_free (gpointer data, GClosure *closure)
{
  asked_free (data);
}

void
hs_release_dialog_delete (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  g_autofree char *title = hs_release_dup_title (detail->release);
  g_autofree char *heading = g_strdup_printf (_ ("Delete draft %s?"), title);
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
      heading,
      _ ("The builds it names stay in the catalog. What it said stays in the journal."));

  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "keep", _ ("Keep It"), "delete", _ ("Delete Draft"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_data (dialog,
                         "response",
                         G_CALLBACK (delete_response_cb),
                         asked_new (parent, session, hs_release_get_id (detail->release)),
                         asked_closure_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* -- withdrawing ----------------------------------------------------------------------------- */

static gpointer
withdraw (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Asked *asked = data;

  return hs_release_withdraw (catalog, asked->release, asked->text, error)
             ? g_strdup (asked->release)
             : NULL;
}

static void
withdraw_answered (gpointer owner, const char *const *texts, gpointer data)
{
  Asked *asked = data;
  Asked *deed = asked_new (owner, asked->session, asked->release);

  deed->text = g_strdup (texts[0]);
  hs_release_do (
      owner, asked->session, withdraw, deed, asked_free, _ ("Release withdrawn"), NULL, NULL);
}

void
hs_release_dialog_withdraw (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  const HsFormField fields[] = { { .title = _ ("Reason"), .required = TRUE } };
  guint n = hs_release_get_n_units (detail->release);
  g_autofree char *title = hs_release_dup_title (detail->release);
  g_autofree char *heading = g_strdup_printf (_ ("Withdraw %s?"), title);
  g_autofree char *carried =
      n == 0 ? g_strdup ("")
             : g_strdup_printf (ngettext ("%u unit carries it; the release will show which.",
                                          "%u units carry it; the release will show which.",
                                          n),
                                n);
  g_autofree char *body =
      g_strdup_printf (_ ("It can't be flashed from then on, here and wherever this reaches. This "
                          "can't be taken back. %s"),
                       carried);

  hs_form_dialog_present (parent,
                          heading,
                          body,
                          fields,
                          G_N_ELEMENTS (fields),
                          _ ("Withdraw"),
                          withdraw_answered,
                          parent,
                          asked_new (parent, session, hs_release_get_id (detail->release)),
                          asked_free);
}

/* -- signing --------------------------------------------------------------------------------- */

static gpointer
sign (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Asked *asked = data;

  return hs_release_sign (catalog, asked->release, asked->text, error) ? g_strdup (asked->release)
                                                                       : NULL;
}

static gpointer
make_key_and_sign (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Asked *asked = data;
  g_autofree char *key = hs_keys_create (catalog, asked->text, error);

  return key != NULL ? sign (catalog, data, cancellable, error) : NULL;
}

static void
sign_answered (gpointer owner, const char *const *texts, gpointer data)
{
  Asked *asked = data;
  Asked *deed = asked_new (owner, asked->session, asked->release);
  gboolean new_key = asked->first != 0;

  deed->text = g_strdup (texts[0]);
  hs_release_do (owner,
                 asked->session,
                 new_key ? make_key_and_sign : sign,
                 deed,
                 asked_free,
                 _ ("Release signed"),
                 NULL,
                 NULL);
}

void
hs_release_dialog_sign (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  gboolean any = detail->own_keys != NULL && detail->own_keys[0] != NULL;
  const HsFormField known = { .title = _ ("Key"),
                              .choices = (const char *const *) detail->own_keys };
  const HsFormField new_key = { .title = _ ("Name of the new key"), .required = TRUE };
  g_autofree char *title = hs_release_dup_title (detail->release);
  g_autofree char *heading = g_strdup_printf (_ ("Sign %s"), title);
  Asked *asked = asked_new (parent, session, hs_release_get_id (detail->release));

  asked->first = !any; /* there is none yet: one is made */
  hs_form_dialog_present (
      parent,
      heading,
      any ? _ ("Benches that trust the key can check that this is the recipe you have locked.")
          : _ ("There is no key on this bench yet. A new one is made and trusted here; give its "
               "public part to the other benches (Preferences, Releases)."),
      any ? &known : &new_key,
      1,
      any ? _ ("Sign") : _ ("Make Key and Sign"),
      sign_answered,
      parent,
      asked,
      asked_free);
}

/* -- numbers --------------------------------------------------------------------------------- */

static gpointer
take_numbers (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Asked *asked = data;
  const char *reason = asked->text != NULL && *asked->text != '\0' ? asked->text : NULL;

  return hs_catalog_take_lease (
             catalog, asked->series, asked->first, asked->last, asked->release, reason, NULL, error)
             ? g_strdup (asked->release)
             : NULL;
}

static void
numbers_answered (gpointer owner, const char *const *texts, gpointer data)
{
  Asked *asked = data;
  Asked *deed;
  gint64 first = 0, last = 0;
  g_autoptr (GError) error = NULL;

  if (!g_ascii_string_to_signed (texts[0], 10, 0, G_MAXINT64, &first, &error) ||
      !g_ascii_string_to_signed (texts[1], 10, first, G_MAXINT64, &last, &error)) {
    hs_release_tell_problem (owner, error);
    return;
  }

  deed = asked_new (owner, asked->session, asked->release);
  deed->first = first;
  deed->last = last;
  deed->series = g_strdup (asked->series);
  deed->text = g_strdup (texts[2]);
  hs_release_do (
      owner, asked->session, take_numbers, deed, asked_free, _ ("Numbers taken"), NULL, NULL);
}

/* Behind the numbers that are known to be somebody's. */
static gint64
first_untaken (HsReleaseDetail *detail)
{
  gint64 first = detail->recipe->first;

  for (guint i = 0; detail->leases != NULL && i < detail->leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (detail->leases, i);

    if (lease->last >= first && lease->last < detail->recipe->last)
      first = lease->last + 1;
  }
  return first;
}

void
hs_release_dialog_take_numbers (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  g_autofree char *first = g_strdup_printf ("%" G_GINT64_FORMAT, first_untaken (detail));
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, detail->recipe->last);
  const HsFormField fields[] = {
    { .title = _ ("First number"), .text = first, .required = TRUE },
    { .title = _ ("Last number"), .text = last, .required = TRUE },
    { .title = _ ("Reason, if another bench's numbers end with this") },
  };
  Asked *asked = asked_new (parent, session, hs_release_get_id (detail->release));

  asked->series = g_strdup (hs_recipe_get_series (detail->recipe));
  hs_form_dialog_present (
      parent,
      _ ("Take Numbers"),
      _ ("This bench alone gives out these numbers from now on. Take what other benches do not "
         "need: no number is ever given twice."),
      fields,
      G_N_ELEMENTS (fields),
      _ ("Take Them"),
      numbers_answered,
      parent,
      asked,
      asked_free);
}

/* -- a new version --------------------------------------------------------------------------- */

static gpointer
derive (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error)
{
  return hs_release_derive (catalog, id, error);
}

/* A new draft with the same recipe; @show gets it. */
void
hs_release_dialog_derive (GtkWidget *parent,
                          HsSession *session,
                          HsReleaseDetail *detail,
                          HsReleaseShow show,
                          gpointer owner)
{
  hs_release_do (parent,
                 session,
                 derive,
                 g_strdup (hs_release_get_id (detail->release)),
                 g_free,
                 NULL,
                 show,
                 owner);
}
