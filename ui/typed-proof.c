/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/typed-proof.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsTypedProof {
  GtkBox parent_instance;

  GtkWidget *entry;
  GtkLabel *hint;
  char *expected;
  gboolean lenient;
  gboolean complete;
};

G_DEFINE_FINAL_TYPE (HsTypedProof, hs_typed_proof, GTK_TYPE_BOX)

enum { PROP_0, PROP_COMPLETE, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
hs_typed_proof_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COMPLETE)
    g_value_set_boolean (value, HS_TYPED_PROOF (object)->complete);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_typed_proof_finalize (GObject *object)
{
  g_free (HS_TYPED_PROOF (object)->expected);
  G_OBJECT_CLASS (hs_typed_proof_parent_class)->finalize (object);
}

static void
hs_typed_proof_class_init (HsTypedProofClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hs_typed_proof_get_property;
  object_class->finalize = hs_typed_proof_finalize;
  props[PROP_COMPLETE] = g_param_spec_boolean (
      "complete", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hs_typed_proof_init (HsTypedProof *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/* What was typed, as it is compared. */
static char *
dup_typed (HsTypedProof *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GString) text = g_string_new (NULL);

  if (!self->lenient)
    return g_strdup (typed);
  for (; *typed != '\0'; typed++)
    if (*typed != ' ')
      g_string_append_c (text, g_ascii_toupper (*typed));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
changed_cb (HsTypedProof *self)
{
  g_autofree char *typed = dup_typed (self);
  gboolean fits = g_str_has_prefix (self->expected, typed);
  guint missing =
      g_utf8_strlen (self->expected, -1) - (fits ? (guint) g_utf8_strlen (typed, -1) : 0);
  gboolean complete = fits && missing == 0;
  g_autofree char *more = fits && missing > 0 && *typed != '\0'
                              ? g_strdup_printf (ngettext ("%u more", "%u more", missing), missing)
                              : NULL;

  gtk_label_set_label (self->hint,
                       !fits          ? _ ("does not match")
                       : more != NULL ? more
                       : complete     ? _ ("matches")
                                      : "");
  if (complete == self->complete)
    return;

  self->complete = complete;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPLETE]);
}

/* More than one character at once was pasted or dropped, not typed. */
static void
insert_text_cb (GtkEditable *editable,
                const char *text,
                int length,
                int *position,
                HsTypedProof *self)
{
  if (g_utf8_strlen (text, length) <= 1)
    return;

  g_signal_stop_emission_by_name (editable, "insert-text");
  gtk_label_set_label (self->hint, _ ("type it; it can't be pasted"));
}

/**
 * hs_typed_proof_new:
 * @question: "Type the version of the release: 1.4.2"
 * @expected: what has to be typed; not empty
 *
 * Returns: (transfer floating): the question
 */
GtkWidget *
hs_typed_proof_new (const char *question, const char *expected)
{
  HsTypedProof *self = g_object_new (HS_TYPE_TYPED_PROOF, NULL);
  GtkWidget *label = hs_piece_label (question, NULL);
  guint length = g_utf8_strlen (expected, -1);

  self->expected = g_strdup (expected);
  self->entry = gtk_entry_new ();
  gtk_editable_set_alignment (GTK_EDITABLE (self->entry), .5f);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), CLAMP (length + 2, 10, 24));
  gtk_widget_set_halign (self->entry, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->entry, "last4");
  hs_piece_name (self->entry, question);
  self->hint = GTK_LABEL (g_object_new (
      GTK_TYPE_LABEL, "label", "", "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, NULL));
  hs_piece_set_classes (GTK_WIDGET (self->hint), "caption dim-label");
  gtk_label_set_xalign (GTK_LABEL (label), .5f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (self), label);
  gtk_box_append (GTK_BOX (self), self->entry);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->hint));
  g_signal_connect_object (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)),
                           "insert-text",
                           G_CALLBACK (insert_text_cb),
                           self,
                           0);
  g_signal_connect_object (
      self->entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

gboolean
hs_typed_proof_get_complete (HsTypedProof *self)
{
  g_return_val_if_fail (HS_IS_TYPED_PROOF (self), FALSE);

  return self->complete;
}

void
hs_typed_proof_set_lenient (HsTypedProof *self, gboolean lenient)
{
  g_return_if_fail (HS_IS_TYPED_PROOF (self));

  self->lenient = lenient;
}

/* What has to be typed. */
const char *
hs_typed_proof_get_expected (HsTypedProof *self)
{
  g_return_val_if_fail (HS_IS_TYPED_PROOF (self), NULL);

  return self->expected;
}
