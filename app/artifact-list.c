/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/artifact-list.h"

#include "app/app-error.h"
#include "store/values.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The artifacts of a build that is being imported, as they will be recorded, and what is read out
 * of its version. */

/* The file of the artifact with that role and those bytes; (nullable): there is none. */
const char *
hs_artifact_list_find (JsonArray *artifacts, const char *role, const char *sha256)
{
  for (guint i = 0; i < json_array_get_length (artifacts); i++) {
    JsonObject *artifact = json_array_get_object_element (artifacts, i);

    if (g_strcmp0 (json_object_get_string_member (artifact, "role"), role) == 0 &&
        g_strcmp0 (json_object_get_string_member (artifact, "sha256"), sha256) == 0)
      return json_object_get_string_member (artifact, "file");
  }
  return NULL;
}

/* Two different firmwares in one build would make "which one was flashed?" a guess. */
gboolean
hs_artifact_list_check_unique (JsonArray *artifacts, HsRole role, const char *file, GError **error)
{
  for (guint i = 0; role != HS_ROLE_DEBUG && i < json_array_get_length (artifacts); i++) {
    JsonObject *artifact = json_array_get_object_element (artifacts, i);

    if (g_strcmp0 (json_object_get_string_member (artifact, "role"), hs_role_name (role)) != 0)
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_MIXED,
                 _ ("%s and %s are both %s, and differ. Import them one by one."),
                 json_object_get_string_member (artifact, "file"),
                 file,
                 hs_role_name (role));
    return FALSE;
  }
  return TRUE;
}

/* Whether @longer is @shorter and fill bytes behind it: builds pad a bootloader up to the firmware,
 * and .dfu files to a multiple of 8. */
gboolean
hs_payload_is_padded (GBytes *longer, GBytes *shorter)
{
  gsize size, n;
  const guint8 *bytes = g_bytes_get_data (longer, &size);
  const guint8 *front = g_bytes_get_data (shorter, &n);
  guint8 fill = size > n ? bytes[n] : 0;

  if (size <= n || (fill != 0x00 && fill != 0xFF) || memcmp (bytes, front, n) != 0)
    return FALSE;
  for (gsize i = n; i < size; i++)
    if (bytes[i] != fill)
      return FALSE;
  return TRUE;
}

/* The id is a digest of the content: importing twice is one build, on every bench. */
char *
hs_artifact_list_make_id (const char *board, JsonArray *artifacts)
{
  guint n = json_array_get_length (artifacts);
  g_autofree HsArtifact *content = g_new0 (HsArtifact, n);

  for (guint i = 0; i < n; i++) {
    JsonObject *artifact = json_array_get_object_element (artifacts, i);

    content[i].role = (char *) json_object_get_string_member (artifact, "role");
    content[i].sha256 = (char *) json_object_get_string_member (artifact, "sha256");
  }
  return hs_build_compute_id (board, content, n);
}

/* "5.0.0" from a tag that stands exactly on a release; commits after it may have moved the number.
 */
char *
hs_tag_dup_number (const char *tag)
{
  g_autoptr (GRegex) regex = g_regex_new ("^v?(\\d+\\.\\d+\\.\\d+)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (tag == NULL || !g_regex_match (regex, tag, 0, &match))
    return NULL;
  return g_match_info_fetch (match, 1);
}

/* "cbbb877ed" of "v5.0.0-34.gcbbb877ed.dirty" or of a bare hash. */
char *
hs_tag_dup_commit (const char *tag)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?:[.-]g|^)([0-9a-f]{7,40})(?:[.-]dirty)?$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (tag == NULL || !g_regex_match (regex, tag, 0, &match))
    return NULL;
  return g_match_info_fetch (match, 1);
}
