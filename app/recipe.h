/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/version.h"
#include "store/values.h"

G_BEGIN_DECLS

/* How a unit gets its product number. */
typedef enum {
  HS_NUMBER_NONE,
  HS_NUMBER_COUNTER, /* prefix, digits, suffix, out of a lease */
  HS_NUMBER_LIST,    /* from a file that is part of the release, out of a lease of its lines */
  HS_NUMBER_SCAN,    /* what the operator scans; must begin with prefix, if there is one */
  HS_NUMBER_CHIP,    /* the unit's own id */
} HsNumberRule;

/* Where the content of a file for the camera's drive comes from. */
typedef enum {
  HS_FILE_TEMPLATE, /* text with {id} {serial} {board} {release} {version} {date} */
  HS_FILE_FOLDER,   /* ROOT/NAME/SERIAL/FILE; ROOT: see app/unit-files.h */
  HS_FILE_COMMAND,  /* ROOT/NAME is run with id, serial and board; its output is the file */
} HsFileSource;

typedef struct {
  char *path; /* on the drive, relative: "tls/key.der" */
  HsFileSource source;
  char *text; /* the template, or NAME */
  char *file; /* HS_FILE_FOLDER: which file of the unit's folder; nullable: as in @path */
} HsRecipeFile;

typedef struct {
  char *role;
  char *file;
  guint64 size;
  char *sha256;
} HsRecipeArtifact;

/* One board of a recipe. */
typedef struct {
  char *board;
  char *build;
  char *build_name;
  char *version;        /* what must come back by REPL; nullable */
  char *number;         /* by VERSION; nullable */
  GPtrArray *artifacts; /* HsRecipeArtifact */
} HsRecipeBoard;

/**
 * HsRecipe:
 * @confirm: the best evidence of version that is asked for: HS_VERSION_TEXT lets the REPL stop the
 *   product
 * @confirm_none: bytes and id in the bootloader are enough: for products that close USB
 * @series: numbers are unique within; by default the release's name, so that versions share it;
 *   never NULL in what hs_recipe_parse() returns
 * @list_sha256: blob with one number a line
 * @reasons: finding code -> why it is all right; see app/release.h
 *
 * What a release says, in memory. A plain value: read and written by one thread at a time; kept as
 * the text hs_recipe_to_text() makes, whose SHA-256 is the release's id.
 */
typedef struct {
  char *name;
  char *version;
  GPtrArray *boards; /* HsRecipeBoard */
  gboolean erase_filesystem;
  HsVersionKind confirm;
  gboolean confirm_none;
  gboolean allow_unproven; /* unproven outcomes commit numbers and count as done, never as passed */
  HsNumberRule rule;
  char *series;
  char *prefix;
  char *suffix;
  guint digits;
  gint64 first;
  gint64 last;
  char *list_sha256;   /* nullable */
  GPtrArray *files;    /* HsRecipeFile */
  GHashTable *reasons; /* char * -> char * */
  char *supersedes;    /* id; nullable */
  char *notes;         /* nullable */
} HsRecipe;

HsRecipe *hs_recipe_new (void);
HsRecipe *hs_recipe_copy (const HsRecipe *self);
void hs_recipe_free (HsRecipe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsRecipe, hs_recipe_free)

/* Strict: a member this version does not know is an error ("made by a newer Hotshoe"), so that
 * nothing a later version asks for is skipped in silence. HS_APP_ERROR_BAD_RECIPE */
HsRecipe *hs_recipe_parse (const char *text, GError **error);
/* Canonical: members sorted, no white space; the same recipe is the same text. (transfer full) */
char *hs_recipe_to_text (const HsRecipe *self);
char *hs_recipe_compute_id (const char *text); /* SHA-256, 64 hex digits */
const HsRecipeBoard *hs_recipe_find_board (const HsRecipe *self, const char *board);
/* Adds a board with all artifacts that its flash order takes, or replaces it. @roles: bit 1 <<
 * HsRole; 0: all that the build has for it */
void hs_recipe_take_build (HsRecipe *self, HsBuild *build, guint64 roles);
void hs_recipe_add_file (HsRecipe *self,
                         const char *path,
                         HsFileSource source,
                         const char *text,
                         const char *file);
/* Whether a file may be called so on the drive: relative, no "..", nothing a FAT refuses. */
gboolean hs_recipe_path_is_sane (const char *path);
/* The numbers of a list, in order: NULL-terminated, (transfer full). */
char **hs_recipe_split_list (GBytes *bytes);
const char *hs_file_source_name (HsFileSource source); /* "template" */
gboolean hs_file_source_from_name (const char *name, HsFileSource *source);
const char *hs_number_rule_name (HsNumberRule rule); /* "counter" */
HsNumberRule hs_number_rule_from_name (const char *name);

G_END_DECLS
