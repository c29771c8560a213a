/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

extern const HsCommand hs_command_devices;
extern const HsCommand hs_command_import;
extern const HsCommand hs_command_build;
extern const HsCommand hs_command_builds;
extern const HsCommand hs_command_flash;
extern const HsCommand hs_command_compare;
extern const HsCommand hs_command_erase;
extern const HsCommand hs_command_reset_romfs;
extern const HsCommand hs_command_read;
extern const HsCommand hs_command_identify;
extern const HsCommand hs_command_enter;
extern const HsCommand hs_command_leave;
extern const HsCommand hs_command_restart;
extern const HsCommand hs_command_save;
extern const HsCommand hs_command_units;
extern const HsCommand hs_command_unit;
extern const HsCommand hs_command_label;
extern const HsCommand hs_command_ship;
extern const HsCommand hs_command_recover;
extern const HsCommand hs_command_return;
extern const HsCommand hs_command_scrap;
extern const HsCommand hs_command_note;
extern const HsCommand hs_command_attach;
extern const HsCommand hs_command_correct;
extern const HsCommand hs_command_recall;
extern const HsCommand hs_command_runs;
extern const HsCommand hs_command_stats;
extern const HsCommand hs_command_customers;
extern const HsCommand hs_command_journal;
extern const HsCommand hs_command_catalog;
extern const HsCommand hs_command_slots;
extern const HsCommand hs_command_boards;
extern const HsCommand hs_command_doctor;
extern const HsCommand hs_command_operate;
extern const HsCommand hs_command_tree;
extern const HsCommand hs_command_trial;
extern const HsCommand hs_command_release;
extern const HsCommand hs_command_key;
extern const HsCommand hs_command_practice_build;
extern const HsCommand hs_command_audit;
extern const HsCommand hs_command_protect;
extern const HsCommand hs_command_unprotect;
extern const HsCommand hs_command_cloud;
extern const HsCommand hs_command_debug;
extern const HsCommand hs_command_features;
extern const HsCommand hs_command_freeze;
extern const HsCommand hs_command_memory;
extern const HsCommand hs_command_models;
extern const HsCommand hs_command_romfs;
extern const HsCommand hs_command_sizes;

extern const HsCommand hs_command_deploy;

G_END_DECLS
