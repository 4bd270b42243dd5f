#!/bin/bash
# The same scripts every time; `./dev fuzz trace` runs more of them. A build with sanitizers decides the same, slower.
exec bash "$(dirname "$0")/trace.sh" "${1:-1000}" 1
