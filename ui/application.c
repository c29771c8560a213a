/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/application.h"

#include "app/explain.h"
#include "ui/hs-ui-resources.h"
#include "ui/screenshots.h"
#include "ui/trouble-window.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

enum { SAME_CAMERAS = 3 }; /* at the practice bench */

struct _HsApplication {
  AdwApplication parent_instance;

  HsSession *session; /* nullable until it is opened */
  HsSessionOptions options;
  char *catalog, *simulate, *simulate_dir, *operator_name; /* what @options points to; nullable */
  char *screenshot_dir;                                    /* nullable */
  guint inhibit_cookie;                                    /* 0: nothing runs */
  gulong jobs_handler;
};

G_DEFINE_FINAL_TYPE (HsApplication, hs_application, ADW_TYPE_APPLICATION)

/* -- keeping the computer awake --------------------------------------------------------------- */

static void
jobs_changed_cb (HsApplication *self)
{
  gboolean running = hs_session_get_n_running (self->session) > 0;
  GtkApplication *app = GTK_APPLICATION (self);

  if (running && self->inhibit_cookie == 0) {
    self->inhibit_cookie =
        gtk_application_inhibit (app,
                                 gtk_application_get_active_window (app),
                                 GTK_APPLICATION_INHIBIT_LOGOUT | GTK_APPLICATION_INHIBIT_SUSPEND |
                                     GTK_APPLICATION_INHIBIT_IDLE,
                                 _ ("Cameras are being flashed"));
  } else if (!running && self->inhibit_cookie != 0) {
    gtk_application_uninhibit (app, self->inhibit_cookie);
    self->inhibit_cookie = 0;
  }
}

/* -- sessions --------------------------------------------------------------------------------- */

static void
set_session (HsApplication *self, HsSession *session)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->jobs_handler, self->session);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;

  self->jobs_handler =
      g_signal_connect_swapped (session, "jobs-changed", G_CALLBACK (jobs_changed_cb), self);
  jobs_changed_cb (self);
}

static gboolean
is_practice (HsApplication *self)
{
  return self->session != NULL && hs_session_is_practice (self->session);
}

static void
update_actions (HsApplication *self)
{
  GAction *practice = g_action_map_lookup_action (G_ACTION_MAP (self), "practice");
  GAction *leave = g_action_map_lookup_action (G_ACTION_MAP (self), "leave-practice");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (practice), !is_practice (self));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (leave), is_practice (self));
}

static void
shots_done_cb (gpointer owner)
{
  g_application_quit (G_APPLICATION (owner));
}

static void
present_session (HsApplication *self)
{
  GtkWidget *window = hs_window_new (GTK_APPLICATION (self), self->session);

  update_actions (self);
  gtk_window_present (GTK_WINDOW (window));
  if (self->screenshot_dir != NULL)
    hs_screenshots_take (HS_WINDOW (window), self->screenshot_dir, shots_done_cb, self);
}

static void
present_trouble (HsApplication *self, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  GtkWidget *window = hs_trouble_window_new (GTK_APPLICATION (self), problem);

  gtk_window_present (GTK_WINDOW (window));
}

/* Another bench takes this one's place; if it can't be opened, this one stays. */
static void
switch_session (HsApplication *self, const HsSessionOptions *options)
{
  GtkWindow *old = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = NULL;

  if (hs_session_get_n_running (self->session) > 0)
    return;

  session = hs_session_new (options, &error);
  if (session == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    if (HS_IS_WINDOW (old))
      hs_window_show_problem (HS_WINDOW (old), problem);
    return;
  }
  set_session (self, session);
  present_session (self);
  if (old != NULL)
    gtk_window_destroy (old);
}

static gboolean
is_for_practice (const HsBoard *board)
{
  return board->method != NULL && !board->retired;
}

/* Boards with one chip and many sectors show best what happens. */
static guint
count_plain_sectors (const HsBoard *board)
{
  const HsPartition *firmware = hs_board_find (board, HS_ROLE_FIRMWARE);

  for (guint i = 0; i < board->n_partitions; i++)
    if ((board->partitions[i].flags & HS_PARTITION_EXTERNAL) != 0)
      return 0;
  return firmware != NULL && firmware->erase != NULL ? hs_partition_n_units (firmware) : 0;
}

/* Three cameras of one board, so that a build fits several, and one of another. */
static char *
practice_spec (void)
{
  const HsBoard *most = NULL, *other = NULL;

  for (guint i = 0; i < hs_board_count (); i++) {
    const HsBoard *board = hs_board_nth (i);

    if (!is_for_practice (board))
      continue;
    if (most == NULL || count_plain_sectors (board) > count_plain_sectors (most))
      most = board;
    other = board;
  }
  if (most == NULL)
    return g_strdup ("");
  if (other == most)
    return g_strdup_printf ("%s*%d", most->id, SAME_CAMERAS);
  return g_strdup_printf ("%s*%d,%s", most->id, SAME_CAMERAS, other->id);
}

/* -- actions ---------------------------------------------------------------------------------- */

static void
practice_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HsApplication *self = data;
  g_autofree char *spec = practice_spec ();
  HsSessionOptions options = { .simulate = spec,
                               .operator_name = self->operator_name,
                               .practice_builds = TRUE };

  switch_session (self, &options);
}

