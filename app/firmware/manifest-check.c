/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_ALIKE 20 /* findings of one kind; the rest says the same */

/* The form that keeps frozen modules importable, and nothing from a drive. */
#define CLOSED_PATH "import sys\n\nsys.path[:] = [\".frozen\", \"/rom\", \"/rom/lib\"]"

/* What is looked at while findings are made. */
typedef struct {
  HsManifest *manifest;
  HsTree *tree;
  HsTreeEdit *edit;
  JsonObject *resolved;
} Check;

static void
add (Check *self,
     HsFindingLevel level,
     const char *code,
     const char *path,
     guint line,
     char *text,
     char *action,
     const char *example)
{
  g_autofree char *file = path != NULL ? hs_manifest_shorten (self->manifest, path) : NULL;

  g_ptr_array_add (self->manifest->findings,
                   hs_finding_new (level, code, file, line, text, action, g_strdup (example)));
}

/* The source of a frozen file; @name as the camera imports it. */
static const char *
path_of (Check *self, const char *name)
{
  const HsFrozen *frozen = name != NULL ? hs_manifest_find (self->manifest, name) : NULL;

  return frozen != NULL ? frozen->path : NULL;
}

/* --- directives that came to nothing --- */

static void
check_empty (Check *self, JsonObject *fact)
{
  const char *package = hs_manifest_fact (fact, "package");
  const char *base = hs_manifest_fact (fact, "base");
  g_autofree char *folder = hs_manifest_shorten (self->manifest, hs_manifest_fact (fact, "folder"));
  g_autofree char *tail = g_strconcat ("/", package, NULL);
  g_autofree char *above = NULL;
  g_autofree char *example = NULL;

  if (!g_str_equal (hs_manifest_fact (fact, "directive"), "package")) {
    add (self,
         HS_FINDING_WARNING,
         "empty-package",
         hs_manifest_fact (fact, "file"),
         hs_manifest_fact_number (fact, "line"),
         g_strdup_printf (_ ("This line freezes nothing: no file in %s"), folder),
         g_strdup (_ ("Correct the folder, or take the line away.")),
         NULL);
    return;
  }
  if (hs_facts_flag (fact, "above") && g_str_has_suffix (base, tail)) {
    above = g_strndup (base, strlen (base) - strlen (tail));
    example = g_strdup_printf ("package(\"%s\", base_path=\"%s\")", package, above);
  }
  add (self,
       HS_FINDING_ERROR,
       "empty-package",
       hs_manifest_fact (fact, "file"),
       hs_manifest_fact_number (fact, "line"),
       g_strdup_printf (_ ("The package “%s” freezes nothing: %s holds no Python file, and that is "
                           "no error for the build"),
                        package,
                        folder),
       g_strdup (_ ("base_path names the folder that the package lies in, not the package.")),
       example);
}

/* A submodule that is not there, and that @path lies in. */
static const HsTreeSubmodule *
find_missing_submodule (Check *self, const char *path)
{
  GPtrArray *submodules = hs_tree_get_submodules (self->tree);
  g_autofree char *file = hs_manifest_shorten (self->manifest, path);

  for (guint i = 0; submodules != NULL && i < submodules->len; i++) {
    const HsTreeSubmodule *submodule = g_ptr_array_index (submodules, i);
    gsize length = strlen (submodule->path);

    if (!submodule->present && g_str_has_prefix (file, submodule->path) &&
        (file[length] == '/' || file[length] == '\0'))
      return submodule;
  }
  return NULL;
}

static char *
submodule_action (const char *path)
{
  return g_strdup_printf (_ ("Get it with: git submodule update --init --depth=1 %s"), path);
}

