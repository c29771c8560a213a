/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"

#include "store/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The spool: "PATH.spool", one JSON object a line, of facts that could not be committed. It is
 * written under flock and removed under flock; who waited for a removed one opens it anew. */

static char *
spool_path (HsCatalog *self)
{
  return g_strconcat (self->path, ".spool", NULL);
}

/* Opened and locked; -1 with errno. */
static int
open_spool (const char *path, int flags)
{
  for (;;) {
    struct stat info;
    int fd = open (path, flags | O_CLOEXEC, 0600);

    if (fd < 0)
      return -1;
    if (flock (fd, LOCK_EX) == 0 && fstat (fd, &info) == 0 && info.st_nlink > 0)
      return fd;
    close (fd);
  }
}

static void
add_line (HsCatalog *self, GString *text, const HsFact *fact)
{
  g_autoptr (JsonObject) line = json_object_new ();
  g_autofree char *id = hs_journal_new_id (hs_catalog_now (self));
  g_autofree char *json = NULL;

  json_object_set_string_member (line, "id", id);
  json_object_set_int_member (line, "time", hs_catalog_now (self));
  g_mutex_lock (&self->lock);
  json_object_set_string_member (line, "bench", self->bench);
  json_object_set_string_member (line, "operator", self->operator_name);
  g_mutex_unlock (&self->lock);
  json_object_set_string_member (line, "kind", fact->kind);
  json_object_set_string_member (line, "subject", fact->subject);
  json_object_set_string_member (line, "payload", fact->payload);
  json = hs_payload_to_text (line);
  g_string_append_printf (text, "%s\n", json);
}

static gboolean
write_all (int fd, const char *text, gsize length)
{
  while (length > 0) {
    gssize n = write (fd, text, length);

    if (n < 0 && errno != EINTR)
      return FALSE;
    if (n > 0) {
      text += n;
      length -= n;
    }
  }
  return fsync (fd) == 0;
}

/**
 * hs_catalog_spool:
 * @self: a catalog whose hs_catalog_append() failed
 * @facts: (array length=n): what happened
 * @n: how many
 * @error: a #HsStoreError
 *
 * The last resort: writes facts to a file beside the catalog, from where the next opening takes
 * them. Blocks.
 *
 * Returns: %TRUE if they are durable there
 */
gboolean
hs_catalog_spool (HsCatalog *self, const HsFact *facts, guint n, GError **error)
{
  g_autofree char *path = spool_path (self);
  g_autoptr (GString) text = g_string_new (NULL);
  int fd = open_spool (path, O_WRONLY | O_CREAT | O_APPEND);
  gboolean written;

  for (guint i = 0; i < n; i++)
    add_line (self, text, &facts[i]);
  written = fd >= 0 && write_all (fd, text->str, text->len);
  if (!written)
    g_set_error (error,
                 HS_STORE_ERROR,
                 errno == ENOSPC || errno == EDQUOT ? HS_STORE_ERROR_FULL
                                                    : HS_STORE_ERROR_PERMISSION,
                 _ ("What happened could not be written down at all: %s."),
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return written;
}

/* A line that was cut off while it was written never counted as kept. */
static gboolean
take_line (HsCatalog *self, const char *line, GError **error)
{
  g_autoptr (JsonObject) object = hs_payload_parse (line);
  const char *id = hs_payload_get_text (object, "id");
  const char *bench = hs_payload_get_text (object, "bench");
  const char *operator_name = hs_payload_get_text (object, "operator");
  const char *ids[] = { id };
  g_auto (HsHead) head = { 0 };
  HsFact fact = { hs_payload_get_text (object, "kind"),
                  hs_payload_get_text (object, "subject"),
                  hs_payload_get_text (object, "payload") };
  HsWriter writer = { .chain = self->chain,
                      .bench = bench != NULL ? bench : "",
                      .operator_name = operator_name != NULL ? operator_name : "",
                      .now = hs_payload_get_int (object, "time"),
                      .ids = ids };
  gboolean known = FALSE;

  if (id == NULL || fact.kind == NULL || fact.subject == NULL || fact.payload == NULL)
    return TRUE;
  if (!hs_journal_has_id (self->write_db, id, &known, error))
    return FALSE;
  return known || hs_journal_append (self->write_db, &writer, &fact, 1, NULL, &head, error);
}

static gboolean
take_lines (HsCatalog *self, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (!hs_database_begin_write (self->write_db, error))
    return FALSE;
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !take_line (self, *line, error)) {
      hs_database_rollback (self->write_db);
      return FALSE;
    }
  return hs_database_commit (self->write_db, error);
}

/* While opening. What can't be taken now stays for the next time. */
void
hs_catalog_take_spool (HsCatalog *self)
{
  g_autofree char *path = spool_path (self);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int fd = open_spool (path, O_RDONLY);

  if (fd < 0)
    return;
  if (g_file_get_contents (path, &text, NULL, &error) && take_lines (self, text, &error))
    unlink (path);
  else
    g_warning ("%s stays: %s", path, error->message);
  close (fd);
}
