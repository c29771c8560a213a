/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/debug-window.h"

#include "app/command.h"
#include "app/firmware/debug-config.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_DEBUG_BODY (hs_debug_body_get_type ())
G_DECLARE_FINAL_TYPE (HsDebugBody, hs_debug_body, HS, DEBUG_BODY, GtkBox)

struct _HsDebugBody {
  GtkBox parent_instance;

  AdwComboRow *server;
  GtkEditable *host;
  GtkWidget *port_row;
  GtkSpinButton *port;
  GtkSwitch *rtt;
  GtkSwitch *swo;
  GtkEditable *docker;
  AdwBin *place;
  GtkLabel *summary;
  GtkWidget *start;
  GtkWidget *write;
};

G_DEFINE_FINAL_TYPE (HsDebugBody, hs_debug_body, GTK_TYPE_BOX)

/* -- what is asked for ------------------------------------------------------------------------ */

/* The options with the strings they point to. */
typedef struct {
  HsDebugOptions options;
  char *host;
  char *docker;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *self = data;

  g_free (self->host);
  g_free (self->docker);
  g_free (self);
}

/* (transfer full) (nullable): what was typed */
static char *
dup_typed (GtkEditable *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static gboolean
has_address (HsDebugServer server)
{
  return server == HS_SERVER_EXTERNAL || server == HS_SERVER_WSL;
}

static Wish *
make_wish (HsDebugBody *self)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->options.server = adw_combo_row_get_selected (self->server);
  wish->host = has_address (wish->options.server) ? dup_typed (self->host) : NULL;
  wish->docker = dup_typed (self->docker);
  wish->options.host = wish->host;
  wish->options.port = gtk_spin_button_get_value_as_int (self->port);
  wish->options.rtt = gtk_switch_get_active (self->rtt);
  wish->options.swo = gtk_switch_get_active (self->swo);
  wish->options.docker_root = wish->docker;
  return wish;
}

/* -- what comes of it ------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *findings;
  GError *refused;   /* nullable: these options can't be had */
  GStrv terminal;    /* nullable: no debugger can be started from here */
  char *no_terminal; /* why; nullable */
} Outlook;

static void
outlook_free (gpointer data)
{
  Outlook *self = data;

  g_ptr_array_unref (self->findings);
  g_clear_error (&self->refused);
  g_strfreev (self->terminal);
  g_free (self->no_terminal);
  g_free (self);
}

static gpointer
read_outlook (HsTree *tree,
              const char *target,
              gpointer options,
              GCancellable *cancellable,
              GError **error)
{
  const Wish *wish = options;
  Outlook *outlook = g_new0 (Outlook, 1);
  g_autoptr (GError) local = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;

  outlook->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  edit = hs_debug_config_plan (tree, target, &wish->options, outlook->findings, &outlook->refused);
  outlook->terminal = hs_debug_dup_terminal (tree, target, &local);
  outlook->no_terminal = local != NULL ? g_strdup (local->message) : NULL;
  return outlook;
}

static void
show_outlook (HsDebugBody *self, const Outlook *outlook)
{
  guint n = hs_tree_count_findings (outlook->findings, HS_FINDING_ERROR);
  g_autofree char *summary =
      n > 0 ? g_strdup_printf (
                  ngettext ("%u thing stands in the way.", "%u things stand in the way.", n), n)
            : g_strdup (_ ("Files in .vscode are merged: what is yours in them stays."));

  adw_bin_set_child (self->place,
                     outlook->refused != NULL ? hs_tree_problem (outlook->refused)
                                              : hs_tree_findings (outlook->findings));
  gtk_label_set_label (self->summary, outlook->refused != NULL ? "" : summary);
  gtk_widget_set_sensitive (self->write, outlook->refused == NULL);
  gtk_widget_set_sensitive (self->start, outlook->terminal != NULL);
  gtk_widget_set_tooltip_text (self->start, outlook->no_terminal);
}

/* -- acting ----------------------------------------------------------------------------------- */

static HsTreeWindow *
window_of (HsDebugBody *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), HS_TYPE_TREE_WINDOW);

  return window != NULL ? HS_TREE_WINDOW (window) : NULL;
}

static void
changed_cb (HsDebugBody *self)
{
  gboolean address = has_address (adw_combo_row_get_selected (self->server));
  HsTreeWindow *window = window_of (self);

  gtk_widget_set_visible (GTK_WIDGET (self->host), address);
  gtk_widget_set_visible (self->port_row, address);
  if (window != NULL && hs_tree_window_get_tree (window) != NULL)
    hs_tree_window_reload (window);
}

static HsTreeEdit *
plan (HsTree *tree, const char *target, gpointer data, GError **error)
{
  const Wish *wish = data;

  return hs_debug_config_plan (tree, target, &wish->options, NULL, error);
}

static void
write_cb (HsDebugBody *self)
{
  hs_tree_window_change (window_of (self), plan, make_wish (self), wish_free);
}

static void
start_cb (HsDebugBody *self)
{
  HsTreeWindow *window = window_of (self);
  const Outlook *outlook = hs_tree_window_get_result (window);
  g_autoptr (GError) error = NULL;

  if (outlook != NULL && outlook->terminal != NULL &&
      !hs_command_start ((const char *const *) outlook->terminal, &error))
    hs_tree_window_show_problem (window, error);
}

static void
hs_debug_body_class_init (HsDebugBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("debug-window"));
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, server);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, host);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, port_row);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, port);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, rtt);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, swo);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, docker);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, place);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, summary);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, start);
  gtk_widget_class_bind_template_child (widget_class, HsDebugBody, write);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, write_cb);
}

static void
hs_debug_body_init (HsDebugBody *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  changed_cb (self);
}

/* -- the window ------------------------------------------------------------------------------- */

#define HS_TYPE_DEBUG_WINDOW (hs_debug_window_get_type ())
G_DECLARE_FINAL_TYPE (HsDebugWindow, hs_debug_window, HS, DEBUG_WINDOW, HsTreeWindow)

struct _HsDebugWindow {
  HsTreeWindow parent_instance;

  HsDebugBody *body;
};

G_DEFINE_FINAL_TYPE (HsDebugWindow, hs_debug_window, HS_TYPE_TREE_WINDOW)

static gpointer
dup_options (HsTreeWindow *window)
{
  return make_wish (HS_DEBUG_WINDOW (window)->body);
}

static void
show_read (HsTreeWindow *window, gpointer result)
{
  show_outlook (HS_DEBUG_WINDOW (window)->body, result);
}

static void
hs_debug_window_class_init (HsDebugWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  tree_class->read = read_outlook;
  tree_class->dup_options = dup_options;
  tree_class->free_options = wish_free;
  tree_class->free_result = outlook_free;
  tree_class->show = show_read;
}

static void
hs_debug_window_init (HsDebugWindow *self)
{
  self->body = g_object_new (HS_TYPE_DEBUG_BODY, NULL);
  hs_tree_window_set_body (HS_TREE_WINDOW (self), GTK_WIDGET (self->body));
}

void
hs_debug_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  hs_tree_window_open (g_object_new (HS_TYPE_DEBUG_WINDOW, "title", _ ("Debugging"), NULL),
                       session,
                       parent,
                       tree,
                       target);
}
