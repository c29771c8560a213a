/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-choice.h"

#include "app/recipe.h"
#include "app/which-board.h"
#include "ui/format.h"
#include "ui/operation.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

struct _HsFlashChoice {
  GObject parent_instance;

  HsSession *session;       /* owned */
  const char *what;         /* interned: "flash", "erase" … */
  GPtrArray *slots;         /* HsSlot, owned; in the order of the bench */
  HsBuild *build;           /* owned; nullable; with a release one of its builds */
  HsRelease *release;       /* owned; nullable */
  HsRecipe *recipe;         /* of the release; nullable */
  GPtrArray *builds;        /* HsBuild: the release's; nullable */
  HsRequestOptions options; /* .build and .release are borrowed, .file is owned */
  gboolean in_folder;       /* .file is a folder: each camera has a file of its own in it */
  GPtrArray *files;         /* GFile, owned: what get_options_for() handed out */
};

G_DEFINE_FINAL_TYPE (HsFlashChoice, hs_flash_choice, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
emit_changed (HsFlashChoice *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
hs_flash_choice_dispose (GObject *object)
{
  HsFlashChoice *self = HS_FLASH_CHOICE (object);

  g_ptr_array_set_size (self->slots, 0);
  g_ptr_array_set_size (self->files, 0);
  g_clear_object (&self->options.file);
  g_clear_object (&self->build);
  g_clear_object (&self->release);
  g_clear_pointer (&self->recipe, hs_recipe_free);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_flash_choice_parent_class)->dispose (object);
}

static void
hs_flash_choice_finalize (GObject *object)
{
  g_ptr_array_unref (HS_FLASH_CHOICE (object)->slots);
  g_ptr_array_unref (HS_FLASH_CHOICE (object)->files);
  G_OBJECT_CLASS (hs_flash_choice_parent_class)->finalize (object);
}

static void
hs_flash_choice_class_init (HsFlashChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_flash_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_flash_choice_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_flash_choice_init (HsFlashChoice *self)
{
  self->what = "flash";
  self->slots = g_ptr_array_new_with_free_func (g_object_unref);
  self->files = g_ptr_array_new_with_free_func (g_object_unref);
  self->options.confirm = HS_VERSION_NUMBER;
  self->options.may_wait = TRUE; /* there is a person at the window */
}

static void
add_slot (HsFlashChoice *self, HsSlot *slot)
{
  g_ptr_array_add (self->slots, g_object_ref (slot));
  g_signal_connect_object (slot, "changed", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);
}

/**
 * hs_flash_choice_new:
 * @session: the session; its loaded build is the first choice
 * @slots: (element-type HsSlot): which cameras; those without a camera are left out
 *
 * Returns: (transfer full): a choice
 */
HsFlashChoice *
hs_flash_choice_new (HsSession *session, GPtrArray *slots)
{
  HsFlashChoice *self = g_object_new (HS_TYPE_FLASH_CHOICE, NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; i < slots->len; i++) {
    HsSlot *slot = g_ptr_array_index (slots, i);

    if (hs_slot_get_device (slot) != NULL)
      add_slot (self, slot);
  }
  if (hs_session_get_release (session) != NULL)
    hs_flash_choice_set_release (
        self, hs_session_get_release (session), hs_session_get_builds (session));
  else
    hs_flash_choice_set_build (self, hs_session_get_loaded (session));
  return self;
}

/**
 * hs_flash_choice_set_what:
 * @self: a choice
 * @what: "flash", as it is at first, or what else ui/operation.h knows
 *
 * Only flashing takes a release: anything else is done with the build that the release has for the
 * first camera.
 */
void
hs_flash_choice_set_what (HsFlashChoice *self, const char *what)
{
  g_autoptr (HsBuild) build = NULL;

  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  self->what = g_intern_string (what);
  if (self->release != NULL && !g_str_equal (what, "flash") && self->slots->len > 0) {
    build = hs_flash_choice_get_build_for (self, g_ptr_array_index (self->slots, 0));
    if (build != NULL)
      g_object_ref (build);
    hs_flash_choice_set_build (self, build);
  }
  emit_changed (self);
}

const char *
hs_flash_choice_get_what (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return self->what;
}

HsSession *
hs_flash_choice_get_session (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return self->session;
}

gboolean
hs_flash_choice_has_slot (HsFlashChoice *self, HsSlot *slot)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), FALSE);

  return g_ptr_array_find (self->slots, slot, NULL);
}

