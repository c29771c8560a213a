/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"

#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

/* Begins the text that is hashed; a later form of the hash gets another. */
#define HASH_DOMAIN "hotshoe journal 1"

void
hs_head_clear (HsHead *self)
{
  g_clear_pointer (&self->hash, g_free);
  self->n = 0;
}

/**
 * hs_journal_new_id:
 * @time_us: microseconds since 1970, its first 48 bits by milliseconds
 *
 * Makes a UUID of version 7 (RFC 9562 section 5.7); the 12 bits after the milliseconds are the
 * microseconds, so that ids sort as they were made.
 *
 * Returns: (transfer full): 36 characters
 */
char *
hs_journal_new_id (gint64 time_us)
{
  guint64 ms = time_us / 1000;
  guint us = time_us % 1000;
  guint8 random[8];

  randombytes_buf (random, sizeof random);
  return g_strdup_printf ("%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          (guint) (ms >> 16),
                          (guint) (ms & 0xffff),
                          us,
                          (random[0] & 0x3fu) | 0x80u,
                          random[1],
                          random[2],
                          random[3],
                          random[4],
                          random[5],
                          random[6],
                          random[7]);
}

static void
add_bytes (crypto_hash_sha256_state *sum, const char *bytes, gsize length)
{
  crypto_hash_sha256_update (sum, (const guint8 *) bytes, length);
}

/* Ten million entries have a hundred million numbers: printf() would take as long as hashing. */
static void
add_decimal (crypto_hash_sha256_state *sum, gint64 number, char end)
{
  char text[24];
  char *at = text + sizeof text;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;

  if (end != '\0')
    *--at = end;
  do
    *--at = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (number < 0)
    *--at = '-';
  add_bytes (sum, at, text + sizeof text - at);
}

static void
add_field (crypto_hash_sha256_state *sum, const char *bytes, gssize length)
{
  if (length < 0)
    length = strlen (bytes);
  add_decimal (sum, length, ':');
  add_bytes (sum, bytes, length);
}

static void
add_number (crypto_hash_sha256_state *sum, gint64 number)
{
  gint64 length = number < 0 ? 2 : 1;

  for (gint64 rest = number / 10; rest != 0; rest /= 10)
    length++;
  add_decimal (sum, length, ':');
  add_decimal (sum, number, '\0');
}

/**
 * hs_journal_compute_hash:
 * @record: an entry; its own hash is not looked at
 * @hex: (out caller-allocates): %HS_HASH_SIZE characters: 64 lower-case hex digits and a NUL
 *
 * The SHA-256 of the domain and of every column in the order of the table, each written as its
 * length in bytes (decimal), a colon, and its bytes; numbers in decimal.
 */
void
hs_journal_compute_hash (const HsRecord *record, char *hex)
{
  crypto_hash_sha256_state sum;
  guint8 digest[crypto_hash_sha256_BYTES];

  crypto_hash_sha256_init (&sum);
  add_field (&sum, HASH_DOMAIN, -1);
  add_field (&sum, record->chain, -1);
  add_number (&sum, record->n);
  add_field (&sum, record->id, -1);
  add_number (&sum, record->hlc);
  add_number (&sum, record->time);
  add_field (&sum, record->bench, -1);
  add_field (&sum, record->operator_name, -1);
  add_field (&sum, record->kind, -1);
  add_field (&sum, record->subject, -1);
  add_field (&sum, record->payload, record->payload_length);
  add_field (&sum, record->previous, -1);
  crypto_hash_sha256_final (&sum, digest);
  sodium_bin2hex (hex, HS_HASH_SIZE, digest, sizeof digest);
}

/* The same; (transfer full). */
char *
hs_journal_hash (const HsRecord *record)
{
  char *hex = g_malloc (HS_HASH_SIZE);

  hs_journal_compute_hash (record, hex);
  return hex;
}

gboolean
hs_journal_read_head (HsDatabase *database, const char *chain, HsHead *head, GError **error)
{
  g_autoptr (HsStatement) statement = hs_statement_new (
      database, "SELECT n, hash FROM journal WHERE chain = ?1 ORDER BY n DESC LIMIT 1", "s", chain);

  hs_head_clear (head);
  if (hs_statement_next (statement)) {
    head->n = hs_statement_get_int (statement, 0);
    head->hash = g_strdup (hs_statement_get_text (statement, 1));
  }
  return hs_statement_finish (statement, error);
}

gboolean
hs_journal_read_checkpoint (HsDatabase *database, const char *chain, HsHead *head, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database, "SELECT n, hash FROM chain WHERE chain = ?1", "s", chain);

  hs_head_clear (head);
  if (hs_statement_next (statement)) {
    head->n = hs_statement_get_int (statement, 0);
    head->hash = g_strdup (hs_statement_get_text (statement, 1));
  }
  return hs_statement_finish (statement, error);
}

gboolean
hs_journal_write_checkpoint (HsDatabase *database,
                             const char *chain,
                             const HsHead *head,
                             const char *signature,
                             gboolean foreign,
                             GError **error)
{
  return hs_statement_run (database,
                           error,
                           "INSERT INTO chain (chain, n, hash, signature, foreign_) "
                           "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (chain) DO UPDATE SET "
                           "n = ?2, hash = ?3, signature = ?4",
                           "sissd",
                           chain,
                           head->n,
                           head->hash,
                           signature,
                           (int) foreign);
}

