/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/tty-speed.h"

/* Apart from the rest: the kernel's termios2, which knows any speed, and the C library's termios
 * can't be included into one file. */
#include <asm/termbits.h>
#include <sys/ioctl.h>

/* No echo, no signals, no translation, 8 bits, modem lines ignored; errno tells why it failed. */
gboolean
hs_tty_set_raw (int fd)
{
  struct termios2 tio;

  if (ioctl (fd, TCGETS2, &tio) != 0)
    return FALSE;

  tio.c_iflag &=
      (tcflag_t) ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF);
  tio.c_oflag &= (tcflag_t) ~OPOST;
  tio.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  tio.c_cflag &= (tcflag_t) ~(CSIZE | PARENB | CSTOPB | CRTSCTS);
  tio.c_cflag |= CS8 | CLOCAL | CREAD;
  tio.c_cc[VMIN] = 0;
  tio.c_cc[VTIME] = 0;
  return ioctl (fd, TCSETS2, &tio) == 0;
}

/* @baud is any number: cameras take some as a command. */
gboolean
hs_tty_set_speed (int fd, guint baud)
{
  struct termios2 tio;

  if (ioctl (fd, TCGETS2, &tio) != 0)
    return FALSE;

  tio.c_cflag &= (tcflag_t) ~(CBAUD | (CBAUD << IBSHIFT));
  tio.c_cflag |= BOTHER | (BOTHER << IBSHIFT);
  tio.c_ispeed = baud;
  tio.c_ospeed = baud;
  return ioctl (fd, TCSETS2, &tio) == 0;
}

/* 0 if @fd is no terminal. */
guint
hs_tty_get_speed (int fd)
{
  struct termios2 tio;

  return ioctl (fd, TCGETS2, &tio) == 0 ? tio.c_ospeed : 0;
}
