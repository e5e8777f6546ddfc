// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/if_bonding.h>

#include "bus-names.h"
#include "names.h"

/* Every value has a word, the word leads back, and no two words are equal. */
#define TEST_ROUND_TRIP(type, max)					\
	static void test_##type(void **state)				\
	{								\
		(void)state;						\
		for (int i = 0; i < (max); i++) {			\
			assert_non_null(type##_to_string(i));		\
			assert_int_equal(type##_from_string(		\
					 type##_to_string(i)), i);	\
		}							\
		assert_null(type##_to_string(max));			\
		assert_null(type##_to_string(-EINVAL));			\
		assert_int_equal(type##_from_string(""), -EINVAL);	\
		assert_int_equal(type##_from_string(NULL), -EINVAL);	\
	}

TEST_ROUND_TRIP(health, _HEALTH_MAX)
TEST_ROUND_TRIP(severity, _SEVERITY_MAX)
TEST_ROUND_TRIP(fault_code, _FAULT_CODE_MAX)
TEST_ROUND_TRIP(neighbor_state, _NEIGHBOR_STATE_MAX)
TEST_ROUND_TRIP(neighbor_source, _NEIGHBOR_SOURCE_MAX)
TEST_ROUND_TRIP(neighbor_policy, _NEIGHBOR_POLICY_MAX)
TEST_ROUND_TRIP(keepalive_method, _KEEPALIVE_METHOD_MAX)
TEST_ROUND_TRIP(peer_source, _PEER_SOURCE_MAX)

/* Others match on these words: they are an interface. */
static void test_public_words(void **state)
{
	(void)state;
	assert_string_equal(fault_code_to_string(FAULT_LACP_NO_PARTNER),
			    "lacp-no-partner");
	assert_string_equal(fault_code_to_string(FAULT_NEIGHBOR_BROADCAST_OFF),
			    "neighbor-broadcast-off");
	assert_string_equal(health_to_string(HEALTH_CRITICAL), "critical");
}

/* The kernel's numbers: linux/if_bonding.h. */
static void test_bond_options(void **state)
{
	(void)state;
	assert_string_equal(bond_mode_to_string(BOND_MODE_8023AD), "802.3ad");
	assert_string_equal(bond_mode_to_string(7), "unknown");
	assert_int_equal(bond_mode_from_string("active-backup"),
			 BOND_MODE_ACTIVEBACKUP);
	assert_int_equal(bond_mode_from_string("lacp"), -EINVAL);
	assert_string_equal(lacp_rate_to_string(0), "slow");
	assert_string_equal(lacp_rate_to_string(2), "unknown");
	assert_int_equal(lacp_rate_from_string("fast"), 1);
	assert_int_equal(xmit_hash_policy_from_string("layer3+4"),
			 BOND_XMIT_POLICY_LAYER34);
	assert_int_equal(xmit_hash_policy_from_string("layer2+3"),
			 BOND_XMIT_POLICY_LAYER23);
	assert_int_equal(xmit_hash_policy_from_string("encap3+4"),
			 BOND_XMIT_POLICY_ENCAP34);
	assert_int_equal(xmit_hash_policy_from_string("vlan+srcmac"),
			 BOND_XMIT_POLICY_VLAN_SRCMAC);
	assert_int_equal(xmit_hash_policy_from_string("layer34"), -EINVAL);
	assert_string_equal(xmit_hash_policy_to_string(BOND_XMIT_POLICY_ENCAP23),
			    "encap2+3");
	assert_string_equal(xmit_hash_policy_to_string(6), "unknown");
}

/* What a terminal or D-Bus does not want, as everywhere else. */
static void test_path_name(void **state)
{
	char path[BUS_PATH_MAX], name[BUS_NAME_TEXT_MAX];

	(void)state;
	assert_int_equal(bus_path(path, BUS_PORTS, "up\033\377"), 0);
	assert_string_equal(bus_path_name(path, name, sizeof(name)),
			    "up\\x1b\\xff");
	assert_string_equal(bus_path_name(BUS_BONDS "/bond0", name,
					  sizeof(name)), "bond0");
	assert_string_equal(bus_path_name(BUS_ROOT, name, sizeof(name)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_health),
		cmocka_unit_test(test_severity),
		cmocka_unit_test(test_fault_code),
		cmocka_unit_test(test_neighbor_state),
		cmocka_unit_test(test_neighbor_source),
		cmocka_unit_test(test_neighbor_policy),
		cmocka_unit_test(test_keepalive_method),
		cmocka_unit_test(test_peer_source),
		cmocka_unit_test(test_public_words),
		cmocka_unit_test(test_bond_options),
		cmocka_unit_test(test_path_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
