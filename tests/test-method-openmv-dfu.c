/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"

#include "tests/method-rig.h"
#include "tests/toy-bus.h"

#include <string.h>

#define BLOCK         4096
#define SECTOR        8192
#define METHOD        (&hs_method_openmv_dfu)
#define MOST_REQUESTS 60

typedef struct {
  ToyBus *bus;
  ToyClock *clock;
  ToyCamera *toy;
  HsCamera *camera;
  HsProgress *progress;
} Fixture;

/* Seen anew, after its descriptors were changed. */
static void
see_again (Fixture *self, const char *key)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), "1-1");

  g_clear_object (&self->camera);
  self->camera = hs_camera_new (HS_BUS (self->bus), info, &toy_board, key);
}

static void
set_up_with (Fixture *self, const ToyPartition *layout, HsMode mode)
{
  self->bus = toy_bus_new ();
  self->clock = toy_bus_get_clock (self->bus);
  self->toy = toy_bus_add (self->bus, "1-1", &toy_board, layout);
  toy_camera_show (self->clock, self->toy, mode);
  see_again (self, NULL);
  self->progress = hs_progress_new ();
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_with (self, toy_layout, HS_MODE_DFU);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->progress);
}

static GBytes *
make_image (gsize size, guint seed)
{
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (i * 13 + i / 251 + seed * 57) & 0xff;
  return g_bytes_new_take (bytes, size);
}

static const HsPartition *
named (const char *name)
{
  return hs_board_find_named (&toy_board, name);
}

static gboolean
write_image (Fixture *self,
             const char *name,
             GBytes *image,
             const HsWriteOptions *options,
             HsWriteResult *result,
             GError **error)
{
  return method_write (
      METHOD, self->camera, named (name), image, options, result, self->progress, NULL, error);
}

static void
assert_holds (Fixture *self, const char *name, GBytes *image)
{
  GByteArray *flash = toy_camera_partition (self->toy, name);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (image, &size);

  g_assert_cmpmem (flash->data, size, bytes, size);
}

static gboolean
collect (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  GByteArray *all = user_data;

  g_assert_cmpuint (offset, ==, all->len);
  g_byte_array_append (all, data, length);
  return TRUE;
}

static gboolean
read_back (Fixture *self, const char *name, gsize length, GByteArray *into, GError **error)
{
  return method_read (METHOD,
                      self->camera,
                      named (name),
                      length,
                      collect,
                      into,
                      HS_ACTIVITY_VERIFYING,
                      self->progress,
                      NULL,
                      error);
}

