/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/**
 * HsFlashChoice:
 *
 * What somebody wants to do: flash or another operation, which cameras, which build, how. All pages
 * of the wizard look at and change this one object. ::changed after every change, also of the
 * cameras themselves.
 */
#define HS_TYPE_FLASH_CHOICE (hs_flash_choice_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashChoice, hs_flash_choice, HS, FLASH_CHOICE, GObject)

HsFlashChoice *hs_flash_choice_new (HsSession *session, GPtrArray *slots);
void hs_flash_choice_set_what (HsFlashChoice *self, const char *what);
const char *hs_flash_choice_get_what (HsFlashChoice *self);
HsSession *hs_flash_choice_get_session (HsFlashChoice *self);
gboolean hs_flash_choice_has_slot (HsFlashChoice *self, HsSlot *slot);
void hs_flash_choice_set_slot (HsFlashChoice *self, HsSlot *slot, gboolean chosen);
guint hs_flash_choice_get_n_slots (HsFlashChoice *self);
GPtrArray *hs_flash_choice_dup_slots (HsFlashChoice *self);   /* HsSlot: what was chosen */
GPtrArray *hs_flash_choice_dup_targets (HsFlashChoice *self); /* HsSlot: those that can take it */
char *hs_flash_choice_why_not (HsFlashChoice *self, HsSlot *slot);
char *hs_flash_choice_why_no_camera (HsSlot *slot);
HsBuild *hs_flash_choice_get_build (HsFlashChoice *self);
void hs_flash_choice_set_build (HsFlashChoice *self, HsBuild *build);
HsRelease *hs_flash_choice_get_release (HsFlashChoice *self); /* nullable */
void hs_flash_choice_set_release (HsFlashChoice *self, HsRelease *release, GPtrArray *builds);
const HsBoard *hs_flash_choice_get_board_of (HsFlashChoice *self, HsSlot *slot); /* nullable */
HsBuild *hs_flash_choice_get_build_for (HsFlashChoice *self, HsSlot *slot);
guint64 hs_flash_choice_get_roles_for (HsFlashChoice *self, HsSlot *slot);
char *hs_flash_choice_dup_name (HsFlashChoice *self);
void hs_flash_choice_get_options_for (HsFlashChoice *self, HsSlot *slot, HsRequestOptions *options);
const HsBoard *hs_flash_choice_get_board (HsFlashChoice *self);
const HsRequestOptions *hs_flash_choice_get_options (HsFlashChoice *self);
void hs_flash_choice_set_options (HsFlashChoice *self, const HsRequestOptions *options);
void hs_flash_choice_set_file (HsFlashChoice *self, GFile *file, gboolean folder);
guint64 hs_flash_choice_get_roles (HsFlashChoice *self);

/* Words that follow from what is chosen; all (transfer full). @n: how many cameras. */
gboolean hs_flash_loses_something (const HsRequestOptions *options);
char *hs_flash_verb (guint n, const HsRequestOptions *options);
char *hs_flash_title (guint n, const char *build);
char *hs_flash_loss (guint n, const HsRequestOptions *options);
guint64 hs_flash_default_roles (HsBuild *build, const HsBoard *board);

G_END_DECLS