void
hs_flash_choice_set_slot (HsFlashChoice *self, HsSlot *slot, gboolean chosen)
{
  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  if (hs_flash_choice_has_slot (self, slot) == chosen)
    return;

  if (chosen) {
    add_slot (self, slot);
  } else {
    g_signal_handlers_disconnect_by_func (slot, emit_changed, self);
    g_ptr_array_remove (self->slots, slot);
  }
  emit_changed (self);
}

guint
hs_flash_choice_get_n_slots (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), 0);

  return self->slots->len;
}

static GPtrArray *
dup_slots (HsFlashChoice *self, gboolean only_targets)
{
  GListModel *all = hs_session_get_slots (self->session);
  GPtrArray *slots = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (all, i);
    g_autofree char *why_not = NULL;

    if (!hs_flash_choice_has_slot (self, slot))
      continue;
    why_not = only_targets ? hs_flash_choice_why_not (self, slot) : NULL;
    if (why_not == NULL)
      g_ptr_array_add (slots, g_steal_pointer (&slot));
  }
  return slots;
}

/* (transfer container): in the order of the bench. */
GPtrArray *
hs_flash_choice_dup_slots (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return dup_slots (self, FALSE);
}

GPtrArray *
hs_flash_choice_dup_targets (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return dup_slots (self, TRUE);
}

/**
 * hs_flash_choice_why_no_camera:
 * @slot: a slot
 *
 * Returns: (transfer full) (nullable): why nothing can be flashed there now, whatever the build;
 *   %NULL if it can
 */
char *
hs_flash_choice_why_no_camera (HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);
  const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

  if (device == NULL || !hs_device_get_attached (device))
    return g_strdup (_ ("There is no camera on it."));
  if (hs_slot_is_running (slot))
    return g_strdup (_ ("It is in work."));
  if (hs_device_get_problem (device) == HS_DEVICE_NO_ACCESS && !hs_slot_takes_by_drive (slot))
    return g_strdup (_ ("Hotshoe may not open it: the udev rules are missing."));
  if (board == NULL && hs_device_get_mode (device) == HS_MODE_DFU)
    return NULL; /* the build tells */
  if (board == NULL)
    return g_strdup (_ ("Its board is not known for sure."));
  if (board->method == NULL)
    return g_strdup (board->not_yet != NULL ? _ (board->not_yet) : _ ("It can't be flashed yet."));
  return NULL;
}

/* Which board the camera on @slot is: where several show its USB id, the one that is chosen. */
const HsBoard *
hs_flash_choice_get_board_of (HsFlashChoice *self, HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);

  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return device != NULL ? hs_which_board (device, self->build, self->release) : NULL;
}

static char *
why_not_release (HsFlashChoice *self, const HsBoard *board)
{
  g_autofree char *title = hs_release_dup_title (self->release);

  /* Translators: name of a release, then of a board */
  return g_strdup_printf (
      _ ("%s has nothing for the %s."), title, hs_format_board_name (board->id));
}

/* Nothing is scanned in the wizard: only what has its number can be flashed again. */
static gboolean
needs_a_scan (HsFlashChoice *self, HsSlot *slot)
{
  HsUnit *unit = hs_slot_get_unit (slot);
  const char *serial = unit != NULL ? hs_unit_get_serial (unit) : NULL;

  if (self->recipe == NULL || self->recipe->rule != HS_NUMBER_SCAN)
    return FALSE;
  return serial == NULL ||
         (self->recipe->prefix != NULL && !g_str_has_prefix (serial, self->recipe->prefix));
}

/**
 * hs_flash_choice_why_not:
 * @self: a choice
 * @slot: a slot
 *
 * Returns: (transfer full) (nullable): why the camera on @slot can't take the chosen build; %NULL
 *   if it can
 */
char *
hs_flash_choice_why_not (HsFlashChoice *self, HsSlot *slot)
{
  char *why_not = hs_flash_choice_why_no_camera (slot);
  const HsBoard *board;

  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  if (why_not != NULL)
    return why_not;

  board = hs_flash_choice_get_board_of (self, slot);
  if (board == NULL)
    return g_strdup (_ ("Its board is not known for sure."));
  if (hs_device_get_problem (hs_slot_get_device (slot)) == HS_DEVICE_NO_ACCESS &&
      !g_str_equal (self->what, "flash"))
    return g_strdup (_ ("Hotshoe may not open it: the udev rules are missing."));
  if (!hs_operation_needs_build (self->what))
    return hs_operation_why_not (self->what, board, NULL);
  if (self->build == NULL)
    return g_strdup (_ ("No build is chosen."));
  if (self->release != NULL && hs_flash_choice_get_build_for (self, slot) == NULL)
    return why_not_release (self, board);
  if (needs_a_scan (self, slot))
    return g_strdup (_ ("Its product serial is scanned: use operator mode (F11)."));
  if (self->release == NULL && g_strcmp0 (hs_build_get_board (self->build), board->id) != 0)
    /* Translators: name of a build, then of two boards */
    return g_strdup_printf (_ ("%s is for the %s, not for the %s."),
                            hs_build_get_name (self->build),
                            hs_format_board_name (hs_build_get_board (self->build)),
                            hs_format_board_name (board->id));
  return hs_operation_why_not (self->what, board, self->build);
}

