// SPDX-License-Identifier: GPL-2.0
/* What is written about the daemon, against what it is: manual, XML, catalog, docs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bus-names.h"
#include "journal.h"
#include "names.h"
#include "util.h"

static char *read_text(const char *path)
{
	static char texts[4][65536];
	static unsigned int next;
	char *text = texts[next++ % ARRAY_SIZE(texts)];
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("no %s", path);
	text[fread(text, 1, sizeof(texts[0]) - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* The manual without its markup, as mandoc would print it in one line. */
static char *read_manual(const char *path)
{
	char *text = read_text(path), *to = text;

	for (char *from = text; *from; from++) {
		if (from[0] == '\\' && (from[1] == '-' || from[1] == 'e'))
			continue;
		if (from[0] == '\\' && from[1] == 'f') {
			from += 2;
			continue;
		}
		*to++ = *from;
	}
	*to = '\0';
	return text;
}

/* The text of "NAME=\"...\"" behind @tag; NULL if there is no more of it. */
static const char *next_tag(const char **xml, const char *end, const char *tag,
			    char name[64], char type[64])
{
	static const char attribute[] = " type=\"";
	const char *at = strstr(*xml, tag);

	if (!at || at >= end)
		return NULL;
	at += strlen(tag);
	snprintf(name, 64, "%.*s", (int)strcspn(at, "\""), at);
	type[0] = '\0';
	*xml = at;
	at += strcspn(at, "\"") + 1;
	if (strncmp(at, attribute, strlen(attribute)) == 0) {
		at += strlen(attribute);
		snprintf(type, 64, "%.*s", (int)strcspn(at, "\""), at);
	}
	return name;
}

/* The section of the manual about @interface. */
static char *section_of(char *manual, const char *interface)
{
	char heading[64], *begin, *end;

	snprintf(heading, sizeof(heading), "\n.SH %s\n", interface);
	begin = strstr(manual, heading);
	if (!begin)
		fail_msg("org.dualhome1(5) has no section %s", interface);
	end = strstr(begin + 4, "\n.SH ");
	if (end)
		*end = '\0';
	return begin;
}

/* Every member of the XML is in the manual, with its type. */
static void test_xml(void **state)
{
	static const char *const interfaces[] = {
		BUS_MANAGER, BUS_BOND, BUS_PORT,
	};
	const char *xml = read_text("org.dualhome1.xml"), *begin, *end, *at;
	char start[64], name[64], type[64], wanted[140];
	unsigned int count = 0;
	char *manual;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
		manual = section_of(read_manual("man/org.dualhome1.5"),
				    interfaces[i]);
		snprintf(start, sizeof(start), "<interface name=\"%s\">",
			 interfaces[i]);
		begin = strstr(xml, start);
		assert_non_null(begin);
		end = strstr(begin, "</interface>");
		for (at = begin; next_tag(&at, end, "<property name=\"", name, type);
		     count++) {
			snprintf(wanted, sizeof(wanted), "%s %s", name, type);
			if (!strstr(manual, wanted))
				fail_msg("%s: no '%s' in the manual",
					 interfaces[i], wanted);
		}
		for (at = begin; next_tag(&at, end, "<method name=\"", name, type);
		     count++) {
			snprintf(wanted, sizeof(wanted), "\n.B %s(", name);
			if (!strstr(manual, wanted))
				fail_msg("%s: no '%s' in the manual",
					 interfaces[i], wanted);
		}
		for (at = begin; next_tag(&at, end, "<signal name=\"", name, type);
		     count++) {
			snprintf(wanted, sizeof(wanted), "\n.B signal %s(", name);
			if (!strstr(manual, wanted))
				fail_msg("%s: no '%s' in the manual",
					 interfaces[i], wanted);
		}
	}
	assert_in_range(count, 40, 80);
}

/* And the manual has no property that is not there. */
static void test_manual(void **state)
{
	static const char *const interfaces[] = {
		BUS_MANAGER, BUS_BOND, BUS_PORT,
	};
	const char *xml = read_text("org.dualhome1.xml");
	char wanted[64], line[256], name[64], type[64], *at;
	unsigned int count = 0;
	int length, used;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
		at = section_of(read_manual("man/org.dualhome1.5"), interfaces[i]);
		while ((at = strstr(at, "\n.B "))) {
			at += strlen("\n.B ");
			snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"),
				 at);
			/* "Name s, IfIndex i" */
			for (used = 0; sscanf(line + used, "%63[A-Za-z] %63[a-z()]%n",
					      name, type, &length) == 2 &&
			     line[used + strlen(name)] == ' '; count++) {
				snprintf(wanted, sizeof(wanted),
					 "<property name=\"%.24s\" type=\"%.12s\"",
					 name, type);
				if (!strstr(xml, wanted))
					fail_msg("the manual has %s %s, the XML not",
						 name, type);
				used += length;
				used += strspn(line + used, ", ");
			}
		}
	}
	assert_in_range(count, 30, 60);
}

