/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read once for all sources of this folder; each still includes what it needs. */
#include <gio/gio.h>