HsBuild *
hs_flash_choice_get_build (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return self->build;
}

/* Which roles are written starts anew with another build. */
void
hs_flash_choice_set_build (HsFlashChoice *self, HsBuild *build)
{
  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  if (!g_set_object (&self->build, build) && self->release == NULL)
    return;

  g_clear_object (&self->release);
  g_clear_pointer (&self->recipe, hs_recipe_free);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  self->options.release = NULL;
  self->options.build = build;
  self->options.roles = 0;
  emit_changed (self);
}

/**
 * hs_flash_choice_set_release:
 * @self: a choice
 * @release: a locked release; its recipe decides what is written and how it is proven
 * @builds: (element-type HsBuild): its builds, one a board
 */
void
hs_flash_choice_set_release (HsFlashChoice *self, HsRelease *release, GPtrArray *builds)
{
  HsRecipe *recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);

  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  if (recipe == NULL || builds == NULL || builds->len == 0) {
    g_clear_pointer (&recipe, hs_recipe_free);
    return;
  }

  g_clear_pointer (&self->recipe, hs_recipe_free);
  self->recipe = recipe;
  g_set_object (&self->release, release);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  self->builds = g_ptr_array_ref (builds);
  g_clear_object (&self->build);
  self->build = g_object_ref (g_ptr_array_index (builds, 0));
  self->options.build = self->build;
  self->options.release = self->release;
  self->options.roles = 0;
  self->options.erase_filesystem = recipe->erase_filesystem;
  self->options.confirm = recipe->confirm;
  self->options.confirm_none = recipe->confirm_none;
  emit_changed (self);
}

HsRelease *
hs_flash_choice_get_release (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return self->release;
}

/* What the camera on @slot gets: of a release each board has its own build; NULL: nothing. */
HsBuild *
hs_flash_choice_get_build_for (HsFlashChoice *self, HsSlot *slot)
{
  const HsBoard *board = hs_flash_choice_get_board_of (self, slot);

  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  for (guint i = 0; self->builds != NULL && board != NULL && i < self->builds->len; i++) {
    HsBuild *build = g_ptr_array_index (self->builds, i);

    if (g_strcmp0 (hs_build_get_board (build), board->id) == 0)
      return build;
  }
  return self->release == NULL ? self->build : NULL;
}

/* Bits 1 << HsRole of what is written to the camera on @slot. */
guint64
hs_flash_choice_get_roles_for (HsFlashChoice *self, HsSlot *slot)
{
  HsBuild *build = hs_flash_choice_get_build_for (self, slot);
  const HsRecipeBoard *entry = self->recipe != NULL && build != NULL
                                   ? hs_recipe_find_board (self->recipe, hs_build_get_board (build))
                                   : NULL;

  if (!g_str_equal (self->what, "flash"))
    return hs_operation_roles (self->what, build, hs_flash_choice_get_board_of (self, slot));
  return entry != NULL ? hs_recipe_board_get_roles (entry) : hs_flash_choice_get_roles (self);
}

/* What it is called: of a release its name and version, else the build's name. */
char *
hs_flash_choice_dup_name (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  if (self->release != NULL)
    return hs_release_dup_title (self->release);
  return g_strdup (self->build != NULL ? hs_build_get_name (self->build) : "");
}

/* "GATE-0471-filesystem.bin"; the choice keeps it alive. */
static GFile *
file_in_folder (HsFlashChoice *self, HsSlot *slot)
{
  HsUnit *unit = hs_slot_get_unit (slot);
  HsDevice *device = hs_slot_get_device (slot);
  const char *serial = device != NULL ? hs_device_get_serial (device) : NULL;
  const char *label = unit != NULL && hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit)
                      : serial != NULL                                 ? serial
                                                                       : hs_slot_get_port (slot);
  g_autofree char *name = g_strdup_printf ("%s-filesystem.bin", label);
  GFile *file;

  g_strdelimit (name, G_DIR_SEPARATOR_S, '-');
  file = g_file_get_child (self->options.file, name);
  g_ptr_array_add (self->files, file);
  return file;
}

