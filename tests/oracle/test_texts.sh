#!/bin/bash
# The same texts every time; `./dev fuzz texts` makes more of them. A build with sanitizers decides the same, slower.
exec bash "$(dirname "$0")/texts.sh" "${1:-$([ -n "${CMDPOLICY_SANITIZE:-}" ] && echo 30 || echo 400)}" 1
