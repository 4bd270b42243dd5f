#!/bin/bash
# The same texts every time; `./dev fuzz texts` makes more of them. A build with sanitizers decides the same, slower.
exec bash "$(dirname "$0")/texts.sh" "${1:-50}" 1
