/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What usbfs-shim.so and usbrig say to each other: one SEQPACKET connection per open device node.
 * The client sends HELLO with the node's path and gets a REPLY that carries the descriptor the
 * program will hold. Then IOCTL is answered by REPLY; SUBMIT is answered by DONE, some time. */
enum { WIRE_MAX = 64 * 1024 + 64 };

typedef enum { WIRE_HELLO = 1, WIRE_IOCTL, WIRE_REPLY, WIRE_SUBMIT, WIRE_DONE } WireKind;

typedef struct {
  uint32_t kind;
  uint32_t length;  /* bytes in data */
  uint64_t request; /* IOCTL: its number; SUBMIT, DONE: address of the URB in the client */
  int32_t result;   /* REPLY: result; SUBMIT: buffer length; DONE: status, negative errno */
  int32_t detail;   /* REPLY: errno; DONE: bytes transferred */
  uint8_t type;     /* SUBMIT: USBDEVFS_URB_TYPE_… */
  uint8_t endpoint;
  uint8_t reserved[6];
  uint8_t data[WIRE_MAX];
} WireMessage;

#define WIRE_HEAD (offsetof (WireMessage, data))
