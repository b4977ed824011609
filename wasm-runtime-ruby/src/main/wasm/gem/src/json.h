#pragma once
#include <mruby.h>

/* How deep JSON may nest: as in Ruby. */
#define JSON_DEPTH 100

mrb_value json_parse(mrb_state *m, const char *p, size_t n, int symbols, int most);
mrb_value json_generate(mrb_state *m, mrb_value v, int pretty);
