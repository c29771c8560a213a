/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where a tree keeps its things: before v4.8 under src/, with omv_boardconfig.h and frame buffer
 * macros; then at the top. The macros for memory changed once more, within the new layout: that is
 * asked of each board (HsTreeBoard.memory). */
typedef enum { HS_TREE_LAYOUT_SRC, HS_TREE_LAYOUT_TOP } HsTreeLayout;

/* A named range: of flash or RAM by address, or of an external flash by offset. */
typedef struct {
  char *name;     /* "FIRMWARE" as the bootloader says it, "SRAM0" as the linker does */
  guint64 start;  /* address, or offset in an external flash */
  guint64 length; /* bytes */
  gboolean writable;
} HsTreeRange;

typedef struct {
  guint index;          /* N of romfs<N>.img */
  guint64 length;       /* of the partition, bytes; 0: the tree does not say */
  guint64 config_limit; /* "size" in romfs_config.json; 0: it has none */
} HsTreeRomfs;

typedef enum { HS_TREE_MEMORY_NONE, HS_TREE_MEMORY_FB, HS_TREE_MEMORY_UMA } HsTreeMemory;

/* One folder of boards/. All strings are owned by the tree. */
typedef struct {
  char *target;            /* "OPENMV4": the folder's name */
  const HsBoard *board;    /* nullable: Hotshoe does not know it */
  char *refused;           /* why it can't be built, a sentence; nullable */
  char *mcu;               /* "STM32H743xx"; nullable */
  char *port;              /* "stm32"; nullable */
  char *cpu;               /* "cortex-m7"; nullable */
  char *jlink;             /* OMV_JLINK_ARGS; nullable */
  guint16 vid, pid;        /* of the running firmware; 0: not said */
  gboolean bootloader;     /* the build makes one */
  guint64 firmware_start;  /* address that code is linked to; 0: not said */
  guint64 firmware_length; /* bytes of code that the linker takes; 0: not said */
  GPtrArray *partitions;   /* HsTreeRange, by alternate setting; empty without a DFU table */
  GPtrArray *regions;      /* HsTreeRange: memory of the linker script */
  GArray *romfs;           /* HsTreeRomfs */
  HsTreeMemory memory;     /* which family of macros its board header uses */
} HsTreeBoard;

typedef struct {
  char *path;         /* in the tree */
  char *commit;       /* that the tree wants; 40 hex; NULL: no git to ask */
  char *head;         /* that is checked out; NULL: not known */
  gboolean present;   /* its files are here */
  gboolean different; /* another commit is checked out */
  gboolean needed;    /* a build of an OpenMV board stops without it */
} HsTreeSubmodule;

/**
 * HsTree:
 *
 * A firmware tree as it was found at one moment: a checkout of openmv/openmv, v4.5 or newer, or
 * something laid out like it. Immutable; any thread.
 */
#define HS_TYPE_TREE (hs_tree_get_type ())
G_DECLARE_FINAL_TYPE (HsTree, hs_tree, HS, TREE, GObject)

/**
 * hs_tree_new:
 * @folder: the root, or a folder inside
 * @error: %HS_APP_ERROR_NO_TREE if it is no firmware tree; says what was looked for
 *
 * Reads files and runs git. Writes nothing. Blocks: never on the main thread.
 */
HsTree *hs_tree_new (const char *folder, GCancellable *cancellable, GError **error);
/* The root of the tree around @folder, which is all that is looked for: a few files. (transfer
 * full) (nullable): none. */
char *hs_tree_find_root (const char *folder);
const char *hs_tree_get_root (HsTree *self); /* absolute, without symbolic links */
HsTreeLayout hs_tree_get_layout (HsTree *self);
const char *hs_tree_get_commit (HsTree *self);   /* 40 hex; NULL: no git, or no commit */
const char *hs_tree_get_describe (HsTree *self); /* "v5.0.0-34-gcbbb877ed"; nullable */
const char *hs_tree_get_tag (HsTree *self);      /* that points here; nullable */
const char *hs_tree_get_branch (HsTree *self);   /* nullable: detached */
const char *hs_tree_get_number (HsTree *self);   /* "5.0.0", from the protocol's header; nullable */
const char *const *hs_tree_get_changed (HsTree *self); /* files that differ from the commit */
GPtrArray *hs_tree_get_boards (HsTree *self);          /* HsTreeBoard, by name */
GPtrArray *hs_tree_get_submodules (HsTree *self);      /* HsTreeSubmodule */
const HsTreeBoard *hs_tree_find_board (HsTree *self, const char *target); /* nullable */

/* Files that lie elsewhere in each layout; absolute, whether they are there or not. (transfer full)
 */
typedef enum {
  HS_TREE_FILE_BOARD_CONFIG, /* board_config.h, omv_boardconfig.h */
  HS_TREE_FILE_BOARD_MAKE,   /* board_config.mk, omv_boardconfig.mk */
  HS_TREE_FILE_BOOT_CONFIG,  /* boot_config.h, omv_bootconfig.h */
  HS_TREE_FILE_IMLIB_CONFIG, /* imlib_config.h */
  HS_TREE_FILE_MANIFEST,     /* manifest.py */
  HS_TREE_FILE_ROMFS_CONFIG, /* romfs_config.json */
  HS_TREE_FILE_BOARD_FOLDER,
  HS_TREE_FILE_LIBRARIES,   /* scripts/libraries; @target is not looked at, from here on */
  HS_TREE_FILE_MICROPYTHON, /* its folder */
  HS_TREE_FILE_MPY_CROSS,   /* the program */
  HS_TREE_FILE_MAKE_FOLDER, /* where make is run: the root, or src */
  HS_TREE_FILE_MODELS,      /* lib/models, or src/lib/tflm/models */
  HS_TREE_FILE_BUILD,       /* build/TARGET, or src/build (one target at a time) */
  HS_TREE_FILE_BIN,         /* where images are left */
} HsTreeFile;
char *hs_tree_dup_path (HsTree *self, HsTreeFile file, const char *target);

/* -- tree-clone.c -- */

typedef void (*HsTreeCloneFunc) (double fraction, const char *phase, gpointer user_data);
/* git clone --depth 1 with submodules. @folder must not exist or be empty; what was begun is
 * removed when it fails or is cancelled. @func is called on the caller's thread; @fraction -1: not
 * known. Blocks. */
gboolean hs_tree_clone (const char *url,
                        const char *branch, /* nullable: the default one; a tag will do */
                        const char *folder,
                        HsTreeCloneFunc func,
                        gpointer user_data,
                        GCancellable *cancellable,
                        GError **error);

/* -- trees.c: which trees people added; kept in the settings, the newest first. Main thread. -- */
GStrv hs_trees_list (void);
gboolean hs_trees_can_change (GError **error);
void hs_trees_add (const char *root);
void hs_trees_remove (const char *root); /* from the list only */
/* The tree meant by a command without --tree: around the current folder, else the only one of the
 * list; NULL. (transfer full) */
char *hs_trees_guess (void);

G_END_DECLS
