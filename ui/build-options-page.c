/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-options-page.h"

#include "app/explain.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _HsBuildOptionsPage {
  HsWizardPage parent_instance;

  AdwPreferencesGroup *build_group;
  AdwPreferencesGroup *option_group;
  GtkEditable *name_row;
  GtkSwitch *clean_switch;
  GtkSpinButton *jobs_spin;
  AdwComboRow *engine_row;
  GtkEditable *sdk_row;
  GtkTextView *lines;
  GtkLabel *trouble;

  HsBuildDraft *draft; /* owned */
  GPtrArray *widgets;  /* GtkWidget, borrowed: what each option is set with, in their order */
  char *root;          /* of the tree whose options are shown */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (HsBuildOptionsPage, hs_build_options_page, HS_TYPE_WIZARD_PAGE)

/* Says at once what is wrong with what is typed. */
static void
check (HsBuildOptionsPage *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) options = hs_build_draft_dup_options (self->draft, &error);

  gtk_label_set_label (self->trouble, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), error != NULL);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), options != NULL, FALSE, TRUE);
}

/* -- options of the firmware ----------------------------------------------------------------- */

static const char *
name_of (gpointer widget)
{
  return g_object_get_data (G_OBJECT (widget), "option");
}

static void
switched_cb (GtkSwitch *widget, GParamSpec *pspec, HsBuildOptionsPage *self)
{
  if (!self->filling)
    hs_build_draft_set_option (
        self->draft,
        name_of (widget),
        gtk_switch_get_active (widget) ? g_object_get_data (G_OBJECT (widget), "value") : NULL);
}

static void
typed_cb (GtkEditable *widget, HsBuildOptionsPage *self)
{
  if (!self->filling)
    hs_build_draft_set_option (self->draft, name_of (widget), gtk_editable_get_text (widget));
}

static char *
row_title (const HsBuildOption *option)
{
  return g_markup_printf_escaped (
      "%s  <span alpha='55%%' size='small'>%s</span>", _ (option->title), option->name);
}

static GtkWidget *
switch_row (HsBuildOptionsPage *self, const HsBuildOption *option)
{
  g_autofree char *title = row_title (option);
  g_autofree char *text = g_markup_escape_text (_ (option->text), -1);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *widget = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  hs_piece_name (widget, _ (option->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);
  g_object_set_data (G_OBJECT (widget), "option", (gpointer) option->name);
  g_object_set_data (G_OBJECT (widget), "value", (gpointer) option->value);
  g_signal_connect_object (widget, "notify::active", G_CALLBACK (switched_cb), self, 0);
  g_ptr_array_add (self->widgets, widget);
  return row;
}

static GtkWidget *
typed_row (HsBuildOptionsPage *self, const HsBuildOption *option)
{
  g_autofree char *title = row_title (option);
  g_autofree char *text = g_markup_escape_text (_ (option->text), -1);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *entry = gtk_entry_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 12);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), option->initial);
  hs_piece_name (entry, _ (option->title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), entry);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), entry);
  g_object_set_data (G_OBJECT (entry), "option", (gpointer) option->name);
  g_signal_connect_object (entry, "changed", G_CALLBACK (typed_cb), self, 0);
  g_ptr_array_add (self->widgets, entry);
  return row;
}

static void
make_options (HsBuildOptionsPage *self)
{
  guint n;
  const HsBuildOption *options = hs_build_options (&n);

  for (guint i = 0; i < n; i++)
    adw_preferences_group_add (self->option_group,
                               options[i].value != NULL ? switch_row (self, &options[i])
                                                        : typed_row (self, &options[i]));
}

/* -- options of the build -------------------------------------------------------------------- */

static void
choice_changed_cb (HsBuildOptionsPage *self)
{
  const HsBuildChoice choice = {
    .jobs = (guint) gtk_spin_button_get_value_as_int (self->jobs_spin),
    .clean = gtk_switch_get_active (self->clean_switch),
    .engine = (HsBuildEngine) adw_combo_row_get_selected (self->engine_row),
    .sdk_dir = (char *) gtk_editable_get_text (self->sdk_row),
    .name = (char *) gtk_editable_get_text (self->name_row),
  };

  if (!self->filling && self->draft != NULL)
    hs_build_draft_set_choice (self->draft, &choice);
}