static void
leave_practice_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  HsApplication *self = data;
  HsSessionOptions options = { .operator_name = self->operator_name };

  /* The catalog that was named on the command line, unless it was the practice one. */
  if (self->simulate == NULL)
    options.catalog = self->catalog;
  switch_session (self, &options);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (data));

  /* Closing asks while cameras are in work. */
  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (data));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)),
                         "application-name",
                         _ ("Hotshoe"),
                         "application-icon",
                         HS_APP_ID,
                         "version",
                         HS_VERSION,
                         "developer-name",
                         _ ("The Hotshoe contributors"),
                         "license-type",
                         GTK_LICENSE_GPL_3_0,
                         "comments",
                         _ ("Flash OpenMV cameras, prove what is on them, and remember it."),
                         NULL);
}

static void
add_accels (GtkApplication *app)
{
  static const struct {
    const char *action;
    const char *accels[3];
  } table[] = {
    { "win.place::bench", { "<Control>1" } },
    { "win.place::builds", { "<Control>2" } },
    { "win.place::releases", { "<Control>3" } },
    { "win.place::units", { "<Control>4" } },
    { "win.place::journal", { "<Control>5" } },
    { "win.search", { "<Control>f" } },
    { "win.go-to-day", { "<Control>g" } },
    { "win.import", { "<Control>o" } },
    { "win.load-build", { "<Control>b" } },
    { "win.flash", { "<Control>Return", "<Control>KP_Enter" } },
    { "win.retry-failed", { "<Control>r" } },
    { "win.stop", { "<Control>period" } },
    { "win.operate::", { "F11" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.shortcuts", { "F1", "<Control>question" } },
    { "window.close", { "<Control>w" } },
    { "app.quit", { "<Control>q" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    gtk_application_set_accels_for_action (app, table[i].action, table[i].accels);
}

/* -- life ------------------------------------------------------------------------------------- */

static void
hs_application_startup (GApplication *app)
{
  static const GActionEntry entries[] = {
    { "practice", practice_cb },
    { "leave-practice", leave_practice_cb },
    { "about", about_cb },
    { "quit", quit_cb },
  };

  G_APPLICATION_CLASS (hs_application_parent_class)->startup (app);

  g_action_map_add_action_entries (G_ACTION_MAP (app), entries, G_N_ELEMENTS (entries), app);
  add_accels (GTK_APPLICATION (app));
  gtk_window_set_default_icon_name (HS_APP_ID);
}

static void
hs_application_activate (GApplication *app)
{
  HsApplication *self = HS_APPLICATION (app);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (app));
  g_autoptr (GError) error = NULL;

  if (window != NULL) {
    gtk_window_present (window);
    return;
  }
  if (self->session == NULL) {
    g_autoptr (HsSession) session = hs_session_new (&self->options, &error);

    set_session (self, session);
  }
  if (self->session != NULL)
    present_session (self);
  else
    present_trouble (self, error);
}

static void
hs_application_dispose (GObject *object)
{
  set_session (HS_APPLICATION (object), NULL);

  G_OBJECT_CLASS (hs_application_parent_class)->dispose (object);
}

static void
hs_application_finalize (GObject *object)
{
  HsApplication *self = HS_APPLICATION (object);

  g_free (self->catalog);
  g_free (self->simulate);
  g_free (self->simulate_dir);
  g_free (self->operator_name);
  g_free (self->screenshot_dir);

  G_OBJECT_CLASS (hs_application_parent_class)->finalize (object);
}

static void
hs_application_class_init (HsApplicationClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_application_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_application_finalize;
  G_APPLICATION_CLASS (klass)->startup = hs_application_startup;
  G_APPLICATION_CLASS (klass)->activate = hs_application_activate;
}

static void
hs_application_init (HsApplication *self)
{
}

static void
copy_options (HsApplication *self, const HsSessionOptions *options)
{
  self->options = *options;
  self->options.catalog = self->catalog = g_strdup (options->catalog);
  self->options.simulate = self->simulate = g_strdup (options->simulate);
  self->options.simulate_dir = self->simulate_dir = g_strdup (options->simulate_dir);
  self->options.operator_name = self->operator_name = g_strdup (options->operator_name);
}

/**
 * hs_application_run:
 * @session: (nullable): an open session; %NULL opens one
 * @options: how to open it
 * @screenshot_dir: (nullable): write a picture of each place there, then quit
 * @argc: how many arguments
 * @argv: the program's name first; options were taken out before
 *
 * Shows the window until it is closed. Several instances may run at once, each with its own
 * session. Needs a display.
 *
 * Returns: the exit status
 */
int
hs_application_run (HsSession *session,
                    const HsSessionOptions *options,
                    const char *screenshot_dir,
                    int argc,
                    char **argv)
{
  g_autoptr (HsApplication) self = NULL;

  g_return_val_if_fail (options != NULL, 1);

  g_resources_register (hs_ui_get_resource ());
  g_set_prgname ("hotshoe");
  if (g_strcmp0 (g_get_application_name (), _ ("Hotshoe")) != 0) /* may be set only once */
    g_set_application_name (_ ("Hotshoe"));
  self = g_object_new (HS_TYPE_APPLICATION,
                       "application-id",
                       HS_APP_ID,
                       "flags",
                       G_APPLICATION_NON_UNIQUE,
                       "resource-base-path",
                       "/io/github/hotshoe/Hotshoe",
                       NULL);
  copy_options (self, options);
  self->screenshot_dir = g_strdup (screenshot_dir);
  set_session (self, session);
  return g_application_run (G_APPLICATION (self), MIN (argc, 1), argv);
}
