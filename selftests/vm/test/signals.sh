#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Ctrl-C must work in a test: tcpdump and ping print their totals on it.
[ "$(trap -p INT)" = "" ] || exit 1
timeout -s INT 1 sleep 30
[ $? -eq 124 ]