/* Once for each submodule; a file that is simply not there is named. */
static void
check_missing (Check *self, JsonObject *fact, GHashTable *said)
{
  const char *path = hs_manifest_fact (fact, "path");
  const HsTreeSubmodule *submodule = find_missing_submodule (self, path);
  g_autofree char *file = hs_manifest_shorten (self->manifest, path);

  if (submodule != NULL && !g_hash_table_add (said, g_strdup (submodule->path)))
    return;
  if (submodule == NULL && !g_hash_table_add (said, g_strdup (path)))
    return;
  if (submodule != NULL)
    add (self,
         HS_FINDING_ERROR,
         "missing-file",
         hs_manifest_fact (fact, "file"),
         hs_manifest_fact_number (fact, "line"),
         g_strdup_printf (_ ("%s is not there: its submodule was never fetched"), submodule->path),
         submodule_action (submodule->path),
         NULL);
  else
    add (self,
         HS_FINDING_ERROR,
         "missing-file",
         hs_manifest_fact (fact, "file"),
         hs_manifest_fact_number (fact, "line"),
         g_strdup_printf (_ ("%s is not there; the build stops at this line"), file),
         g_strdup (_ ("Put the file there, or take the line away.")),
         NULL);
}

static gboolean
have_libraries (Check *self, char **folder)
{
  g_autofree char *path =
      g_build_filename (self->manifest->micropython, "lib", "micropython-lib", NULL);
  g_autofree char *inner = g_build_filename (path, "micropython", NULL);

  *folder = hs_manifest_shorten (self->manifest, path);
  return g_file_test (inner, G_FILE_TEST_IS_DIR);
}

static void
check_require (Check *self, JsonObject *fact, GHashTable *said)
{
  const char *name = hs_manifest_fact (fact, "name");
  const char *library = hs_manifest_fact (fact, "library");
  g_autofree char *folder = NULL;

  if (library == NULL && !have_libraries (self, &folder)) {
    if (!g_hash_table_add (said, g_strdup (folder)))
      return;
    add (self,
         HS_FINDING_ERROR,
         "require-unknown",
         hs_manifest_fact (fact, "file"),
         hs_manifest_fact_number (fact, "line"),
         g_strdup_printf (_ ("“%s” and all else that is required can't be found: the submodule %s "
                             "is not there"),
                          name,
                          folder),
         g_strdup_printf (
             _ ("Get it with: git -C %s submodule update --init --depth=1 lib/micropython-lib"),
             self->manifest->micropython),
         NULL);
    return;
  }
  add (self,
       HS_FINDING_ERROR,
       "require-unknown",
       hs_manifest_fact (fact, "file"),
       hs_manifest_fact_number (fact, "line"),
       library != NULL
           ? g_strdup_printf (_ ("There is no package “%s” in the library “%s”"), name, library)
           : g_strdup_printf (_ ("There is no package “%s” in micropython-lib"), name),
       g_strdup (_ ("Look for its name in the folders of micropython-lib; a module of your own is "
                    "frozen by module() or package().")),
       NULL);
}

static void
check_directives (Check *self)
{
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *facts = hs_facts_array (self->resolved, "findings");

  for (guint i = 0; i < json_array_get_length (facts); i++) {
    JsonObject *fact = json_array_get_object_element (facts, i);
    const char *code = hs_manifest_fact (fact, "code");

    if (g_str_equal (code, "empty-package"))
      check_empty (self, fact);
    else if (g_str_equal (code, "missing-file"))
      check_missing (self, fact, said);
    else
      check_require (self, fact, said);
  }
}

/* --- names --- */

/* Bytecode twice is defined twice in C; source beside bytecode is found first. */
static void
add_duplicate (Check *self, const HsFrozen *first, const HsFrozen *second)
{
  g_autofree char *one = hs_manifest_shorten (self->manifest, first->path);
  g_autofree char *other = hs_manifest_shorten (self->manifest, second->path);
  gboolean mixed = g_str_equal (first->kind, "str") != g_str_equal (second->kind, "str");
  const HsFrozen *wins = mixed && g_str_equal (second->kind, "str") ? second : first;
  g_autofree char *winner = hs_manifest_shorten (self->manifest, wins->path);
  g_autofree char *where =
      first->manifest != NULL ? hs_manifest_shorten (self->manifest, first->manifest) : NULL;

  add (self,
       mixed ? HS_FINDING_WARNING : HS_FINDING_ERROR,
       "duplicate-name",
       second->manifest,
       second->line,
       mixed ? g_strdup_printf (_ ("%s is frozen twice, from %s and from %s; %s wins"),
                                second->name,
                                one,
                                other,
                                winner)
             : g_strdup_printf (_ ("%s is frozen twice, from %s (line %u of %s) and from %s: the "
                                   "build stops, it is defined twice. Looked up, the first would "
                                   "win"),
                                second->name,
                                one,
                                first->line,
                                where != NULL ? where : "?",
                                other),
       g_strdup (_ ("Take one of the two lines away.")),
       NULL);
}