static void
lines_changed_cb (HsBuildOptionsPage *self, GtkTextBuffer *buffer)
{
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (self->filling)
    return;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  hs_build_draft_set_lines (self->draft, text);
}

/* What is remembered of this tree. */
static void
fill (HsBuildOptionsPage *self)
{
  const HsBuildChoice *choice = hs_build_draft_get_choice (self->draft);
  const char *sdk = choice->sdk_dir != NULL ? choice->sdk_dir : "";
  const char *name = choice->name != NULL ? choice->name : "";

  self->filling = TRUE;
  for (guint i = 0; i < self->widgets->len; i++) {
    GtkWidget *widget = g_ptr_array_index (self->widgets, i);
    const char *value = hs_build_draft_get_option (self->draft, name_of (widget));

    if (GTK_IS_SWITCH (widget))
      gtk_switch_set_active (GTK_SWITCH (widget), value != NULL);
    else
      gtk_editable_set_text (GTK_EDITABLE (widget), value != NULL ? value : "");
  }
  gtk_spin_button_set_value (self->jobs_spin, choice->jobs);
  gtk_switch_set_active (self->clean_switch, choice->clean);
  adw_combo_row_set_selected (self->engine_row, choice->engine);
  gtk_editable_set_text (self->sdk_row, sdk);
  gtk_editable_set_text (self->name_row, name);
  gtk_text_buffer_set_text (
      gtk_text_view_get_buffer (self->lines), hs_build_draft_get_lines (self->draft), -1);
  self->filling = FALSE;
}

static void
hs_build_options_page_entered (HsWizardPage *page)
{
  HsBuildOptionsPage *self = HS_BUILD_OPTIONS_PAGE (page);

  if (g_strcmp0 (self->root, hs_build_draft_get_root (self->draft)) != 0) {
    g_free (self->root);
    self->root = g_strdup (hs_build_draft_get_root (self->draft));
    fill (self);
  }
  check (self);
}

/* A folder that was typed and not applied counts. */
static gboolean
hs_build_options_page_forward (HsWizardPage *page)
{
  choice_changed_cb (HS_BUILD_OPTIONS_PAGE (page));
  return FALSE;
}

static void
hs_build_options_page_dispose (GObject *object)
{
  HsBuildOptionsPage *self = HS_BUILD_OPTIONS_PAGE (object);

  g_clear_object (&self->draft);
  g_clear_pointer (&self->widgets, g_ptr_array_unref);
  g_clear_pointer (&self->root, g_free);
  G_OBJECT_CLASS (hs_build_options_page_parent_class)->dispose (object);
}

static void
hs_build_options_page_class_init (HsBuildOptionsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_options_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_build_options_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_build_options_page_forward;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-options-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, build_group);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, option_group);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, clean_switch);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, jobs_spin);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, engine_row);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, sdk_row);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, lines);
  gtk_widget_class_bind_template_child (widget_class, HsBuildOptionsPage, trouble);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed_cb);
}

static void
hs_build_options_page_init (HsBuildOptionsPage *self)
{
  self->widgets = g_ptr_array_new ();
  self->filling = TRUE; /* until the draft is there */
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Options"));
  hs_piece_name_group (GTK_WIDGET (self->build_group), _ ("The build"));
  hs_piece_name_group (GTK_WIDGET (self->option_group), _ ("Options of the firmware"));
}

HsWizardPage *
hs_build_options_page_new (HsBuildDraft *draft)
{
  HsBuildOptionsPage *self = g_object_new (HS_TYPE_BUILD_OPTIONS_PAGE, NULL);

  self->draft = g_object_ref (draft);
  make_options (self);
  self->filling = FALSE;
  g_signal_connect_object (gtk_text_view_get_buffer (self->lines),
                           "changed",
                           G_CALLBACK (lines_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "changed", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
