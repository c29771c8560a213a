/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/rig/rig.h"

/* Speeds without a constant of their own are only in the kernel's struct, and its header can't be
 * included beside <termios.h>. */
#include <asm/termbits.h>
#include <sys/ioctl.h>

/* The baud rate that the program on the other side of the pseudo-terminal has set. */
guint
rig_line_get_baud (int fd)
{
  struct termios2 line;

  return ioctl (fd, TCGETS2, &line) == 0 ? line.c_ospeed : 0;
}