/* my_lib.py beside my_lib/: the import looks for the folder first. */
static void
check_module_and_package (Check *self, const HsFrozen *frozen)
{
  g_autofree char *base = NULL;
  g_autofree char *package = NULL;

  if (!g_str_has_suffix (frozen->name, ".py"))
    return;
  base = g_strndup (frozen->name, strlen (frozen->name) - 3);
  package = g_strconcat (base, "/__init__.py", NULL);
  if (hs_manifest_find (self->manifest, package) == NULL)
    return;
  add (self,
       HS_FINDING_WARNING,
       "duplicate-name",
       frozen->manifest,
       frozen->line,
       g_strdup_printf (
           _ ("“import %s” finds the package %s, never %s"), base, package, frozen->name),
       g_strdup (_ ("Give one of them another name.")),
       NULL);
}

static void
check_names (Check *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->manifest->frozen->len; i++) {
    HsFrozen *frozen = g_ptr_array_index (self->manifest->frozen, i);
    const HsFrozen *first = g_hash_table_lookup (seen, frozen->name);

    if (first != NULL)
      add_duplicate (self, first, frozen);
    else
      g_hash_table_insert (seen, frozen->name, frozen);
    check_module_and_package (self, frozen);
    if (g_str_equal (frozen->kind, "str"))
      add (self,
           HS_FINDING_WARNING,
           "freeze-as-str",
           frozen->manifest,
           frozen->line,
           g_strdup_printf (_ ("The source of %s stands readable in the image"), frozen->name),
           g_strdup (_ ("freeze() puts bytecode there instead.")),
           NULL);
  }
}

/* --- boot.py and main.py --- */

static void
check_boot_file (Check *self)
{
  if (!self->manifest->boot_file || hs_manifest_find (self->manifest, "_boot.py") != NULL)
    return;
  add (self,
       HS_FINDING_ERROR,
       "no-boot-file",
       self->manifest->manifest,
       0,
       g_strdup (_ ("_boot.py is not frozen: this firmware mounts no filesystem without it")),
       g_strdup (_ ("Put it back, as the last line of the manifest.")),
       "freeze(\"$(OMV_LIB_DIR)/\", \"_boot.py\")");
}

static void
check_main_hides (Check *self, const HsFrozen *main_file)
{
  if (self->manifest->main_needs_file)
    add (self,
         HS_FINDING_WARNING,
         "main-needs-file",
         main_file->manifest,
         main_file->line,
         g_strdup (_ ("This firmware runs the frozen main.py only if a file main.py lies on the "
                      "drive, too (whatever is in it)")),
         g_strdup (_ ("Freeze the application as boot.py, or leave the main.py on the drive that a "
                      "fresh filesystem has.")),
         NULL);
  add (self,
       HS_FINDING_NOTE,
       "frozen-main-hides",
       main_file->manifest,
       main_file->line,
       g_strdup (_ ("A frozen main.py hides the one on the drive: what people save there is not "
                    "run any more")),
       g_strdup (_ ("To try something, run it from the IDE, or freeze it again.")),
       NULL);
}

static void
check_cores (Check *self, const HsFrozen *main_file)
{
  JsonArray *elsewhere = hs_facts_array (self->resolved, "elsewhere");

  for (guint i = 0; i < json_array_get_length (elsewhere); i++) {
    JsonArray *names = hs_facts_array (json_array_get_object_element (elsewhere, i), "names");
    gboolean both = FALSE;

    for (guint n = 0; n < json_array_get_length (names); n++)
      both = both || g_str_equal (json_array_get_string_element (names, n), main_file->name);
    if (!both)
      continue;
    add (self,
         HS_FINDING_NOTE,
         "two-cores",
         main_file->manifest,
         main_file->line,
         g_strdup_printf (_ ("%s lands in the firmware of both cores: the manifest is the same "
                             "for both. The efficiency core does not get to run it"),
                          main_file->name),
         g_strdup (_ ("If room is short, freeze a folder of each core's own.")),
         "freeze(\"$(OMV_LIB_DIR)/app/$(MCU_CORE)\")");
    return;
  }
}

