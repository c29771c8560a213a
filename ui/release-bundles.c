/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/bundle.h"
#include "ui/file-chooser.h"
#include "ui/form-dialog.h"
#include "ui/release-dialogs.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

/* A bundle on its way out or in. */
typedef struct {
  GWeakRef parent;
  HsSession *session;
  char *release; /* id; nullable */
  char *name;    /* of the file or folder; nullable */
  GFile *file;   /* nullable */
  gint64 first;  /* numbers that go along; 0: none */
  gint64 last;
  HsReleaseShow show;
  GWeakRef owner;
} Transfer;

static Transfer *
transfer_new (GtkWidget *parent, HsSession *session)
{
  Transfer *self = g_new0 (Transfer, 1);

  g_weak_ref_init (&self->parent, parent);
  g_weak_ref_init (&self->owner, NULL);
  self->session = g_object_ref (session);
  return self;
}

static void
transfer_free (gpointer data)
{
  Transfer *self = data;

  g_weak_ref_clear (&self->parent);
  g_weak_ref_clear (&self->owner);
  g_object_unref (self->session);
  g_free (self->release);
  g_free (self->name);
  g_clear_object (&self->file);
  g_free (self);
}

static GtkWindow *
window_of (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* "gate-counter-1.4.2.hotshoe", without what file systems dislike. */
static char *
file_name (HsRelease *release, const char *suffix)
{
  char *name = g_strdup_printf (
      "%s-%s%s", hs_release_get_name (release), hs_release_get_version (release), suffix);

  return g_strdelimit (name, "/\\:*?\"<>| ", '_');
}

/* -- exporting ------------------------------------------------------------------------------- */

static gpointer
export_bundle (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Transfer *self = data;

  return hs_bundle_export (catalog, self->release, self->file, self->first, self->last, error)
             ? g_strdup (self->release)
             : NULL;
}

static void
target_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Transfer *self = data;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);
  g_autofree char *base = NULL;
  g_autofree char *toast = NULL;

  self->file = hs_file_chooser_save_finish (result, NULL);
  if (parent == NULL || self->file == NULL) {
    transfer_free (self);
    return;
  }

  base = g_file_get_basename (self->file);
  /* Translators: name of a file */
  toast = g_strdup_printf (_ ("Exported %s"), base);
  hs_release_do (parent, self->session, export_bundle, self, transfer_free, toast, NULL, NULL);
}

static void
choose_target (Transfer *self)
{
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);

  if (parent == NULL) {
    transfer_free (self);
    return;
  }
  hs_file_chooser_save_async (
      window_of (parent), _ ("Export Release"), self->name, NULL, target_chosen_cb, self);
}

static void
lease_answered (gpointer owner, const char *const *texts, gpointer data)
{
  Transfer *asked = data;
  Transfer *self = transfer_new (owner, asked->session);
  g_autoptr (GError) error = NULL;

  self->release = g_strdup (asked->release);
  self->name = g_strdup (asked->name);
  if (*texts[0] != '\0' &&
      (!g_ascii_string_to_signed (texts[0], 10, 1, G_MAXINT64, &self->first, &error) ||
       !g_ascii_string_to_signed (texts[1], 10, self->first, G_MAXINT64, &self->last, &error))) {
    hs_release_tell_problem (owner, error);
    transfer_free (self);
    return;
  }
  choose_target (self);
}

static void
ask_for_lease (GtkWidget *parent, Transfer *self)
{
  const HsFormField fields[] = { { .title = _ ("First number (empty: none)") },
                                 { .title = _ ("Last number") } };

  hs_form_dialog_present (
      parent,
      _ ("Hand Over Numbers?"),
      _ ("The other bench may give out these product numbers; this one never will again. Without "
         "any it can't flash units until it takes numbers itself."),
      fields,
      G_N_ELEMENTS (fields),
      _ ("Export…"),
      lease_answered,
      parent,
      self,
      transfer_free);
}

/* Asks for numbers that go along, if there are any, then for a file. */
void
hs_release_dialog_export (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  Transfer *self = transfer_new (parent, session);

  self->release = g_strdup (hs_release_get_id (detail->release));
  self->name = file_name (detail->release, ".hotshoe");
  if (detail->n_numbers_left > 0)
    ask_for_lease (parent, self);
  else
    choose_target (self);
}

static gpointer
export_for_ide (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Transfer *self = data;

  return hs_bundle_export_for_ide (catalog, self->release, self->file, error)
             ? g_strdup (self->release)
             : NULL;
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Transfer *self = data;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);
  g_autoptr (GListModel) folders = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) folder = folders != NULL ? g_list_model_get_item (folders, 0) : NULL;
  g_autofree char *toast = NULL;

  if (parent == NULL || folder == NULL) {
    transfer_free (self);
    return;
  }

  self->file = g_file_get_child (folder, self->name);
  toast = g_strdup_printf (_ ("Exported %s"), self->name);
  hs_release_do (parent, self->session, export_for_ide, self, transfer_free, toast, NULL, NULL);
}

/* A folder of its own in the one that is chosen. */
void
hs_release_dialog_export_ide (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail)
{
  Transfer *self = transfer_new (parent, session);

  self->release = g_strdup (hs_release_get_id (detail->release));
  self->name = file_name (detail->release, "");
  hs_file_chooser_open_async (
      window_of (parent), _ ("Folder to Export Into"), TRUE, NULL, folder_chosen_cb, self);
}

/* -- importing ------------------------------------------------------------------------------- */

static gpointer
import_bundle (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Transfer *self = data;

  return hs_bundle_import (catalog, self->file, NULL, error);
}

/* Takes a .hotshoe file in; @show gets the release. */
void
hs_release_import_file (GtkWidget *parent,
                        HsSession *session,
                        GFile *file,
                        HsReleaseShow show,
                        gpointer owner)
{
  Transfer *self = transfer_new (parent, session);
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *toast = g_strdup_printf (_ ("Imported %s"), base);

  self->file = g_object_ref (file);
  hs_release_do (parent, session, import_bundle, self, transfer_free, toast, show, owner);
}

static void
bundle_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Transfer *self = data;
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&self->parent);
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);

  for (guint i = 0; parent != NULL && files != NULL && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    hs_release_import_file (parent, self->session, file, self->show, owner);
  }
  transfer_free (self);
}

void
hs_release_dialog_import (GtkWidget *parent, HsSession *session, HsReleaseShow show, gpointer owner)
{
  Transfer *self = transfer_new (parent, session);

  self->show = show;
  g_weak_ref_set (&self->owner, owner);
  hs_file_chooser_open_async (
      window_of (parent), _ ("Import a Release"), FALSE, NULL, bundle_chosen_cb, self);
}
