/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/features.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KB 1024

static const char ml_stays[] =
    N_ ("Switching machine learning off leaves a firmware that does not link: abort() is in the "
        "glue of TensorFlow Lite, and nothing else brings it.");

static const char io[] = N_ ("Files and formats");
static const char tables[] = N_ ("Tables");
static const char pixels[] = N_ ("Pixel operations");
static const char filters[] = N_ ("Filters");
static const char geometry[] = N_ ("Geometry");
static const char shapes[] = N_ ("Lines and shapes");
static const char codes[] = N_ ("Codes and tags");
static const char detectors[] = N_ ("Features and descriptors");
static const char learning[] = N_ ("Machine learning");
static const char modules[] = N_ ("Modules of the board");
static const char other[] = N_ ("Other switches");

/* Sizes: comments in the trees' own imlib_config.h, and facts: firmware-tree 4.2 (models), 5. */
/* clang-format off */
static const HsFeatureFact facts[] = {
  { "IMLIB_ENABLE_IMAGE_IO", io, N_ ("Streams of images"), 0, NULL },
  { "IMLIB_ENABLE_IMAGE_FILE_IO", io, N_ ("Images from and to files"), 0, NULL },
  { "IMLIB_ENABLE_PNG_ENCODER", io, N_ ("PNG encoder"), 0, NULL },
  { "IMLIB_ENABLE_PNG_DECODER", io, N_ ("PNG decoder"), 0, NULL },
  { "IMLIB_ENABLE_LAB_LUT", tables, N_ ("Table for LAB colours"), 0, NULL },
  { "IMLIB_ENABLE_YUV_LUT", tables, N_ ("Table for YUV colours"), 0, NULL },
  { "IMLIB_ENABLE_GAMMA_LUT", tables, N_ ("Table for gamma"), 0, NULL },
  { "IMLIB_ENABLE_ISP_OPS", pixels, N_ ("White balance and colour correction"), 0, NULL },
  { "IMLIB_ENABLE_BINARY_OPS", pixels, N_ ("Binary operations"), 0, NULL },
  { "IMLIB_ENABLE_MATH_OPS", pixels, N_ ("Arithmetic on images"), 0, NULL },
  { "IMLIB_ENABLE_FLOOD_FILL", pixels, N_ ("flood_fill()"), 0, NULL },
  { "IMLIB_ENABLE_MEAN_POOLING", pixels, N_ ("mean_pool()"), 0, NULL },
  { "IMLIB_ENABLE_MIDPOINT_POOLING", pixels, N_ ("midpoint_pool()"), 0, NULL },
  { "IMLIB_ENABLE_DEBAYER_OPTIMIZATION", pixels, N_ ("Faster debayering"), 0, NULL },
  { "IMLIB_ENABLE_MEAN", filters, N_ ("mean()"), 0, NULL },
  { "IMLIB_ENABLE_MEDIAN", filters, N_ ("median()"), 0, NULL },
  { "IMLIB_ENABLE_MODE", filters, N_ ("mode()"), 0, NULL },
  { "IMLIB_ENABLE_MIDPOINT", filters, N_ ("midpoint()"), 0, NULL },
  { "IMLIB_ENABLE_MORPH", filters, N_ ("morph()"), 0, NULL },
  { "IMLIB_ENABLE_GAUSSIAN", filters, N_ ("gaussian()"), 0, NULL },
  { "IMLIB_ENABLE_LAPLACIAN", filters, N_ ("laplacian()"), 0, NULL },
  { "IMLIB_ENABLE_BILATERAL", filters, N_ ("bilateral()"), 0, NULL },
  { "IMLIB_ENABLE_CARTOON", filters, N_ ("cartoon()"), 0, NULL },
  { "IMLIB_ENABLE_LINPOLAR", geometry, N_ ("linpolar()"), 0, NULL },
  { "IMLIB_ENABLE_LOGPOLAR", geometry, N_ ("logpolar()"), 0, NULL },
  { "IMLIB_ENABLE_LENS_CORR", geometry, N_ ("lens_corr()"), 0, NULL },
  { "IMLIB_ENABLE_ROTATION_CORR", geometry, N_ ("rotation_corr()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_DISPLACEMENT", geometry, N_ ("find_displacement()"), 0, NULL },
  { "IMLIB_ENABLE_GET_SIMILARITY", geometry, N_ ("get_similarity()"), 0, NULL },
  { "IMLIB_ENABLE_STEREO_DISPARITY", geometry, N_ ("stereo_disparity()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_LINES", shapes, N_ ("find_lines()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_LINE_SEGMENTS", shapes, N_ ("find_line_segments()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_CIRCLES", shapes, N_ ("find_circles()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_RECTS", shapes, N_ ("find_rects()"), 0, NULL },
  { "IMLIB_ENABLE_QRCODES", codes, N_ ("QR codes"), 14 * KB, NULL },
  { "IMLIB_ENABLE_APRILTAGS", codes, N_ ("AprilTags"), 64 * KB, NULL },
  { "IMLIB_ENABLE_APRILTAGS_TAG16H5", codes, N_ ("AprilTags of family 16h5"), 0, NULL },
  { "IMLIB_ENABLE_APRILTAGS_TAG25H7", codes, N_ ("AprilTags of family 25h7"), 0, NULL },
  { "IMLIB_ENABLE_APRILTAGS_TAG25H9", codes, N_ ("AprilTags of family 25h9"), 0, NULL },
  { "IMLIB_ENABLE_APRILTAGS_TAG36H10", codes, N_ ("AprilTags of family 36h10"), 0, NULL },
  { "IMLIB_ENABLE_APRILTAGS_TAG36H11", codes, N_ ("AprilTags of family 36h11"), 0, NULL },
  { "IMLIB_ENABLE_APRILTAGS_ARTOOLKIT", codes, N_ ("AprilTags of ARToolKit"), 0, NULL },
  { "IMLIB_ENABLE_FINE_APRILTAGS", codes, N_ ("AprilTags, finer search"), 0, NULL },
  { "IMLIB_ENABLE_HIGH_RES_APRILTAGS", codes, N_ ("AprilTags in large images"), 0, NULL },
  { "IMLIB_ENABLE_DATAMATRICES", codes, N_ ("Data matrices"), 26 * KB, NULL },
  { "IMLIB_ENABLE_BARCODES", codes, N_ ("Barcodes"), 42 * KB, NULL },
  { "IMLIB_ENABLE_FEATURES", detectors, N_ ("Haar cascades (find_features())"), 0, NULL },
  { "IMLIB_ENABLE_FEATURES_BUILTIN_FACE_CASCADE", detectors,
    N_ ("Haar cascade of faces, built in"), 0, NULL },
  { "IMLIB_ENABLE_FEATURES_BUILTIN_EYES_CASCADE", detectors,
    N_ ("Haar cascade of eyes, built in"), 0, NULL },
  { "IMLIB_ENABLE_FAST", detectors, N_ ("FAST corners"), 0, NULL },
  { "IMLIB_ENABLE_AGAST", detectors, N_ ("AGAST corners"), 0, NULL },
  { "IMLIB_ENABLE_FIND_LBP", detectors, N_ ("find_lbp()"), 0, NULL },
  { "IMLIB_ENABLE_FIND_KEYPOINTS", detectors, N_ ("find_keypoints()"), 0, NULL },
  { "IMLIB_ENABLE_DESCRIPTOR", detectors, N_ ("Descriptors: load, save, match"), 0, NULL },
  { "IMLIB_ENABLE_HOG", detectors, N_ ("find_hog()"), 0, NULL },
  { "IMLIB_ENABLE_SELECTIVE_SEARCH", detectors, N_ ("selective_search()"), 0, NULL },
  { "IMLIB_FIND_TEMPLATE", detectors, N_ ("find_template()"), 0, NULL },
  { "IMLIB_ENABLE_TFLM", learning, N_ ("TensorFlow Lite for Microcontrollers"), 0, ml_stays },
  { "IMLIB_ENABLE_TFLM_BUILTIN_FOMO_FACE_DETECTION", learning,
    N_ ("Model for faces (FOMO), built in"), 57040, NULL },
  { "IMLIB_ENABLE_TFLM_BUILTIN_PERSON_DETECT", learning,
    N_ ("Model for persons, built in"), 300568, NULL },
  { "IMLIB_ENABLE_TFLM_BUILTIN_AUDIO_PREPROCESSOR", learning,
    N_ ("Model that prepares sound, built in"), 0, NULL },
  { "IMLIB_ENABLE_TFLM_BUILTIN_MICRO_SPEECH", learning,
    N_ ("Model for spoken words, built in"), 0, NULL },
  { "IMLIB_ENABLE_TFLM_BUILTIN_FORCE_INT_QUANT", learning,
    N_ ("Model for tests, built in"), 0, NULL },
  { "IMLIB_ENABLE_STAI", learning, N_ ("ST's neural network unit"), 0, ml_stays },
  { "MICROPY_PY_TV", modules, N_ ("TV shield (tv)"), 0, NULL },
  { "MICROPY_PY_WINC1500", modules, N_ ("WiFi shield (network.WINC)"), 0, NULL },
  { "MICROPY_PY_ML", learning, N_ ("Machine learning (ml)"), 0, ml_stays },
  { "MICROPY_PY_ML_TFLM", learning, N_ ("TensorFlow Lite for Microcontrollers"), 0, ml_stays },
  { "MICROPY_PY_ML_STAI", learning, N_ ("ST's neural network unit"), 0, ml_stays },
};
/* clang-format on */

/* Not in the header's order of trees: by name. NULL: Hotshoe does not know it. */
const HsFeatureFact *
hs_feature_fact (const char *macro)
{
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (g_str_equal (facts[i].macro, macro))
      return &facts[i];
  return NULL;
}

const char *
hs_feature_other_group (void)
{
  return other;
}
