/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/finding.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* Where the probe's server runs. */
typedef enum {
  HS_SERVER_JLINK,    /* started by the editor */
  HS_SERVER_OPENOCD,  /* the same */
  HS_SERVER_EXTERNAL, /* one that runs already: host and port */
  HS_SERVER_WSL,      /* on the Windows side */
} HsDebugServer;

typedef struct {
  HsDebugServer server;
  const char *host; /* of an external one; nullable: found out (WSL), localhost */
  guint port;       /* 0: 2331 */
  gboolean rtt;
  gboolean swo;
  const char *docker_root; /* where the sources lay when it was built in a container; nullable */
} HsDebugOptions;

/* .vscode/launch.json, tasks.json, extensions.json, merged into what is there (comments and the
 * entries of others stay). @findings: (element-type HsFinding): pitfalls that apply. Blocks. */
HsTreeEdit *hs_debug_config_plan (HsTree *tree,
                                  const char *target,
                                  const HsDebugOptions *options,
                                  GPtrArray *findings,
                                  GError **error);
/* The name of the probe's device, from the tree, else from Hotshoe's own table; nullable. */
const char *hs_debug_get_device (HsTree *tree, const char *target);
char *hs_debug_dup_elf (HsTree *tree, const char *target); /* that is debugged; absolute */
/* A terminal that runs `make debug`: (transfer full); NULL with an error if there is none here. */
GStrv hs_debug_dup_terminal (HsTree *tree, const char *target, GError **error);

/* -- elf-size.c: sections and symbols of an ELF, without binutils -- */
typedef struct {
  char *name; /* ".text" */
  guint64 address;
  guint64 size;     /* bytes in memory */
  gboolean in_file; /* takes flash */
} HsElfSection;
void hs_elf_section_free (HsElfSection *self);
GPtrArray *hs_elf_sections (GBytes *elf, GError **error); /* HsElfSection */
typedef struct {
  char *name;
  guint64 address, size;
} HsElfSymbol;
void hs_elf_symbol_free (HsElfSymbol *self);
GPtrArray *hs_elf_biggest (GBytes *elf, guint most, GError **error); /* HsElfSymbol */

G_END_DECLS
