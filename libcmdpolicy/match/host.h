/* What url.c, host.c and address.c share. Addresses are four words as in match.h: IPv6, or IPv4 mapped into it. */
#ifndef CP_MATCH_HOST_H
#define CP_MATCH_HOST_H
#include "base/text.h"
#include "match/match.h"

/* Is the last label a number, so that the name can only be an address, or nothing that programs agree about? */
bool cp_address_ends_in_number(cp_slice name);
/* Canonical notation: dotted decimal, RFC 5952. */
void cp_address_show(cp_text *, const uint32_t address[4]);
bool cp_address_is_loopback(const uint32_t address[4]);
/* The first `prefix` of the 128 bits are equal. */
bool cp_address_in(const uint32_t address[4], const uint32_t network[4], uint32_t prefix);

/* The literal bytes that a value begins with; *out_open: something unknown follows. */
cp_slice cp_host_text(cp_arena *, const cp_value *, bool *out_open);
/* "[user@]host[:port]": fills name, address and port and says KNOWN where every program reads it alike. `scp`: a colon may be followed by
 * anything but digits too. */
typedef enum cp_colon { CP_COLON_PORT, CP_COLON_PORT_OR_PATH } cp_colon;
bool cp_host_read_authority(cp_arena *, cp_slice text, cp_colon, cp_host *out);
#endif