gboolean
hs_journal_has_id (HsDatabase *database, const char *id, gboolean *has, GError **error)
{
  gint64 n = 0;

  if (!hs_statement_read_int (
          database, &n, error, "SELECT count(*) FROM journal WHERE id = ?1", "s", id))
    return FALSE;
  *has = n > 0;
  return TRUE;
}

/**
 * hs_journal_insert:
 * @database: in a write transaction
 * @record: a whole entry with its hash
 * @touched: notes what is to be folded
 * @error: a #HsStoreError
 *
 * Returns: %TRUE if it is in the journal
 */
gboolean
hs_journal_insert (HsDatabase *database, const HsRecord *record, HsTouched *touched, GError **error)
{
  gint64 row = 0;

  return hs_statement_run (database,
                           error,
                           "INSERT INTO journal (chain, n, id, hlc, time, bench, operator, kind, "
                           "subject, payload, previous, hash) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                           "sisiisssssss",
                           record->chain,
                           record->n,
                           record->id,
                           record->hlc,
                           record->time,
                           record->bench,
                           record->operator_name,
                           record->kind,
                           record->subject,
                           record->payload,
                           record->previous,
                           record->hash) &&
         hs_statement_read_int (database, &row, error, "SELECT last_insert_rowid ()", "") &&
         hs_project_note (database,
                          touched,
                          row,
                          record->id,
                          record->hlc,
                          record->kind,
                          record->subject,
                          record->payload,
                          error);
}

static gboolean
append_one (HsDatabase *database,
            const HsWriter *writer,
            const HsFact *fact,
            const char *given_id,
            gint64 time,
            gint64 hlc,
            HsHead *head,
            HsTouched *touched,
            char **id,
            GError **error)
{
  g_autofree char *new_id = given_id != NULL ? g_strdup (given_id) : hs_journal_new_id (hlc);
  HsRecord record = {
    .chain = writer->chain->id,
    .n = head->n + 1,
    .id = new_id,
    .hlc = hlc,
    .time = time,
    .bench = writer->bench,
    .operator_name = writer->operator_name,
    .kind = fact->kind,
    .subject = fact->subject,
    .payload = fact->payload,
    .payload_length = -1,
    .previous = head->hash != NULL ? head->hash : "",
  };
  g_autofree char *hash = hs_journal_hash (&record);

  record.hash = hash;
  if (!hs_journal_insert (database, &record, touched, error))
    return FALSE;

  hs_head_clear (head);
  head->n = record.n;
  head->hash = g_steal_pointer (&hash);
  g_free (*id);
  *id = g_steal_pointer (&new_id);
  return TRUE;
}

/**
 * hs_journal_append:
 * @database: in a write transaction
 * @writer: who and when
 * @facts: (array length=n): what happened
 * @n: how many
 * @last_id: (out) (optional): id of the last entry
 * @head: (out caller-allocates): where the chain ends now
 * @error: a #HsStoreError
 *
 * Appends to the writer's chain, signs its head, and folds what the facts are about. An entry's
 * hlc is the clock's microseconds, or one more than the largest the journal holds if the clock
 * is not ahead of that: a clock set back reorders nothing.
 *
 * Returns: %TRUE; else the caller rolls back
 */
gboolean
hs_journal_append (HsDatabase *database,
                   const HsWriter *writer,
                   const HsFact *facts,
                   guint n,
                   char **last_id,
                   HsHead *head,
                   GError **error)
{
  g_autoptr (HsTouched) touched = hs_touched_new ();
  g_autofree char *id = NULL;
  g_autofree char *signature = NULL;
  gint64 hlc = 0;

  if (!hs_journal_read_head (database, writer->chain->id, head, error) ||
      !hs_statement_read_int (database, &hlc, error, "SELECT max (hlc) FROM journal", ""))
    return FALSE;

  for (guint i = 0; i < n; i++) {
    const char *given = writer->ids != NULL ? writer->ids[i] : NULL;
    gint64 time = writer->times != NULL ? writer->times[i] : writer->now + i;

    hlc = MAX (hlc + 1, time);
    if (!hs_kind_check (facts[i].kind, facts[i].subject, facts[i].payload, error) ||
        !append_one (database, writer, &facts[i], given, time, hlc, head, touched, &id, error))
      return FALSE;
  }

  signature = hs_chain_sign (writer->chain, head->n, head->hash);
  if (!hs_journal_write_checkpoint (database, writer->chain->id, head, signature, FALSE, error) ||
      !hs_project_fold (database, touched, error))
    return FALSE;
  if (last_id != NULL)
    *last_id = g_steal_pointer (&id);
  return TRUE;
}

/* No column may be NULL; in a file that somebody spoilt one is. */
static const char *
text_of (HsStatement *statement, int column)
{
  const char *text = hs_statement_get_text (statement, column);

  return text != NULL ? text : "";
}

void
hs_record_from_row (HsRecord *self, HsStatement *statement, int first_column)
{
  int c = first_column;

  self->chain = text_of (statement, c++);
  self->n = hs_statement_get_int (statement, c++);
  self->id = text_of (statement, c++);
  self->hlc = hs_statement_get_int (statement, c++);
  self->time = hs_statement_get_int (statement, c++);
  self->bench = text_of (statement, c++);
  self->operator_name = text_of (statement, c++);
  self->kind = text_of (statement, c++);
  self->subject = text_of (statement, c++);
  self->payload = text_of (statement, c);
  self->payload_length = hs_statement_get_length (statement, c++);
  self->previous = text_of (statement, c++);
  self->hash = text_of (statement, c);
}
