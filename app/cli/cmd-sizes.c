/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/firmware/debug-config.h"

#include <glib/gi18n-lib.h>

#define BIGGEST 20

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Every ELF of a build: a board with two cores has one for each, and a bootloader is one more. */
static GPtrArray *
find_elfs (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".elf"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

static JsonObject *
report_sections (HsCli *cli, GPtrArray *sections)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  guint64 flash = 0, all = 0;

  for (guint i = 0; i < sections->len; i++) {
    const HsElfSection *section = g_ptr_array_index (sections, i);
    JsonObject *member = json_object_new ();

    hs_cli_print (cli,
                  "  %-28s 0x%08" G_GINT64_MODIFIER "x %12" G_GUINT64_FORMAT "  %s",
                  section->name,
                  section->address,
                  section->size,
                  section->in_file ? _ ("in flash") : _ ("memory only"));
    json_object_set_string_member (member, "name", section->name);
    json_object_set_int_member (member, "address", section->address);
    json_object_set_int_member (member, "size", section->size);
    json_object_set_boolean_member (member, "in_file", section->in_file);
    json_array_add_object_element (array, member);
    flash += section->in_file ? section->size : 0;
    all += section->size;
  }
  hs_cli_print (
      cli,
      _ ("  in flash: %" G_GUINT64_FORMAT " bytes; only in memory: %" G_GUINT64_FORMAT " bytes"),
      flash,
      all - flash);
  json_object_set_int_member (object, "flash", flash);
  json_object_set_int_member (object, "memory_only", all - flash);
  json_object_set_array_member (object, "sections", array);
  return object;
}

static void
report_symbols (HsCli *cli, GPtrArray *symbols, JsonObject *object)
{
  JsonArray *array = json_array_new ();

  if (symbols->len > 0)
    hs_cli_print (cli, _ ("  the biggest:"));
  for (guint i = 0; i < symbols->len; i++) {
    const HsElfSymbol *symbol = g_ptr_array_index (symbols, i);
    JsonObject *member = json_object_new ();

    hs_cli_print (cli, "  %12" G_GUINT64_FORMAT "  %s", symbol->size, symbol->name);
    json_object_set_string_member (member, "name", symbol->name);
    json_object_set_int_member (member, "address", symbol->address);
    json_object_set_int_member (member, "size", symbol->size);
    json_array_add_object_element (array, member);
  }
  json_object_set_array_member (object, "biggest", array);
}

static JsonObject *
report (HsCli *cli, const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) mapped = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  g_autoptr (GPtrArray) sections = mapped != NULL ? hs_elf_sections (mapped, error) : NULL;
  g_autoptr (GPtrArray) symbols = sections != NULL ? hs_elf_biggest (mapped, BIGGEST, error) : NULL;
  JsonObject *object;

  if (symbols == NULL) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  hs_cli_print (cli, "%s", path);
  object = report_sections (cli, sections);
  report_symbols (cli, symbols, object);
  json_object_set_string_member (object, "file", path);
  return object;
}

static int
report_all (HsCli *cli, GPtrArray *paths)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  for (guint i = 0; i < paths->len; i++) {
    JsonObject *one = report (cli, g_ptr_array_index (paths, i), &error);

    if (one == NULL)
      return hs_cli_fail (cli, error);
    json_array_add_object_element (array, one);
  }
  object = json_object_new ();
  json_object_set_array_member (object, "elfs", g_steal_pointer (&array));
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
report_target (HsCli *cli, const char *folder, const char *target)
{
  int status = HS_EXIT_DONE;
  g_autoptr (HsTree) tree = hs_cli_open_tree (cli, folder, &status);
  g_autofree char *bin = NULL;
  g_autoptr (GPtrArray) paths = NULL;

  if (tree == NULL || hs_cli_find_target (cli, tree, target, &status) == NULL)
    return status;
  bin = hs_tree_dup_path (tree, HS_TREE_FILE_BIN, target);
  paths = find_elfs (bin);
  if (paths->len == 0) {
    g_autoptr (GError) error = g_error_new (
        G_FILE_ERROR, G_FILE_ERROR_NOENT, _ ("There is no build of %s in %s."), target, bin);

    return hs_cli_fail (cli, error);
  }
  return report_all (cli, paths);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &folder, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  int status;

  if (!hs_cli_parse (cli, &hs_command_sizes, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe sizes %s"), hs_command_sizes.usage);
  if (!g_file_test (argv[1], G_FILE_TEST_IS_REGULAR))
    return report_target (cli, folder, argv[1]);
  g_ptr_array_add (paths, argv[1]);
  return report_all (cli, paths);
}

const HsCommand hs_command_sizes = {
  .name = "sizes",
  .summary = N_ ("Show the sections and the biggest symbols of a build’s ELF files"),
  .usage = "TARGET [--tree DIR] | FILE.elf",
  .max_arguments = 1,
  .run = run,
};
