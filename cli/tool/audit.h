/* The parts of `cmdpolicy audit`. Each gets the operands behind its name, which are files of records. */
#ifndef TOOL_AUDIT_H
#define TOOL_AUDIT_H
#include "tool/tool.h"

int audit_verify(tool_arguments *, int count, const char **files);
int audit_stats(tool_arguments *, int count, const char **files);
int audit_replay(tool_arguments *, int count, const char **files);
int audit_export(tool_arguments *, int count, const char **files);
#endif