static void
check_boot_application (Check *self)
{
  JsonNode *forever = json_object_get_member (self->manifest->facts, "forever");
  JsonObject *where;

  if (forever == NULL || !JSON_NODE_HOLDS_OBJECT (forever))
    return;
  where = json_node_get_object (forever);
  add (self,
       HS_FINDING_NOTE,
       "boot-as-application",
       path_of (self, hs_manifest_fact (where, "file")),
       hs_manifest_fact_number (where, "line"),
       g_strdup (_ ("boot.py does not come to an end: it is the application, and main.py is never "
                    "run. boot.py runs at each soft reset, too")),
       g_strdup (self->manifest->main_needs_file
                     ? _ ("That works, and with this firmware it is the sure way.")
                     : _ ("That works. Today the application's place is main.py; boot.py is for "
                          "what has to be set up before the REPL.")),
       NULL);
}

static void
check_entry (Check *self)
{
  const HsFrozen *main_file = hs_manifest_find (self->manifest, "main.py");
  const HsFrozen *boot = hs_manifest_find (self->manifest, "boot.py");

  if (main_file == NULL && boot == NULL)
    add (self,
         HS_FINDING_NOTE,
         "no-main",
         self->manifest->manifest,
         0,
         g_strdup (_ ("No main.py is frozen: the camera runs the one on its drive, or none")),
         NULL,
         NULL);
  if (main_file != NULL) {
    check_main_hides (self, main_file);
    check_cores (self, main_file);
  }
  check_boot_application (self);
}

/* --- sources --- */

static gboolean
has_entry (JsonArray *array, const char *text)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_strcmp0 (json_array_get_string_element (array, i), text) == 0)
      return TRUE;
  return FALSE;
}

/* What sys.path holds in the end decides; "now" is null where that can't be told. */
static void
check_path (Check *self)
{
  JsonArray *paths = hs_facts_array (self->manifest->facts, "paths");
  guint n = json_array_get_length (paths);
  JsonObject *last = n > 0 ? json_array_get_object_element (paths, n - 1) : NULL;

  if (last == NULL || json_object_get_null_member (last, "now") ||
      has_entry (hs_facts_array (last, "now"), ".frozen"))
    return;
  add (self,
       HS_FINDING_ERROR,
       "sys-path-clear",
       path_of (self, hs_manifest_fact (last, "file")),
       hs_manifest_fact_number (last, "line"),
       g_strdup (_ ("After this line no frozen module can be imported: they are found through the "
                    "entry “.frozen” of sys.path, which is gone")),
       g_strdup (_ ("Reduce the list instead; leave /rom and /rom/lib out if ROMFS is not to be "
                    "trusted.")),
       CLOSED_PATH);
}

static void
check_overridden (Check *self)
{
  JsonArray *found = hs_facts_array (self->manifest->facts, "overridden");

  for (guint i = 0; i < MIN (json_array_get_length (found), MOST_ALIKE); i++) {
    JsonObject *fact = json_array_get_object_element (found, i);

    add (self,
         HS_FINDING_NOTE,
         "overridden-import",
         path_of (self, hs_manifest_fact (fact, "file")),
         hs_manifest_fact_number (fact, "line"),
         g_strdup_printf (_ ("A file %s in the working directory (/flash, or /sdcard with a card) "
                             "is imported before the frozen one; one in /flash/lib is not"),
                          hs_manifest_fact (fact, "name")),
         g_strdup (_ ("Handy while developing. A product reduces sys.path before its imports.")),
         CLOSED_PATH);
  }
}