/* Codes, ids and catalog: one entry each, none too many. */
static void test_catalog(void **state)
{
	const char *catalog = read_text("dualhome.catalog"), *at = catalog;
	unsigned int entries = 0;
	char wanted[64];

	(void)state;
	for (int code = 0; code < _FAULT_CODE_MAX; code++) {
		snprintf(wanted, sizeof(wanted), "-- %s",
			 journal_id(fault_code_to_string(code)));
		at = strstr(catalog, wanted);
		if (!at)
			fail_msg("no entry for %s", fault_code_to_string(code));
		if (strstr(at + 1, wanted))
			fail_msg("two entries for %s", fault_code_to_string(code));
	}
	for (at = catalog; (at = strstr(at, "\n-- ")); at++)
		entries++;
	entries += strncmp(catalog, "-- ", 3) == 0;
	/* what is over needs no explanation, but may have one */
	entries -= strstr(catalog, "-- " JOURNAL_ID_CLEARED) != NULL;
	assert_int_equal(entries, _FAULT_CODE_MAX);
}

/*
 * docs/faults.md has one section for each code, with the severity that the
 * manual names first and all five questions answered, and no other section.
 */
static void test_faults(void **state)
{
	static const char *const parts[] = {
		"\n- **Causes:** ", "\n- **Host:** ", "\n- **Leaf:** ",
		"\n- **Remedy:** ",
	};
	const char *manual = read_manual("man/dualhomed.8");
	const char *guide = read_text("../docs/faults.md"), *at, *end, *part;
	char wanted[64], heading[64];
	unsigned int sections = 0;

	(void)state;
	for (int code = 0; code < _FAULT_CODE_MAX; code++) {
		const char *name = fault_code_to_string(code);

		snprintf(wanted, sizeof(wanted), "\n.BR %s \" (", name);
		at = strstr(manual, wanted);
		if (!at)
			fail_msg("no %s in the manual", name);
		at += strlen(wanted);
		snprintf(heading, sizeof(heading), "\n## %s (%.*s)\n", name,
			 (int)strcspn(at, ";)"), at);
		at = strstr(guide, heading);
		if (!at || strstr(at + 1, heading))
			fail_msg("docs/faults.md: %s has no section of its own, or not that severity",
				 name);
		at += strlen(heading);
		end = strstr(at, "\n## ");
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
			part = strstr(at, parts[i]);
			if (!part || (end && part > end))
				fail_msg("docs/faults.md: %s has no '%s'", name,
					 parts[i] + 1);
		}
	}
	for (at = guide; (at = strstr(at, "\n## ")); at++)
		sections++;
	assert_int_equal(sections, _FAULT_CODE_MAX);
}

/* The leaf that docs/destacked-rack.md shows is the one that the lab runs. */
static void test_leaf(void **state)
{
	FILE *config = popen("../selftests/lab/fabric config leaf1", "r");
	static char leaf[8192];

	(void)state;
	assert_non_null(config);
	leaf[fread(leaf, 1, sizeof(leaf) - 1, config)] = '\0';
	assert_int_equal(pclose(config), 0);
	assert_non_null(strstr(leaf, "router bgp"));
	if (!strstr(read_text("../docs/destacked-rack.md"), leaf))
		fail_msg("docs/destacked-rack.md shows another configuration of leaf1");
}

/* Every error that a method may have is in the manual. */
static void test_errors(void **state)
{
	static const char *const errors[] = {
		BUS_ERROR_NO_SUCH_BOND, BUS_ERROR_CONFIG, BUS_ERROR_UNSUPPORTED,
		BUS_ERROR_WRONG_MODE, BUS_ERROR_NO_SUCH_PORT, BUS_ERROR_LAST_PORT,
		BUS_ERROR_BUSY,
	};
	const char *manual = read_manual("man/org.dualhome1.5");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (!strstr(manual, errors[i]))
			fail_msg("no %s in the manual", errors[i]);
}

/* Every key that the configuration knows is in dualhome.conf(5). */
static void test_keys(void **state)
{
	const char *source = read_text("config-keys.c"), *at = source;
	const char *manual = read_manual("man/dualhome.conf.5");
	unsigned int count = 0;
	char key[64], wanted[70];

	(void)state;
	while ((at = strstr(at, "\t{ CONFIG_SECTION_"))) {
		at += strcspn(at, "\"") + 1;
		snprintf(key, sizeof(key), "%.*s", (int)strcspn(at, "\""), at);
		snprintf(wanted, sizeof(wanted), "%s=", key);
		if (!strstr(manual, wanted))
			fail_msg("no %s in dualhome.conf(5)", wanted);
		count++;
	}
	assert_in_range(count, 8, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_catalog),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_leaf),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
