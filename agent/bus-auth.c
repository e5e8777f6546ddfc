// SPDX-License-Identifier: GPL-2.0
/*
 * Who may change something: root, and whom polkit grants the action. Nothing
 * here waits. The bus daemon is asked for the user of the caller, polkit for
 * its word only if that is not root; until the answers are here, the request
 * lies in a list:
 *
 *   call ──► user of the caller? ──root──────────────────► granted()
 *                    └── else ──► polkit ──authorized────► granted()
 *                                    └── no, or no polkit ► error
 *
 * A caller who has gone gets no answer, and nothing is done for him. The list
 * is bounded, for each caller and each user as well: nobody keeps root waiting
 * with questions that he does not answer.
 */

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "log.h"

#define ACTION BUS_NAME ".manage"

#define REQUESTS_MAX		256
#define REQUESTS_OF_CALLER	4
#define REQUESTS_OF_USER	8

/* A person types a password; without one, sd-bus's default counts. */
#define DIALOG_USEC (300 * USEC_PER_SEC)

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE POLKIT_NAME ".Authority"
enum { POLKIT_ALLOW_INTERACTION = 1 };

#define DRIVER "org.freedesktop.DBus"

struct bus_request {
	TAILQ_ENTRY(bus_request) entry;
	struct bus *bus;
	sd_bus_message *message;
	bus_granted_t granted;
	sd_bus_slot *vanished;		/* the caller's NameOwnerChanged */
	sd_bus_slot *question;		/* that is not answered yet */
	uint32_t uid;			/* UINT32_MAX while not known */
};

static void forget(struct bus_request *request)
{
	TAILQ_REMOVE(&request->bus->requests, request, entry);
	sd_bus_slot_unref(request->question);
	sd_bus_slot_unref(request->vanished);
	sd_bus_message_unref(request->message);
	free(request);
}

void bus_auth_forget_all(struct bus *bus)
{
	while (!TAILQ_EMPTY(&bus->requests))
		forget(TAILQ_FIRST(&bus->requests));
}

/* The granted action may lose the connection, and the list with it. */
static void grant(struct bus_request *request)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *message = sd_bus_message_ref(request->message);
	bus_granted_t granted = request->granted;
	struct bus *bus = request->bus;
	int r;

	forget(request);
	r = granted(bus, message, &error);
	if (r < 0 || sd_bus_error_is_set(&error))
		sd_bus_reply_method_errno(message, r, &error);
	sd_bus_message_unref(message);
}

static void refuse(struct bus_request *request, const char *name,
		   const char *why)
{
	sd_bus_reply_method_errorf(request->message, name, "%s is for root and those to whom polkit grants "
				   ACTION "; %s",
				   sd_bus_message_get_member(request->message),
				   why);
	forget(request);
}

static int on_vanished(sd_bus_message *message, void *userdata,
		       sd_bus_error *error)
{
	const char *name, *before, *after;

	(void)error;
	if (sd_bus_message_read(message, "sss", &name, &before, &after) >= 0 &&
	    !*after)
		forget(userdata);
	return 0;
}