static void
check_file (Check *self, JsonObject *fact)
{
  const char *path = path_of (self, hs_manifest_fact (fact, "name"));
  JsonArray *literals = hs_facts_array (fact, "literals");

  if (path == NULL || !hs_manifest_is_application (self->manifest, path))
    return;
  if (!json_object_get_null_member (fact, "syntax")) {
    JsonObject *syntax = json_object_get_object_member (fact, "syntax");

    add (self,
         HS_FINDING_ERROR,
         "syntax-error",
         path,
         hs_manifest_fact_number (syntax, "line"),
         g_strdup (hs_manifest_fact (syntax, "text")),
         NULL,
         NULL);
  }
  for (guint i = 0; i < json_array_get_length (literals); i++) {
    JsonObject *literal = json_array_get_object_element (literals, i);
    g_autofree char *size =
        g_format_size_full (hs_manifest_fact_number (literal, "bytes"), G_FORMAT_SIZE_IEC_UNITS);

    add (self,
         HS_FINDING_WARNING,
         "large-literal",
         path,
         hs_manifest_fact_number (literal, "line"),
         g_strdup_printf (_ ("Data of %s stands in the source"), size),
         g_strdup (_ ("Put it into ROMFS as a file: it is read from flash there, and the firmware "
                      "stays small.")),
         "with open(\"/rom/table.bin\", \"rb\") as f:\n    table = f.read()");
  }
}

static void
check_sources (Check *self)
{
  JsonArray *files = hs_facts_array (self->manifest->facts, "files");
  g_autofree char *mpy_cross =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_MPY_CROSS, self->manifest->target);
  g_autofree char *folder = g_build_filename (self->manifest->micropython, "mpy-cross", NULL);
  g_autofree char *shown = hs_manifest_shorten (self->manifest, folder);

  check_path (self);
  check_overridden (self);
  for (guint i = 0; i < json_array_get_length (files); i++)
    check_file (self, json_array_get_object_element (files, i));
  if (g_file_test (mpy_cross, G_FILE_TEST_IS_REGULAR) ||
      (path_of (self, "main.py") == NULL && path_of (self, "boot.py") == NULL))
    return;
  add (self,
       HS_FINDING_NOTE,
       "not-checked",
       NULL,
       0,
       g_strdup (_ ("The sources were read by python3 only, not by MicroPython's own compiler: "
                    "mpy-cross is not built")),
       g_strdup_printf (_ ("Build it with: make -C %s"), shown),
       NULL);
}

/* --- ROMFS --- */

static gboolean
is_rom_entry (const char *path, const char *name)
{
  g_autofree char *base = path != NULL ? g_path_get_basename (path) : NULL;

  return g_strcmp0 (base, name) == 0;
}

static void
check_rom_entry (Check *self, const char *config, JsonNode *node)
{
  const char *path =
      JSON_NODE_HOLDS_OBJECT (node) ? hs_manifest_fact (json_node_get_object (node), "path") : NULL;

  if (!is_rom_entry (path, "main.py") && !is_rom_entry (path, "boot.py"))
    return;
  add (self,
       HS_FINDING_WARNING,
       "rom-main",
       config,
       0,
       g_strdup_printf (_ ("%s lands in /rom, where nothing runs it by itself"), path),
       g_strdup (_ ("Give it another name, and start it from a frozen main.py.")),
       "import app  # /rom/app.py");
}

static void
check_rom (Check *self)
{
  g_autofree char *config =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_ROMFS_CONFIG, self->manifest->target);
  g_autoptr (GBytes) bytes = hs_manifest_read (self->manifest, config, NULL);
  g_autofree char *text =
      bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;
  g_autoptr (GList) partitions = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  partitions = json_object_get_values (json_node_get_object (node));
  for (GList *l = partitions; l != NULL; l = l->next) {
    JsonArray *found;

    if (!JSON_NODE_HOLDS_OBJECT ((JsonNode *) l->data))
      continue;
    found = hs_facts_array (json_node_get_object (l->data), "entries");
    for (guint i = 0; i < json_array_get_length (found); i++)
      check_rom_entry (self, config, json_array_get_element (found, i));
  }
}

void
hs_manifest_check (HsManifest *self, HsTree *tree, HsTreeEdit *edit, JsonObject *resolved)
{
  Check check = { self, tree, edit, resolved };

  check_directives (&check);
  check_names (&check);
  check_boot_file (&check);
  check_entry (&check);
  check_sources (&check);
  check_rom (&check);
}
