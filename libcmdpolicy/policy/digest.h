/* SHA-256 of sources, from libmd. */
#ifndef CP_POLICY_DIGEST_H
#define CP_POLICY_DIGEST_H
#include "base/slice.h"

void cp_digest(cp_slice, uint8_t out[32]);
#endif
