# SPDX-License-Identifier: GPL-2.0
#
# From what the guests measured to rows with median, spread and a verdict. A row
# is made of {what, values, low, high}: a value for each round; low and high are
# what its median is expected to lie between, null where nothing is expected.

def median:
	sort | if length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2] + .[length / 2 - 1]) / 2 end;

# When the spread, or the noise of equal measurements, reaches into what is
# expected, nothing can be said.
def verdict:
	(.low // -infinite) as $low | (.high // infinite) as $high | (.noise // 0) as $noise |
	if .low == null and .high == null then "-"
	elif .median >= $low and .median <= $high then "met"
	elif ([.max, .median + $noise] | max) >= $low and
		([.min, .median - $noise] | min) <= $high then "undecided"
	else "MISSED" end;

def finish($kernel):
	{
		kernel: $kernel,
		rows: [.[] | select(.values | length > 0) |
			.median = (.values | median) | .min = (.values | min) |
			.max = (.values | max) | .verdict = verdict],
	};

# Three decimals where they mean something.
def digits:
	if . >= 100 then round | tostring
	elif . >= 10 then . * 10 | round / 10 | tostring
	else . * 1000 | round | "\(. / 1000 | floor).\("00\(. % 1000)"[-3:])" end;

def expected:
	if .low == null and .high == null then ""
	elif .low == null then "<= " + (.high | digits)
	elif .high == null then ">= " + (.low | digits)
	else (.low + .high) / 2 | digits end;

def table:
	["", "median", "min .. max", "expected", ""],
	(.rows[] | [.what, (.median | digits),
		"\(.min | digits) .. \(.max | digits)", expected,
		if .verdict == "-" then "" else .verdict end]) | @tsv;

# --- the driver: CLOCK ROUND DRIVER FRAME TICKS NSEC ---

# costs(clock; driver; frame): one for each round, in their order
def costs($all; $clock; $driver; $frame):
	[$all[] | select(.[0] == $clock and .[2] == $driver and .[3] == $frame) |
		if $clock == "time" then .[5] else .[4] end | tonumber];

# ratios: how much of the packets per second of stock is left
def ratios($all; $clock; $driver; $frame):
	[costs($all; $clock; "stock"; $frame), costs($all; $clock; $driver; $frame)] |
	transpose | map(.[0] / .[1]);

def row($what; $values; $low; $high):
	{what: $what, values: $values, low: $low, high: $high};

# Of packets per second: more is better in all rows.
def shares($all; $clock; $frame; $text):
	(ratios($all; $clock; "again"; $frame) | map(. - 1 | fabs) | max) as $noise |
	(row("\($text): off / stock"; ratios($all; $clock; "off"; $frame); 0.995; 1.005),
	row("\($text): on / stock"; ratios($all; $clock; "on"; $frame); 0.99; null)) |
	.noise = $noise;

def driver:
	. as $all | [
		row("instructions a packet, UDP, IPv4, stock";
			costs($all; "instructions"; "stock"; "udp4"); null; null),
		row("  of these around the bond, on a port itself";
			costs($all; "instructions"; "port"; "udp4"); null; null),
		shares($all; "instructions"; "udp4"; "UDP, IPv4"),
		shares($all; "instructions"; "udp6"; "UDP, IPv6"),
		shares($all; "instructions"; "vlan"; "UDP in a VLAN tag"),
		row("instructions an ARP, stock (leaves on one port)";
			costs($all; "instructions"; "stock"; "arp"); null; null),
		row("instructions an ARP, on (leaves on two ports)";
			costs($all; "instructions"; "on"; "arp"); null; null),
		row("  on / stock";
			ratios($all; "instructions"; "on"; "arp") | map(1 / .); null; null),
		row("packets per second, UDP, IPv4, stock";
			costs($all; "time"; "stock"; "udp4") | map(1e9 / .); null; null),
		row("  the same once more / stock (noise)";
			ratios($all; "time"; "again"; "udp4"); null; null),
		shares($all; "time"; "udp4"; "UDP, IPv4, by the clock"),
		shares($all; "time"; "udp6"; "UDP, IPv6, by the clock")
	];

# --- the agent: NAME VALUE ---

def agent:
	. as $all |
	def figures($name): [$all[] | select(.[0] == $name) | .[1] | tonumber];
	def figure($name): figures($name) | first // 0;
	def megabytes($name): figures($name) | map(. * 1024 / 1e6);
	def milliseconds($name): figures($name) | map(. / 1000);
	[
		row("CPU for a keepalive answered, of what fping takes";
			[figures("keepalive"), figures("fping")] | transpose |
			map(select(all) | .[0] / .[1]); null; 0.5),
		row("  instructions, dualhomed"; figures("keepalive"); null; null),
		row("  instructions, fping"; figures("fping"); null; null),
		row("idle CPU, 2 bonds, percent of a core";
			figures("idle") | map(. / 1e9 * 100); null; 0.1),
		row("memory (RSS, MB), 2 bonds"; megabytes("rss_bonds"); null; 6),
		row("memory (RSS, MB), \(figure("small")) peers";
			megabytes("rss_small"); null; 6),
		row("memory (RSS, MB), \(figure("large")) peers";
			megabytes("rss_large") + megabytes("rss_later"); null; 16),
		row("lateness (ms), \(figure("large")) peers, 99 %";
			milliseconds("lateness_p99_usec"); null; 100),
		row("  50 %"; milliseconds("lateness_p50_usec"); null; null),
		row("  the worst of \(figure("planned"))";
			milliseconds("lateness_max_usec"); null; null),
		row("from a dead path to its verdict (s), probed every 1 s";
			figures("verdict") | map(. / 1e6); null; 5)
	];