/* A full write takes at most 3 transfers a block plus 8, verification exactly 1 a block. */
static void
test_counts (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (5 * BLOCK + 1, 1);
  g_autoptr (GByteArray) back = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  HsProgressState state;
  HsWriteResult result;
  guint before;

  g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  before = self->toy->n_requests;
  g_assert_true (
      write_image (self, "FIRMWARE", image, &(HsWriteOptions){ .full = TRUE }, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->toy->n_requests - before, <=, 3 * 6 + 8);
  g_assert_cmpuint (result.wrote_bytes, ==, 5 * BLOCK + 1);
  g_assert_cmpuint (result.skipped_bytes, ==, 0);
  hs_progress_peek (self->progress, &state);
  g_assert_cmpint (state.activity, ==, HS_ACTIVITY_WRITING);
  g_assert_cmpint (state.role, ==, HS_ROLE_FIRMWARE);
  g_assert_cmpuint (state.done, ==, 5 * BLOCK + 1);
  g_assert_cmpuint (state.total, ==, 5 * BLOCK + 1);

  before = self->toy->n_requests;
  g_assert_true (read_back (self, "FIRMWARE", 5 * BLOCK + 1, back, &error));
  g_assert_cmpuint (self->toy->n_requests - before, ==, 6);
  g_assert_cmpuint (back->len, ==, 5 * BLOCK + 1);
  g_assert_cmpmem (back->data, back->len, g_bytes_get_data (image, NULL), back->len);
  assert_holds (self, "FIRMWARE", image);

  /* What follows the image in its last block is 0xFF, by us and not by the flash driver. */
  for (guint i = 5 * BLOCK + 1; i < 6 * BLOCK; i++)
    g_assert_cmphex (toy_camera_partition (self->toy, "FIRMWARE")->data[i], ==, 0xff);
  g_assert_cmphex (toy_camera_partition (self->toy, "BOOTLOADER")->data[0], ==, 0x5a);
}

/* Only the sectors that differ, whole; nothing at all if nothing differs. */
static void
test_writes_what_differs (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (3 * SECTOR - 100, 1);
  g_autoptr (GError) error = NULL;
  HsWriteResult result;
  guint before;

  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_cmpuint (result.wrote_bytes, ==, 3 * SECTOR - 100);

  before = self->toy->n_dnloads;
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_cmpuint (self->toy->n_dnloads, ==, before);
  g_assert_cmpuint (result.wrote_bytes, ==, 0);
  g_assert_cmpuint (result.skipped_bytes, ==, 3 * SECTOR - 100);
  g_assert_false (g_str_has_suffix (self->toy->log->str, "S"));

  toy_camera_partition (self->toy, "FIRMWARE")->data[SECTOR + BLOCK + 7] ^= 1;
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (self->toy->n_dnloads, ==, before + 2);
  g_assert_cmpuint (result.wrote_bytes, ==, SECTOR);
  g_assert_cmpuint (result.skipped_bytes, ==, 2 * SECTOR - 100);
  assert_holds (self, "FIRMWARE", image);
}

/* Sectors beyond the image stay as they are. */
static void
test_leaves_the_rest (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (SECTOR, 1);
  g_autoptr (GError) error = NULL;
  GByteArray *flash = toy_camera_partition (self->toy, "FIRMWARE");

  g_assert_true (
      write_image (self, "FIRMWARE", image, &(HsWriteOptions){ .full = TRUE }, NULL, &error));
  for (guint i = SECTOR; i < 3 * SECTOR; i++)
    g_assert_cmphex (flash->data[i], ==, 0x5a);
}

static void
test_never_reads_first (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (3 * SECTOR, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (write_image (
      self, "FIRMWARE", image, &(HsWriteOptions){ .full = TRUE, .dont_read = TRUE }, NULL, &error));
  g_assert_cmpuint (self->toy->n_uploads, ==, 0);
  assert_holds (self, "FIRMWARE", image);
}

/* MRAM opens with its block 0, which goes along with whatever differs. */
static void
test_block0_opens (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (3 * BLOCK, 1);
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  g_assert_true (write_image (self, "MRAM", image, NULL, NULL, &error));
  toy_camera_partition (self->toy, "MRAM")->data[2 * BLOCK] ^= 1;
  self->toy->n_dnloads = 0;
  g_assert_true (write_image (self, "MRAM", image, NULL, &result, &error));
  g_assert_cmpuint (self->toy->n_dnloads, ==, 2);
  g_assert_cmpuint (result.wrote_bytes, ==, 2 * BLOCK);
  assert_holds (self, "MRAM", image);

  g_assert_true (write_image (self, "MRAM", image, NULL, &result, &error));
  g_assert_cmpuint (result.wrote_bytes, ==, 0);
}

/* Swapped words are equal where the board table says that they may come; nowhere else. */
static void
test_swapped (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (BLOCK + 11, 1);
  g_autoptr (GByteArray) back = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  const guint8 *bytes = g_bytes_get_data (image, NULL);
  HsWriteResult result;

  self->toy->swapped = TRUE;
  g_assert_true (write_image (self, "OSPI", image, NULL, &result, &error));
  g_assert_true (write_image (self, "OSPI", image, NULL, &result, &error));
  g_assert_cmpuint (result.wrote_bytes, ==, 0);

  g_assert_true (read_back (self, "OSPI", BLOCK + 11, back, &error));
  g_assert_true (hs_method_bytes_swapped (back->data, bytes, back->len));
  g_assert_false (hs_method_bytes_swapped (bytes, bytes, back->len));
  hs_swap16 (back->data, back->len);
  g_assert_cmpmem (back->data, back->len - 1, bytes, back->len - 1);

  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_cmpuint (result.wrote_bytes, >, 0);
}

static void
assert_refused (Fixture *self, const char *name, gsize size, HsFlashError code)
{
  g_autoptr (GBytes) image = make_image (size, 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (write_image (self, name, image, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, code);
  g_assert_cmpuint (self->toy->n_dnloads, ==, 0);
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  assert_refused (self, "BOOTLOADER", 100, HS_FLASH_ERROR_FORBIDDEN);
  assert_refused (self, "FIRMWARE", 3 * SECTOR + 1, HS_FLASH_ERROR_TOO_LARGE);
  assert_refused (self, "FIRMWARE", 0, HS_FLASH_ERROR_BAD_FILE);
}

static void
test_surprises (void)
{
  const struct {
    const ToyPartition *layout;
    const char *text;
  } cases[] = {
    { toy_layout_old, "from before ROMFS" },
    { toy_layout_strange, "FUSES" },
    { toy_layout_without_firmware, "APPLICATION" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture fixture = { 0 };
    g_autoptr (GError) error = NULL;

    set_up_with (&fixture, cases[i].layout, HS_MODE_DFU);
    g_assert_false (METHOD->check (fixture.camera, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
    g_assert_nonnull (strstr (error->message, cases[i].text));
    assert_refused (&fixture, "FIRMWARE", 100, HS_FLASH_ERROR_SURPRISE);
    tear_down (&fixture, NULL);
  }
}

static void
test_other_block_size (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->block_size = 2048;
  see_again (self, NULL);
  g_assert_false (METHOD->check (self->camera, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
}

static void
test_write_error_names_the_sector (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (3 * SECTOR, 1);
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  self->toy->error_block = 3;
  g_assert_false (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_true (g_str_has_prefix (
      error->message,
      "FIRMWARE, sector 2 at 0x08006000: Block 3: the bootloader reports errWRITE"));
  g_assert_cmpuint (result.wrote_bytes, ==, 3 * BLOCK);
  g_clear_error (&error);

  self->toy->error_block = -1;
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, &result, &error));
  assert_holds (self, "FIRMWARE", image);
}

static void
test_slow_sector (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (SECTOR + BLOCK, 1);
  g_autoptr (GError) error = NULL;
  HsProgressState state;

  self->toy->slow_block = 2;
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, NULL, &error));
  hs_progress_peek (self->progress, &state);
  g_assert_true (state.slow);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (3 * SECTOR, 1);
  g_autoptr (GByteArray) back = g_byte_array_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (method_write (
      METHOD, self->camera, named ("FIRMWARE"), image, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->toy->n_dnloads, ==, 0);
  g_clear_error (&error);

  g_assert_false (method_read (METHOD,
                               self->camera,
                               named ("FIRMWARE"),
                               100,
                               collect,
                               back,
                               HS_ACTIVITY_READING,
                               NULL,
                               cancellable,
                               &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A bootloader that was built without UPLOAD: written in full, unproven. */
static void
test_no_upload (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) image = make_image (SECTOR, 1);
  g_autoptr (GByteArray) back = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  self->toy->attributes = 0x05;
  self->toy->no_upload = TRUE;
  see_again (self, NULL);
  g_assert_true (METHOD->enter (self->camera, FALSE, NULL, NULL, &error));
  g_assert_true (write_image (self, "FIRMWARE", image, NULL, NULL, &error));
  g_assert_cmpuint (self->toy->n_uploads, ==, 0);
  g_assert_false (read_back (self, "FIRMWARE", SECTOR, back, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  assert_holds (self, "FIRMWARE", image);
}

static void
test_erase (Fixture *self, gconstpointer data)
{
  GByteArray *filesystem = toy_camera_partition (self->toy, "FILESYSTEM");
  g_autoptr (GError) error = NULL;

  g_assert_true (METHOD->erase (self->camera, named ("FILESYSTEM"), self->progress, NULL, &error));
  g_assert_cmpuint (self->toy->n_dnloads, ==, 1);
  for (guint i = 0; i < BLOCK; i++)
    g_assert_cmphex (filesystem->data[i], ==, 0);
  g_assert_cmphex (filesystem->data[BLOCK], ==, 0xff);

  g_assert_false (METHOD->erase (self->camera, named ("FIRMWARE"), NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_assert_cmpuint (self->toy->n_dnloads, ==, 1);
}

static void
test_describe (void)
{
  g_autofree char *plain =
      METHOD->describe (hs_board_by_id ("OPENMV4"),
                        hs_board_find (hs_board_by_id ("OPENMV4"), HS_ROLE_FIRMWARE),
                        TOY_DFU_SERIAL,
                        "firmware.bin");
  g_autofree char *odd =
      METHOD->describe (&toy_board, named ("ROMFS0"), NULL, "my build/it's; rm -rf.img");

  g_assert_cmpstr (
      plain, ==, "dfu-util -w -d ,37c5:9204 -S " TOY_DFU_SERIAL " -a FIRMWARE -D firmware.bin");
  g_assert_cmpstr (
      odd, ==, "dfu-util -w -d ,f055:9201 -a ROMFS0 -D 'my build/it'\\''s; rm -rf.img'");
}

/* The whole job: enter, write, read back, leave. */
static gboolean
flash (Fixture *self, GBytes *image, const HsWriteOptions *options, gboolean *begun, GError **error)
{
  g_autoptr (GByteArray) back = g_byte_array_new ();
  gsize size = g_bytes_get_size (image);

  *begun = FALSE;
  if (!METHOD->enter (self->camera, FALSE, self->progress, NULL, error))
    return FALSE;
  *begun = TRUE;
  if (!write_image (self, "FIRMWARE", image, options, NULL, error) ||
      !read_back (self, "FIRMWARE", size, back, error))
    return FALSE;
  g_assert_cmpmem (back->data, back->len, g_bytes_get_data (image, NULL), size);
  return METHOD->leave (self->camera, self->progress, NULL, error);
}

/* A person plugs it in again; the next job starts from nothing and writes without reading. */
static void
assert_heals (Fixture *self, GBytes *image, gboolean dont_read)
{
  g_autoptr (GError) error = NULL;
  gboolean begun;

  self->toy->fail_at = 0;
  toy_camera_show (self->clock, self->toy, HS_MODE_DFU);
  see_again (self, TOY_KEY);
  g_assert_true (flash (self, image, &(HsWriteOptions){ .dont_read = dont_read }, &begun, &error));
  g_assert_no_error (error);
  assert_holds (self, "FIRMWARE", image);
}

static gboolean
is_untouched (Fixture *self)
{
  GByteArray *firmware = toy_camera_partition (self->toy, "FIRMWARE");

  for (guint i = 0; i < firmware->len; i++)
    if (firmware->data[i] != 0x5a)
      return FALSE;
  return TRUE;
}

/* One fault at request 1, 2, 3 … until the job gets through; from the bootloader and from the
 * application. A job that ends well is whole; one that fails before its first write has touched
 * nothing; whatever happened, flashing again heals. */
static void
run_fault_loop (HsMode mode, HsFlashError code, gboolean late)
{
  g_autoptr (GBytes) image = make_image (3 * SECTOR - 5, 3);

  for (guint fail_at = 1;; fail_at++) {
    Fixture fixture = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean begun, done;

    set_up_with (&fixture, toy_layout, mode);
    fixture.toy->fail_at = fail_at;
    fixture.toy->fail_code = code;
    fixture.toy->fail_late = late;
    done = flash (&fixture, image, NULL, &begun, &error);
    if (done)
      assert_holds (&fixture, "FIRMWARE", image);
    else
      g_assert_true (error != NULL && error->domain == HS_FLASH_ERROR);
    if (!begun)
      g_assert_true (is_untouched (&fixture));
    done = done && fail_at > fixture.toy->n_requests;
    g_assert_cmpuint (fail_at, <=, MOST_REQUESTS);
    assert_heals (&fixture, image, fail_at % 2 == 0);
    for (guint i = 0; i < SECTOR; i++)
      g_assert_cmphex (toy_camera_partition (fixture.toy, "BOOTLOADER")->data[i], ==, 0x5a);
    tear_down (&fixture, NULL);
    if (done)
      return;
  }
}

static void
test_faults (gconstpointer data)
{
  HsFlashError code = GPOINTER_TO_INT (data);
  const HsMode modes[] = { HS_MODE_DFU, HS_MODE_APP };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    run_fault_loop (modes[i], code, FALSE);
    run_fault_loop (modes[i], code, TRUE);
  }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define FAULTS(path, code)                                                                         \
  g_test_add_data_func (path, GINT_TO_POINTER (HS_FLASH_ERROR_##code), test_faults)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/openmv-dfu/counts", test_counts);
  ADD ("/openmv-dfu/writes-what-differs", test_writes_what_differs);
  ADD ("/openmv-dfu/leaves-the-rest", test_leaves_the_rest);
  ADD ("/openmv-dfu/never-reads-first", test_never_reads_first);
  ADD ("/openmv-dfu/block0-opens", test_block0_opens);
  ADD ("/openmv-dfu/swapped", test_swapped);
  ADD ("/openmv-dfu/refusals", test_refusals);
  g_test_add_func ("/openmv-dfu/surprises", test_surprises);
  ADD ("/openmv-dfu/other-block-size", test_other_block_size);
  ADD ("/openmv-dfu/write-error-names-the-sector", test_write_error_names_the_sector);
  ADD ("/openmv-dfu/slow-sector", test_slow_sector);
  ADD ("/openmv-dfu/cancel", test_cancel);
  ADD ("/openmv-dfu/no-upload", test_no_upload);
  ADD ("/openmv-dfu/erase", test_erase);
  g_test_add_func ("/openmv-dfu/describe", test_describe);
  FAULTS ("/openmv-dfu/faults/gone", GONE);
  FAULTS ("/openmv-dfu/faults/stalled", STALLED);
  FAULTS ("/openmv-dfu/faults/timed-out", TIMED_OUT);

  return g_test_run ();
}