/* The same wish for the camera on @slot: a release has a build for each board. */
void
hs_flash_choice_get_options_for (HsFlashChoice *self, HsSlot *slot, HsRequestOptions *options)
{
  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  *options = self->options;
  if (self->in_folder && slot != NULL)
    options->file = file_in_folder (self, slot);
  if (!hs_operation_needs_build (self->what))
    options->build = NULL;
  if (slot != NULL && options->build != NULL && hs_flash_choice_get_build_for (self, slot) != NULL)
    options->build = hs_flash_choice_get_build_for (self, slot);
}

/* The board that the build is for; NULL without a build. */
const HsBoard *
hs_flash_choice_get_board (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  if (self->build == NULL || hs_build_get_board (self->build) == NULL)
    return NULL;
  return hs_board_by_id (hs_build_get_board (self->build));
}

const HsRequestOptions *
hs_flash_choice_get_options (HsFlashChoice *self)
{
  g_return_val_if_fail (HS_IS_FLASH_CHOICE (self), NULL);

  return &self->options;
}

/* Takes everything but @options->build and ->release. */
void
hs_flash_choice_set_options (HsFlashChoice *self, const HsRequestOptions *options)
{
  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  if (options->file != NULL)
    g_object_ref (options->file);
  g_clear_object (&self->options.file);
  self->options = *options;
  self->options.build = self->build;
  self->options.release = self->release;
  emit_changed (self);
}

/**
 * hs_flash_choice_set_file:
 * @self: a choice
 * @file: (nullable): where what is read goes; %NULL: it is not kept
 * @folder: it is a folder, in which each camera gets a file of its own
 */
void
hs_flash_choice_set_file (HsFlashChoice *self, GFile *file, gboolean folder)
{
  g_return_if_fail (HS_IS_FLASH_CHOICE (self));

  g_set_object (&self->options.file, file);
  self->in_folder = folder && file != NULL;
  /* Whoever chose a file that exists was asked whether it may go. */
  self->options.replace = file != NULL && !folder;
  emit_changed (self);
}

/* Bits 1 << HsRole of what will be written; never 0 with a build that can be. */
guint64
hs_flash_choice_get_roles (HsFlashChoice *self)
{
  const HsBoard *board = hs_flash_choice_get_board (self);

  if (self->options.roles != 0 || board == NULL)
    return self->options.roles;
  return hs_flash_default_roles (self->build, board);
}

/* -- words ----------------------------------------------------------------------------------- */

/**
 * hs_flash_loses_something:
 * @options: what is asked for
 *
 * Returns: %TRUE if something on the cameras is lost that nobody has: the verb is red
 */
gboolean
hs_flash_loses_something (const HsRequestOptions *options)
{
  return options->erase_filesystem;
}

/* "_Flash and Erase 3 Cameras" */
char *
hs_flash_verb (guint n, const HsRequestOptions *options)
{
  if (options->erase_filesystem)
    return g_strdup_printf (
        ngettext ("_Flash and Erase %u Camera", "_Flash and Erase %u Cameras", n), n);
  return g_strdup_printf (ngettext ("_Flash %u Camera", "_Flash %u Cameras", n), n);
}

/* "Flash 3 cameras with gate-counter 1.4.2" */
char *
hs_flash_title (guint n, const char *build)
{
  /* Translators: how many cameras, and the name of a build */
  return g_strdup_printf (
      ngettext ("Flash %u camera with %s", "Flash %u cameras with %s", n), n, build);
}

/* "The filesystems of all 3 cameras are erased."; NULL if nothing is lost. */
char *
hs_flash_loss (guint n, const HsRequestOptions *options)
{
  if (!options->erase_filesystem)
    return NULL;
  if (n == 1)
    return g_strdup (_ ("The filesystem of the camera is erased."));
  return g_strdup_printf (ngettext ("The filesystem of %u camera is erased.",
                                    "The filesystems of all %u cameras are erased.",
                                    n),
                          n);
}

/**
 * hs_flash_default_roles:
 * @build: a build
 * @board: its board
 *
 * Returns: bits 1 << #HsRole of every artifact that has a partition which may be written
 */
guint64
hs_flash_default_roles (HsBuild *build, const HsBoard *board)
{
  guint64 roles = 0;

  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++) {
    HsRole role = hs_role_from_name (hs_build_get_artifact (build, i)->role);
    const HsPartition *partition = hs_board_find (board, role);

    if (partition != NULL && (partition->flags & HS_PARTITION_WRITABLE) &&
        !(partition->flags & HS_PARTITION_NEVER))
      roles |= G_GUINT64_CONSTANT (1) << role;
  }
  return roles;
}