static void polkit_failed(struct bus_request *request,
			  const sd_bus_error *error)
{
	static const char *const absent[] = {
		SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (sd_bus_error_has_name(error, absent[i]))
			return refuse(request, SD_BUS_ERROR_ACCESS_DENIED,
				      "there is no polkit on this bus");
	log_warning("polkit does not answer: %s",
		    error->message ? error->message : error->name);
	refuse(request, SD_BUS_ERROR_ACCESS_DENIED, "polkit does not answer");
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *problem = sd_bus_message_get_error(reply);
	struct bus_request *request = userdata;
	int authorized = 0, challenge = 0, r;

	(void)error;
	if (problem) {
		polkit_failed(request, problem);
		return 1;
	}
	r = sd_bus_message_enter_container(reply, 'r', "bba{ss}");
	if (r >= 0)
		r = sd_bus_message_read(reply, "bb", &authorized, &challenge);
	if (r >= 0 && authorized)
		grant(request);
	else if (r >= 0 && challenge)
		refuse(request, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
		       "a polkit agent has to ask for a password");
	else
		refuse(request, SD_BUS_ERROR_ACCESS_DENIED, "it does not to you");
	return 1;
}

static int ask_polkit(struct bus_request *request)
{
	bool dialog = sd_bus_message_get_allow_interactive_authorization(
			request->message) > 0;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = sd_bus_message_new_method_call(request->bus->bus, &call,
					   POLKIT_NAME, POLKIT_PATH,
					   POLKIT_INTERFACE,
					   "CheckAuthorization");
	if (r >= 0)
		r = sd_bus_message_append(call, "(sa{sv})sa{ss}us",
					  "system-bus-name", 1, "name", "s",
					  sd_bus_message_get_sender(request->message),
					  ACTION, 0,
					  dialog ? POLKIT_ALLOW_INTERACTION : 0,
					  "");
	if (r < 0)
		return r;
	return sd_bus_call_async(request->bus->bus, &request->question, call,
				 on_polkit, request, dialog ? DIALOG_USEC : 0);
}

static bool user_has_too_many(const struct bus_request *request)
{
	const struct bus_request *other;
	unsigned int count = 0;

	TAILQ_FOREACH(other, &request->bus->requests, entry)
		count += other->uid == request->uid;
	return count > REQUESTS_OF_USER;
}

static int on_user(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct bus_request *request = userdata;
	int r;

	(void)error;
	request->question = sd_bus_slot_unref(request->question);
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &request->uid) < 0) {
		refuse(request, SD_BUS_ERROR_ACCESS_DENIED,
		       "the bus does not say who you are");
		return 1;
	}
	if (request->uid == 0) {
		grant(request);
		return 1;
	}
	if (user_has_too_many(request)) {
		refuse(request, SD_BUS_ERROR_LIMITS_EXCEEDED,
		       "you have asked too often without waiting");
		return 1;
	}
	r = ask_polkit(request);
	if (r < 0)
		refuse(request, SD_BUS_ERROR_ACCESS_DENIED, strerror(-r));
	return 1;
}

/* In that order: who goes before the match is there has no user any more. */
static int ask(struct bus_request *request, const char *sender)
{
	sd_bus *connection = request->bus->bus;
	char match[512];
	int r;

	snprintf(match, sizeof(match),
		 "type='signal',sender='" DRIVER "',interface='" DRIVER "',"
		 "member='NameOwnerChanged',arg0='%s'", sender);
	r = sd_bus_add_match_async(connection, &request->vanished, match,
				   on_vanished, NULL, request);
	if (r < 0)
		return r;
	return sd_bus_call_method_async(connection, &request->question, DRIVER,
					"/org/freedesktop/DBus", DRIVER,
					"GetConnectionUnixUser", on_user,
					request, "s", sender);
}

static bool is_busy(const struct bus *bus, const char *sender)
{
	unsigned int all = 0, own = 0;
	const struct bus_request *other;

	TAILQ_FOREACH(other, &bus->requests, entry) {
		all++;
		own += strcmp(sd_bus_message_get_sender(other->message),
			      sender) == 0;
	}
	return all >= REQUESTS_MAX || own >= REQUESTS_OF_CALLER;
}

int bus_authorize(struct bus *bus, sd_bus_message *message,
		  bus_granted_t granted, sd_bus_error *error)
{
	const char *sender = sd_bus_message_get_sender(message);
	struct bus_request *request;
	int r;

	if (!sender)
		return -EACCES;
	if (is_busy(bus, sender))
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"too many requests wait for an authorization");
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	request->bus = bus;
	request->message = sd_bus_message_ref(message);
	request->granted = granted;
	request->uid = UINT32_MAX;
	TAILQ_INSERT_TAIL(&bus->requests, request, entry);

	r = ask(request, sender);
	if (r < 0)
		forget(request);
	return r < 0 ? r : 1;
}
